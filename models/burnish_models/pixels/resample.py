"""Separable resampling at absolute coordinates, so that tiles of any cut are resampled to the same pixels as the whole.

LANCZOS is as sharp as can be and rings a little: for colours in linear light. SMOOTH never leaves the range of the
pixels around it: for alpha and for what exceeds white. It is Catmull-Rom, held between the two nearest pixels, when
enlarging, and a triangle when reducing. Both are widened when reducing, as in Pillow, so that nothing aliases.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish.wire.geometry import Rect

BLOCK = 64  # wanted pixels per matrix product; their sources overlap little beyond it


class Kernel(Enum):
    LANCZOS = "lanczos"
    SMOOTH = "smooth"


@dataclass(frozen=True)
class AxisMap:
    """Where wanted pixels lie among source pixels: the centre of pixel j is at offset + (j + 0.5) * step.

    Positions count from the edge of source pixel 0, so that pixel i spans i to i + 1.

    Attributes:
        offset: in source pixels.
        step: source pixels per wanted pixel.
        low, high: there are no source pixels outside [low, high); weights are shared among those that exist.
    """

    offset: float
    step: float
    low: int
    high: int

    def needs(self, kernel: Kernel, start: int, end: int) -> tuple[int, int]:
        """The source interval that wanted pixels [start, end) are made of; never empty."""
        reach = _shape(kernel, self.step)[1] * max(1.0, self.step)
        first = math.floor(self.offset + (start + 0.5) * self.step - reach)
        last = math.ceil(self.offset + (end - 0.5) * self.step + reach)
        first = min(max(first, self.low), self.high - 1)
        return first, max(min(last, self.high), first + 1)


@dataclass(frozen=True)
class Resampler:
    """A mapping in both directions of the picture."""

    x: AxisMap
    y: AxisMap

    def needs(self, kernel: Kernel, wanted: Rect) -> Rect:
        """The source pixels that `resample` must be given for `wanted`."""
        left, right = self.x.needs(kernel, wanted.x, wanted.right)
        top, bottom = self.y.needs(kernel, wanted.y, wanted.bottom)
        return Rect(left, top, right - left, bottom - top)

    def resample(self, planes: Tensor, given: Rect, wanted: Rect, kernel: Kernel) -> Tensor:
        """Resample planes.

        Args:
            planes: float32 [n, h, w], the source pixels `given`.
            given: must contain `needs(kernel, wanted)`; pixels beyond it are not used.
            wanted: the pixels to make.

        Returns:
            float32 [n, wanted.height, wanted.width] on the same device.
        """
        needed = self.needs(kernel, wanted)
        assert given.contains(needed), f"{needed} is needed, {given} is given"
        part = planes[:, needed.y - given.y : needed.bottom - given.y, needed.x - given.x : needed.right - given.x]
        wide = _along(part, self.x, wanted.x, wanted.right, kernel, vertical=False)
        return _along(wide, self.y, wanted.y, wanted.bottom, kernel, vertical=True)


def _along(planes: Tensor, axis: AxisMap, start: int, end: int, kernel: Kernel, *, vertical: bool) -> Tensor:
    """Resample [n, h, w] along one side; `planes` begins at the first source pixel that is needed."""
    first, _ = axis.needs(kernel, start, end)
    height, width = planes.shape[1:]
    shape = (planes.shape[0], end - start, width) if vertical else (planes.shape[0], height, end - start)
    result = planes.new_empty(shape)
    for top in range(start, end, BLOCK):
        bottom = min(top + BLOCK, end)
        low, weights = _block(axis, kernel, top, bottom)
        matrix = torch.as_tensor(weights, device=planes.device)
        source = slice(low - first, low - first + matrix.shape[1])
        if vertical:
            result[:, top - start : bottom - start] = matrix @ planes[:, source]
        else:
            result[:, :, top - start : bottom - start] = planes[:, :, source] @ matrix.T
    return _held(result, planes, axis, start, end, first, vertical) if _holds(kernel, axis.step) else result


def _held(result: Tensor, planes: Tensor, axis: AxisMap, start: int, end: int, first: int, vertical: bool) -> Tensor:
    """Each value held between its two nearest source pixels."""
    left, right = _nearest_two(axis, start, end)
    dim = 1 if vertical else 2
    one = planes.index_select(dim, torch.as_tensor(left - first, device=planes.device))
    other = planes.index_select(dim, torch.as_tensor(right - first, device=planes.device))
    return torch.maximum(torch.minimum(result, torch.maximum(one, other)), torch.minimum(one, other))


@lru_cache(maxsize=256)
def _block(axis: AxisMap, kernel: Kernel, start: int, end: int) -> tuple[int, NDArray[np.float32]]:
    """The first source pixel and the dense weights, [wanted, source], of a few neighbouring pixels."""
    function, radius = _shape(kernel, axis.step)
    stretch = max(1.0, axis.step)
    low, high = axis.needs(kernel, start, end)
    centres = axis.offset + (np.arange(start, end)[:, None] + 0.5) * axis.step
    sources = np.arange(low, high)[None, :] + 0.5
    distance = (sources - centres) / stretch
    weights = np.where(np.abs(distance) < radius, function(distance), 0.0)
    weights /= weights.sum(axis=1, keepdims=True)  # a centre is never far outside, so the sum is never near 0
    return low, weights.astype(np.float32)


@lru_cache(maxsize=64)
def _nearest_two(axis: AxisMap, start: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    left = np.floor(axis.offset + (np.arange(start, end) + 0.5) * axis.step - 0.5).astype(np.int64)
    return np.clip(left, axis.low, axis.high - 1), np.clip(left + 1, axis.low, axis.high - 1)


def _holds(kernel: Kernel, step: float) -> bool:
    return kernel is Kernel.SMOOTH and step <= 1


def _shape(kernel: Kernel, step: float) -> tuple[Callable[[NDArray], NDArray], float]:
    """The kernel's function and its radius in units of max(1, step) source pixels."""
    if kernel is Kernel.LANCZOS:
        return _lanczos, 3.0
    return (_catmull_rom, 2.0) if step <= 1 else (_triangle, 1.0)


def _lanczos(x: NDArray) -> NDArray:
    return np.sinc(x) * np.sinc(x / 3)


def _catmull_rom(x: NDArray) -> NDArray:
    size = np.abs(x)
    near = (1.5 * size - 2.5) * size**2 + 1
    far = ((-0.5 * size + 2.5) * size - 4) * size + 2
    return np.where(size < 1, near, far)


def _triangle(x: NDArray) -> NDArray:
    return 1 - np.abs(x)
