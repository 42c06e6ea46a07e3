"""What is saved or copied: the result as a whole picture. Mathematics only; runs off the UI thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from burnish.hosts.standalone.files.contents import DTYPES, Picture
from burnish.wire.geometry import PixelFormat, Rect

_BAND_ROWS = 8  # numpy picks neighbours with Python's lock held: a band must be short, or the window stands still


def composed(
    original: Picture, region: Rect, result: PixelFormat, data: memoryview, finished: Sequence[Rect] | None
) -> Picture:
    """The picture that stands on the canvas.

    Args:
        original: what was enhanced.
        region: which part of it.
        result: what the pixels in `data` are; they are not copied where all of them are used as they are.
        finished: the rectangles of the result that hold pixels, None where all do. The rest is the original, enlarged.

    Returns:
        At the original's own size, all of the original with the result in its region; at another size, the region.
    """
    if finished is None and (region == original.format.bounds or not _same_size(region, result)):
        return original.with_pixels(result, data)
    shape = (result.height, result.width, result.channels)
    pixels = np.frombuffer(data, DTYPES[result.depth], result.width * result.height * result.channels).reshape(shape)
    if finished is not None:
        pixels = _filled_up(original, region, pixels, finished)
    if not _same_size(region, result) or region == original.format.bounds:
        return original.with_pixels(result, np.ascontiguousarray(pixels).data)
    whole = original.pixels.copy()
    whole[region.y : region.bottom, region.x : region.right] = pixels
    return replace(original, pixels=whole)


def _same_size(region: Rect, result: PixelFormat) -> bool:
    return (region.width, region.height) == (result.width, result.height)


def _filled_up(original: Picture, region: Rect, pixels: np.ndarray, finished: Sequence[Rect]) -> np.ndarray:
    """A copy of the result in which what is not finished is the original, enlarged."""
    filled = np.empty_like(pixels)
    source = original.pixels[region.y : region.bottom, region.x : region.right]
    height, width = pixels.shape[:2]
    for top, bottom in _bands(height):
        mask = np.zeros((bottom - top, width), bool)
        for rect in finished:
            mask[max(0, rect.y - top) : max(0, rect.bottom - top), rect.x : rect.right] = True
        if mask.all():
            filled[top:bottom] = pixels[top:bottom]
            continue
        enlarged = _enlarged_rows(source, top, bottom, height, width)
        filled[top:bottom] = np.where(mask[..., None], pixels[top:bottom], enlarged)
    return filled


def _bands(height: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, _BAND_ROWS):
        yield top, min(height, top + _BAND_ROWS)


def _enlarged_rows(source: np.ndarray, top: int, bottom: int, height: int, width: int) -> np.ndarray:
    """Rows `top` to `bottom` of `source` [h, w, channels] brought to `height`×`width`, bilinearly."""
    above, below, down = _neighbours(np.arange(top, bottom), source.shape[0], height)
    left, right, across = _neighbours(np.arange(width), source.shape[1], width)
    upper, lower = source[above].astype(np.float32), source[below].astype(np.float32)
    rows = upper + (lower - upper) * down[:, None, None]
    values = rows[:, left] + (rows[:, right] - rows[:, left]) * across[None, :, None]
    if np.issubdtype(source.dtype, np.integer):
        values = np.clip(values + 0.5, 0, np.iinfo(source.dtype).max)
    return values.astype(source.dtype)


def _neighbours(positions: np.ndarray, length: int, enlarged: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For result positions along one axis: the two source positions around each, and the weight of the second."""
    exact = np.clip((positions + 0.5) * length / enlarged - 0.5, 0, length - 1)
    first = np.floor(exact).astype(np.intp)
    return first, np.minimum(first + 1, length - 1), (exact - first).astype(np.float32)
