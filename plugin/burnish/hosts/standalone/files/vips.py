"""The one place that loads libvips, silently: what goes wrong comes back as an error and never as a line on stderr."""

from __future__ import annotations

import logging
import os
from typing import Any

os.environ.setdefault("VIPS_WARNING", "0")
logging.getLogger("pyvips").addHandler(logging.NullHandler())
logging.getLogger("pyvips").propagate = False

import pyvips  # noqa: E402 - the two settings above must come first

Image: Any = pyvips.Image
VipsError = pyvips.Error

# libvips keeps opened files and results; a picture is read once, so that only costs memory
pyvips.cache_set_max(0)


def set_blob(image: Any, name: str, data: bytes) -> None:
    """Attach metadata to an image that is about to be saved."""
    image.set_type(pyvips.GValue.blob_type, name, data)


def set_number(image: Any, name: str, value: int) -> None:
    image.set_type(pyvips.GValue.gint_type, name, value)


def blob(image: Any, name: str) -> bytes:
    """Metadata of an image that was opened; empty where it has none."""
    return bytes(image.get(name)) if image.get_typeof(name) else b""


def number(image: Any, name: str, default: int) -> int:
    return int(image.get(name)) if image.get_typeof(name) else default
