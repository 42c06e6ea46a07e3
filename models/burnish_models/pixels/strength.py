"""Strength: how much of a result is kept over its original, also long after the network ran."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from burnish.wire.geometry import Rect
from burnish_models.pixels.compose import to_pixels
from burnish_models.pixels.original import Original, red_first
from burnish_models.pixels.selection import Selection
from burnish_models.pixels.source import LayerReader
from burnish_models.tiling.grid import ResultGrid

PIXELS_AT_ONCE = 1 << 20


def result_bands(part: Rect, pixels: int = PIXELS_AT_ONCE) -> Iterator[Rect]:
    """A part of a result in bands of whole rows, each of about `pixels` pixels."""
    rows = max(1, pixels // part.width)
    for top in range(part.y, part.bottom, rows):
        yield Rect(part.x, top, part.width, min(rows, part.bottom - top))


def blend_strength(
    reader: LayerReader,
    grid: ResultGrid,
    earlier: NDArray,
    strength: float,
    rect: Rect,
    fade: Selection | None = None,
) -> NDArray:
    """A part of an earlier result blended with its original.

    Blending is linear in the layer's own encoded values, alpha included. What comes out is what a run at that strength
    gives, within 1 code value. At strength 0 and scale 1 it is the original, bit for bit.

    Args:
        reader: of the original layer.
        grid: of the earlier result.
        earlier: [h, w, channels], the pixels `rect` of the earlier result at strength 1, in the layer's depth.
        strength: 0, the original, to 1, the result.
        rect: in result pixels.
        fade: the selection outside of which the earlier result is transparent, so that its original has to be as well.
            None where there is none, or where it is the original itself that shows outside: then it is in the earlier
            result already.

    Returns:
        [h, w, channels] in the layer's depth.
    """
    if strength >= 1:
        return np.array(earlier)
    shown = 1.0 if fade is None else fade.weights(rect)
    original = Original(reader, grid)
    if strength <= 0 and original.same_size and not isinstance(shown, Tensor) and shown == 1:
        return original.raw(rect)
    values = original.values(rect)
    if reader.layer.has_alpha:
        values[-1] *= shown
    values.lerp_(red_first(reader.to_tensor(earlier), reader), strength)
    return to_pixels(values[: reader.colours], values[-1] if reader.layer.has_alpha else None, reader)
