"""The original layer at the result's size: what strength blends with, what hidden tiles show, and the alpha."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish.wire.geometry import Rect
from burnish_models.pixels.bleed import bleed_margin
from burnish_models.pixels.compose import in_range
from burnish_models.pixels.resample import AxisMap, Kernel, Resampler
from burnish_models.pixels.source import LayerReader
from burnish_models.tiling.grid import ResultGrid

OUT_OF_RANGE = 1e-5  # less than this beyond 0 or 1 is rounding


class Original:
    """A layer seen through a result's grid. Rectangles are in result pixels; memory is bounded by the rectangle."""

    def __init__(self, reader: LayerReader, grid: ResultGrid) -> None:
        self.reader = reader
        self.grid = grid
        self.same_size = grid.scale == 1
        # A colour reaches 3 pixels far, to where transparency may itself have spread by 1; more when reducing. At the
        # same size, too, a network that makes the alpha may let hidden pixels be seen.
        self._margin = bleed_margin(math.ceil(4 * max(1.0, 1 / grid.scale)))
        self._resampler = resampler_to(grid, reader.layer.width, reader.layer.height)

    def raw(self, rect: Rect) -> NDArray:
        """The layer's very pixels, [h, w, channels]; only where the result has the layer's size."""
        return np.array(self.reader.pixels(self._shifted(rect)))

    def values(self, rect: Rect) -> Tensor:
        """The layer's own values, float32 [channels, h, w] in its own channel order but red first.

        Exact at scale 1. Elsewhere held to what the layer can say, because resampling may overshoot.
        """
        if self.same_size:
            raw, _ = self.reader.read_raw(self._shifted(rect))
            return red_first(self.reader.to_tensor(raw), self.reader)
        colours = in_range(self.colours(rect), self.reader)
        alpha = self.alpha(rect)
        return colours if alpha is None else torch.cat([colours, alpha[None]])

    def colours(self, rect: Rect) -> Tensor:
        """The layer's own colour values, float32 [1 or 3, h, w], bled under transparent pixels.

        They are resampled in linear light, in the layer's own primaries.
        """
        if self.same_size:
            raw, _, _ = self.reader.read_visible(self._shifted(rect))
            planes = self.reader.to_tensor(raw)
            return red_first(planes, self.reader)
        needed = self._resampler.needs(Kernel.LANCZOS, rect)
        raw, _, _ = self.reader.read_visible(needed, self._margin)
        light = self._resampler.resample(self.reader.to_light(raw), needed, rect, Kernel.LANCZOS)
        return self.reader.transform.from_light(light)

    def alpha(self, rect: Rect) -> Tensor | None:
        """float32 [h, w], 0 to 1 for integers; None where the layer has no alpha."""
        if not self.reader.layer.has_alpha:
            return None
        needed = self._shifted(rect) if self.same_size else self._resampler.needs(Kernel.SMOOTH, rect)
        constant = self.reader.alpha_is_constant(needed)
        if constant is not None:
            return torch.full((rect.height, rect.width), constant, device=self.reader.device)
        raw, _ = self.reader.read_raw(needed)
        alpha = self.reader.to_tensor(raw[..., -1:])
        if self.same_size:
            return alpha[0]
        return self._resampler.resample(alpha, needed, rect, Kernel.SMOOTH)[0]

    def excess(self, rect: Rect) -> Tensor | None:
        """What lies beyond 0 to 1, which networks do not see, float32 [3, h, w]; None where nothing does."""
        if self.reader.always_in_range:
            return None
        needed = self._shifted(rect) if self.same_size else self._resampler.needs(Kernel.SMOOTH, rect)
        rgb = self.reader.read(needed, self._margin).rgb
        low, high = (float(value) for value in torch.aminmax(rgb))
        if low >= -OUT_OF_RANGE and high <= 1 + OUT_OF_RANGE:
            return None
        beyond = rgb - rgb.clamp(0, 1)
        return beyond if self.same_size else self._resampler.resample(beyond, needed, rect, Kernel.SMOOTH)

    def _shifted(self, rect: Rect) -> Rect:
        return Rect(rect.x + self.grid.region.x, rect.y + self.grid.region.y, rect.width, rect.height)


def resampler_to(grid: ResultGrid, width: int, height: int, density: int = 1) -> Resampler:
    """From pixels of the whole layer, `density` of them per layer pixel along each side, to the result's.

    Args:
        width, height: the layer's size.
    """
    step = density / grid.scale
    return Resampler(
        x=AxisMap(grid.region.x * density, step, 0, width * density),
        y=AxisMap(grid.region.y * density, step, 0, height * density),
    )


def to_layer_channels(rgb: Tensor, reader: LayerReader) -> Tensor:
    """sRGB-encoded [3, h, w] as the layer's own colour values, float32 [1 or 3, h, w]. Grey is Rec. 709's luma."""
    if reader.colours == 1:
        rgb = (0.2126 * rgb[0] + 0.7152 * rgb[1]).add_(rgb[2], alpha=0.0722)[None]
    return reader.transform.to_layer(rgb)


def red_first(planes: Tensor, reader: LayerReader) -> Tensor:
    """Planes in the layer's order, with blue, green, red turned round."""
    if not reader.layer.bgr or reader.colours != 3:
        return planes
    return planes[[2, 1, 0, *range(3, planes.shape[0])]]
