"""A soft selection, seen through a result's grid: how much of the result each of its pixels takes."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish.wire.geometry import Rect
from burnish_models.pixels.resample import AxisMap, Kernel, Resampler
from burnish_models.tiling.grid import ResultGrid

WHOLLY = 255


class Selection:
    """A mask over a grid's region. Rectangles are in result pixels; memory is bounded by the rectangle.

    Args:
        mask: uint8 [region's height, region's width], 0 not selected to 255 wholly selected; only read.
        grid: of the result.
        device: where weights are put.
    """

    def __init__(self, mask: NDArray[np.uint8], grid: ResultGrid, device: torch.device | str = "cpu") -> None:
        region = grid.region
        assert mask.shape == (region.height, region.width), "the mask does not cover the region"
        self._mask = mask
        self._device = device
        self._same_size = grid.scale == 1
        step = 1 / grid.scale
        self._resampler = Resampler(AxisMap(0.0, step, 0, region.width), AxisMap(0.0, step, 0, region.height))

    @classmethod
    def of(
        cls, mask: NDArray[np.uint8] | None, grid: ResultGrid, device: torch.device | str = "cpu"
    ) -> Selection | None:
        """A selection, or None where all is selected wholly: such a mask costs nothing further."""
        return None if mask is None or mask.min() == WHOLLY else cls(mask, grid, device)

    def weights(self, rect: Rect) -> Tensor | float:
        """float32 [rect.height, rect.width], 0 to 1, or one number where it is the same everywhere.

        At scale 1 they are the mask's values exactly; elsewhere they are resampled as alpha is, and never leave the
        range of the mask's pixels around them.
        """
        needed = rect if self._same_size else self._resampler.needs(Kernel.SMOOTH, rect)
        part = self._mask[needed.y : needed.bottom, needed.x : needed.right]
        first = part[0, 0]
        if (part == first).all():
            return int(first) / WHOLLY
        values = torch.tensor(part, dtype=torch.float32, device=self._device).div_(WHOLLY)
        if self._same_size:
            return values
        return self._resampler.resample(values[None], needed, rect, Kernel.SMOOTH)[0]
