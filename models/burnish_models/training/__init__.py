"""Trains the generators: recipes as typed files, one trainer for paired, unpaired and unreferenced ones."""
