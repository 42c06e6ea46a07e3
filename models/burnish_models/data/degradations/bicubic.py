"""Bicubic resizing as MATLAB's imresize does it: the reduction that the super-resolution literature measures by.

Keys, "Cubic convolution interpolation for digital image processing" (1981), with a = -0.5. When reducing, the kernel is
widened by the factor of reduction, so that nothing aliases; weights are normalised; beyond its edges the image is
mirrored, edge pixels included. Pillow's bicubic is the same but for the edges, where it leaves out what is not there.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from burnish_models.data.degradations.stage import Size, Stage
from burnish_models.data.sample import Image


class Bicubic(Stage):
    """Resizes to the size of the generator's input, as the classic super-resolution data sets do."""

    type: Literal["bicubic"] = "bicubic"

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        return imresize(image, size)

    def fits(self) -> bool:
        return self.probability == 1


def imresize(image: NDArray, size: Size) -> NDArray:
    """Resize [h, w] or [h, w, n] to `size`, in the image's own floating type; values may leave the image's range."""
    resized = image
    for axis in (0, 1):
        if resized.shape[axis] != size[axis]:
            resized = _along(resized, axis, size[axis])
    return resized


def _along(image: NDArray, axis: int, count: int) -> NDArray:
    sources, weights = _taps(image.shape[axis], count)
    shape = [1] * image.ndim
    shape[axis] = count
    result = np.zeros([*image.shape[:axis], count, *image.shape[axis + 1 :]], image.dtype)
    for source, weight in zip(sources.T, weights.T.astype(image.dtype), strict=True):
        result += image.take(source, axis) * weight.reshape(shape)
    return result


@lru_cache(maxsize=64)
def _taps(length: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each of `count` pixels, the indices and the weights, [count, taps], of what it is made of."""
    stretch = max(1.0, length / count)
    centres = (np.arange(count) + 0.5) * length / count - 0.5
    taps = math.ceil(4 * stretch) + 2
    sources = np.floor(centres - 2 * stretch).astype(np.int64)[:, None] + np.arange(taps)
    weights = _cubic((centres[:, None] - sources) / stretch)
    weights /= weights.sum(axis=1, keepdims=True)
    mirrored = np.mod(sources, 2 * length)
    return np.where(mirrored < length, mirrored, 2 * length - 1 - mirrored), weights


def _cubic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))
