"""A redo log for one tile, so that a worker that dies while blending a seam never leaves it blended twice.

A seam blends a new tile over what is already there, so repeating a half-finished write would not give the same
pixels. The blended tile is therefore first stored behind the result's own pixels and marked complete; whoever
resumes the job copies it into place again, however far the first copy had come.
"""

from __future__ import annotations

import struct

import numpy as np

from burnish.wire.geometry import Rect

_MARK = struct.Struct("<8sQQQQQQQQ")
_PLACES = struct.Struct("<QQQQQQQQ")
_COMPLETE = b"BURNISHJ"


class Journal:
    """The redo log, kept in the bytes of `space` (see `bytes_needed`)."""

    def __init__(self, space: memoryview) -> None:
        self._mark = space[: _MARK.size]
        self._pixels = np.frombuffer(space[_MARK.size :], np.uint8)

    @staticmethod
    def bytes_needed(largest_tile_bytes: int) -> int:
        return _MARK.size + largest_tile_bytes

    def store(self, rect: Rect, core: Rect, pixels: np.ndarray) -> None:
        """Remember a tile (HxWxC, contiguous) as about to be written to `rect`."""
        raw = pixels.reshape(-1).view(np.uint8)
        self._pixels[: raw.size] = raw
        _PLACES.pack_into(
            self._mark, len(_COMPLETE),
            rect.x, rect.y, rect.width, rect.height, core.x, core.y, core.width, core.height,
        )  # fmt: skip
        self._mark[: len(_COMPLETE)] = _COMPLETE  # last, once everything it vouches for is there

    def clear(self) -> None:
        """Forget the tile: it is in its place."""
        self._mark[:8] = bytes(8)

    def redo(self, result: np.ndarray) -> tuple[Rect, Rect] | None:
        """Put a remembered tile into its place in `result`; its rectangle and core, or None where there is none."""
        mark, *numbers = _MARK.unpack_from(self._mark)
        if mark != _COMPLETE:
            return None
        rect, core = Rect(*numbers[:4]), Rect(*numbers[4:])
        count = rect.area * result.shape[2] * result.itemsize
        pixels = self._pixels[:count].view(result.dtype).reshape(rect.height, rect.width, result.shape[2])
        result[rect.y : rect.bottom, rect.x : rect.right] = pixels
        self.clear()
        return rect, core
