"""GIMP's own libraries, named in this one place: GIMP's Python has them, and no other has."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_gi: Any = import_module("gi")
for _name, _version in (("Babl", "0.1"), ("Gegl", "0.4"), ("Gimp", "3.0")):
    _gi.require_version(_name, _version)

Babl: Any = import_module("gi.repository.Babl")
Gegl: Any = import_module("gi.repository.Gegl")
Gimp: Any = import_module("gi.repository.Gimp")
GLib: Any = import_module("gi.repository.GLib")
GObject: Any = import_module("gi.repository.GObject")

__all__ = ["Babl", "GLib", "GObject", "Gegl", "Gimp"]
