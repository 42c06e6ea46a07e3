"""Burnish inside Krita 5 and 6: a docker with the panel, and actions that can be bound to keys."""
