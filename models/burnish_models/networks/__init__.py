"""Generators, one architecture a file. Each reads its own hyper-parameters from the shapes of its weights."""
