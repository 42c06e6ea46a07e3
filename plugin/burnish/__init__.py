"""The artist's side of Burnish: the panel, its hosts, the command line, and the door to the worker."""

__version__ = "0.1.0"
