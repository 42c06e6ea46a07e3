"""What a judge looks at: 8-bit levels in float64, a border left out or not, one of two kinds of luma.

The same pair of pictures differs by 3.7 dB in PSNR from these choices alone, so every name and every table states them.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Plane = NDArray[np.float64]
"""[h, w], 0 to 255."""

Levels = NDArray[np.float64]
"""[h, w, 3], RGB, 0 to 255."""

Channel = Literal["rgb", "y"]

# MATLAB's rgb2gray: the first row of the inverse of the NTSC matrix (1.0 0.956 0.621; 1.0 -0.272 -0.647;
# 1.0 -1.106 1.703). Of the rounded 0.299, 0.587, 0.114 some grey values would differ by one.
_GREY = np.array([0.298936021293776, 0.587043074451121, 0.114020904255103])
# 65.481, 128.553 and 24.966 of levels from 0 to 1, in whole numbers: sums of integer levels are exact, so that no
# machine rounds a tie otherwise. Three pixels of a photograph move its NIQE by 0.001.
_STUDIO = np.array([65481.0, 128553.0, 24966.0])
_STUDIO_UNIT = 255_000.0
_BLACK = 16.0


class NotJudgedError(Exception):
    """A picture for which a judge is not defined; the message is one sentence that says why."""


def levels(picture: Tensor, crop: int = 0) -> Levels:
    """The picture as files hold it: rounded to 8 bits, halves to even, in float64.

    Args:
        picture: [3, h, w], sRGB-encoded RGB, 0 to 1; what lies outside is clipped.
        crop: how many pixels of each edge are left out. In super-resolution that is usual by as many as the scale.

    Raises:
        ValueError: where the shape is another.
        NotJudgedError: where the crop leaves nothing.
    """
    if picture.dim() != 3 or picture.shape[0] != 3:
        raise ValueError(f"A picture to judge has the shape [3, h, w], not {list(picture.shape)}.")
    if min(picture.shape[1:]) <= 2 * crop:
        raise NotJudgedError(f"nothing is left of it without {crop} pixels at each edge")
    inner = picture[:, crop : picture.shape[1] - crop, crop : picture.shape[2] - crop]
    values = inner.detach().cpu().double().clamp(0.0, 1.0) * 255.0
    return np.ascontiguousarray(values.round().permute(1, 2, 0).numpy())


def studio_luma(picture: Levels) -> Plane:
    """Y of ITU-R BT.601 in studio range, 16 to 235, not rounded: what super-resolution papers mean by the Y channel."""
    return picture @ _STUDIO / _STUDIO_UNIT + _BLACK


def grey(picture: Levels) -> Plane:
    """BT.601 luma in full range, 0 to 255, rounded: what MATLAB's rgb2gray makes of an 8-bit picture."""
    return np.floor(picture @ _GREY + 0.5)


def channels(picture: Levels, channel: Channel) -> list[Plane]:
    """The planes that a judge averages over: red, green and blue, or Y alone."""
    if channel == "y":
        return [studio_luma(picture)]
    return [np.ascontiguousarray(picture[:, :, number]) for number in range(3)]


def same_size(result: Levels, target: Levels) -> None:
    """Raises ValueError where two pictures that are to be compared differ in size."""
    if result.shape != target.shape:
        raise ValueError(f"Pictures to compare have one size, not {list(result.shape)} and {list(target.shape)}.")
