"""The feathered seam: tiles of a network that does not tile exactly are blended where they meet.

Every tile has a weight that is 1 in the middle of its core and falls linearly to 0 over the seam, from `feather` inside
to `feather` outside the core; it is the core convolved with a box. The weights of all tiles add up to 1 everywhere,
however the cores are cut. Tiles are painted as they come, keeping a running weighted mean, so the finished picture is
the same weighted sum whatever the order was, up to the rounding of the layer's own depth.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from burnish.wire.geometry import Rect

ROWS_AT_ONCE = 64


def written_rect(core: Rect, feather: float, bounds: Rect) -> Rect:
    """What a tile paints: its core and the seams around it, cut to the result. All in result pixels."""
    reach = math.ceil(feather)
    left, top = max(core.x - reach, bounds.x), max(core.y - reach, bounds.y)
    right, bottom = min(core.right + reach, bounds.right), min(core.bottom + reach, bounds.bottom)
    return Rect(left, top, right - left, bottom - top)


def seam_weights(core: Rect, finished: Iterable[Rect], feather: float, bounds: Rect) -> NDArray[np.float32] | None:
    """How much of a new tile is taken at each pixel of its written_rect; the rest stays as it was painted before.

    Args:
        core: the new tile's core, in result pixels.
        finished: the cores that have been painted so far, in result pixels; those far away are ignored.
        feather: half the width of the seam in result pixels (facts.feather times the scale).
        bounds: the whole result; there are no seams along its edges.

    Returns:
        float32 [height, width] of written_rect, 0 to 1; None where no finished tile is near: paint over what is there.
    """
    if feather <= 0:
        return None
    rect = written_rect(core, feather, bounds)
    reach = math.ceil(feather)
    before = np.zeros((rect.height, rect.width))
    touched = False
    for other in finished:
        near = Rect(other.x - reach, other.y - reach, other.width + 2 * reach, other.height + 2 * reach)
        if other != core and near.intersection(rect):
            before += _tile_weights(other, rect, feather, bounds)
            touched = True
    if not touched:
        return None
    own = _tile_weights(core, rect, feather, bounds)
    weights = np.ones_like(own)
    np.divide(own, own + before, out=weights, where=before > 0)
    return weights.astype(np.float32)


def paint_over(painted: NDArray, fresh: NDArray, weights: NDArray[np.float32] | None) -> None:
    """Paint a tile into `painted`, in place.

    Args:
        painted: [height, width, channels] view of the result at the tile's written_rect, in the layer's depth.
        fresh: the tile's pixels, of the same shape and depth.
        weights: from seam_weights; None replaces what was there.
    """
    if weights is None:
        painted[...] = fresh
        return
    whole = np.issubdtype(painted.dtype, np.integer)
    for top in range(0, painted.shape[0], ROWS_AT_ONCE):
        rows = slice(top, top + ROWS_AT_ONCE)
        before, after, weight = painted[rows].astype(np.float32), fresh[rows].astype(np.float32), weights[rows, :, None]
        blended = np.where(weight < 1, before + weight * (after - before), after)
        painted[rows] = np.rint(blended) if whole else blended


def _tile_weights(core: Rect, rect: Rect, feather: float, bounds: Rect) -> NDArray[np.float64]:
    across = _axis_weights(core.x, core.right, rect.x, rect.right, feather, bounds.x, bounds.right)
    down = _axis_weights(core.y, core.bottom, rect.y, rect.bottom, feather, bounds.y, bounds.bottom)
    return down[:, None] * across[None, :]


def _axis_weights(
    start: int, end: int, first: int, last: int, feather: float, low: int, high: int
) -> NDArray[np.float64]:
    """For pixels [first, last), the share of the box of ± feather around each that lies in the core [start, end)."""
    centres = np.arange(first, last) + 0.5
    left = -math.inf if start <= low else start
    right = math.inf if end >= high else end
    covered = np.minimum(centres + feather, right) - np.maximum(centres - feather, left)
    return np.clip(covered / (2 * feather), 0.0, 1.0)
