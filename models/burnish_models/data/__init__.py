"""Data sets to train on: pictures, random crops of them, and the degradations that a generator learns to undo."""
