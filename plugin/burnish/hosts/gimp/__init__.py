"""Burnish beside GIMP 3: a resident plug-in inside it, and the panel as a process of its own."""
