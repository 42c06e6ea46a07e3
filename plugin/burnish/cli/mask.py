"""The picture that says how much of each pixel is enhanced: white wholly, black not at all, grey in between."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from burnish.hosts.standalone.files.reading import read_picture
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.sentences import BurnishError

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class Mask:
    """A mask file's values: uint8 [height, width], 0 to 255."""

    path: Path
    values: NDArray[np.uint8]

    def of(self, area: Rect, picture: PixelFormat) -> NDArray[np.uint8]:
        """The part for `area` of a picture; the mask is as large as the picture, or as the area.

        Raises BurnishError("mask-size") where it is neither.
        """
        height, width = self.values.shape
        if (width, height) == (picture.width, picture.height):
            return np.ascontiguousarray(self.values[area.y : area.bottom, area.x : area.right])
        if (width, height) == (area.width, area.height):
            return self.values
        sizes = {"width": width, "height": height, "wide": picture.width, "high": picture.height}
        raise BurnishError("mask-size", path=str(self.path), **sizes)


def read_mask(path: Path, *, allow_huge: bool = False) -> Mask:
    """Read a mask from any picture: its luminance as it is stored, times its alpha. Raises as read_picture does."""
    picture = read_picture(path, allow_huge=allow_huge)
    pixels, layout = picture.pixels, picture.format
    top = np.float32(np.iinfo(pixels.dtype).max if np.issubdtype(pixels.dtype, np.integer) else 1)
    values = np.empty((layout.height, layout.width), np.uint8)
    for start in range(0, layout.height, _ROWS_AT_ONCE):  # floats of a large picture would take much memory
        rows = pixels[start : start + _ROWS_AT_ONCE].astype(np.float32) / top
        luminance = rows[..., 0] if layout.channels < 3 else rows[..., :3] @ _LUMA
        share = luminance * rows[..., -1] if layout.has_alpha else luminance
        values[start : start + _ROWS_AT_ONCE] = np.rint(np.clip(np.nan_to_num(share), 0, 1) * 255)
    return Mask(path, values)
