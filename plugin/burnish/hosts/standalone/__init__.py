"""Burnish in a window of its own, and the image files that the window and the command line share."""
