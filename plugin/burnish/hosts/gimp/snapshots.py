"""What a layer holds at one moment, read in peace: GIMP ends a plug-in that reads a drawable deleted meanwhile.

A tile is read in no time, a whole layer is not: the artist may press Cancel, then delete the layer, within that time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from burnish.hosts.gimp import pixels
from burnish.hosts.gimp.pixels import Encoding
from burnish.hosts.gimp.program import Gimp
from burnish.wire.geometry import Rect


class GoneError(Exception):
    """The artist removed the result, or worked on it since: it is theirs now, and nothing more is painted."""


@contextlib.contextmanager
def snapshot(layer: Any) -> Iterator[Any]:
    """A buffer with what a layer holds now, in an image of our own. GIMP shares the pixels until one of both changes.

    Raises GoneError where the layer is no longer there.
    """
    image = layer.get_image() if layer.is_valid() else None
    if image is None or not image.is_valid():
        raise GoneError
    size = layer.get_width(), layer.get_height()
    shelf = Gimp.Image.new_with_precision(*size, image.get_base_type(), image.get_precision())
    try:
        shelf.undo_disable()
        profile = image.get_color_profile()
        if profile is not None:
            shelf.set_color_profile(profile)
        copy = Gimp.Layer.new_from_drawable(layer, shelf)
        if copy is None:
            raise GoneError
        shelf.insert_layer(copy, None, 0)
        yield copy.get_buffer()
    finally:
        shelf.delete()


def read_in_peace(layer: Any, rect: Rect, encoding: Encoding) -> bytes:
    """The rows of a part of a layer, packed. Raises GoneError where it is no longer there.

    Groups and what is drawn from elsewhere would be put together again by a copy, so those are read where they are.
    """
    if type(layer) is not Gimp.Layer:
        return pixels.read(layer.get_buffer(), rect, encoding.babl)
    with snapshot(layer) as buffer:
        return pixels.read(buffer, rect, encoding.babl)
