"""Where a region's pixels lie in the result: one mapping for planning, resampling, painting and resuming."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.request import Output

LANCZOS_RADIUS = 3


@dataclass(frozen=True)
class ResultGrid:
    """The result of enhancing `region` at `scale`.

    The result begins exactly at the region's corner: the centre of result pixel j lies at region.x + (j + 0.5) / scale
    in the layer. So a region's result is a crop of the whole layer's wherever region.x * scale is a whole number, and
    everywhere else it still begins at the region's edge instead of a fraction of a pixel beside it.

    Attributes:
        region: in the layer's pixels.
        scale: result pixels per layer pixel along each side; need not be whole.
    """

    region: Rect
    scale: float

    @property
    def width(self) -> int:
        """The region's width times scale, rounded (halves up), at least 1."""
        return max(1, _rounded(self.region.width * self.scale))

    @property
    def height(self) -> int:
        return max(1, _rounded(self.region.height * self.scale))

    @property
    def bounds(self) -> Rect:
        return Rect(0, 0, self.width, self.height)

    def format(self, layer: PixelFormat, output: Output = Output.LAYER) -> PixelFormat:
        """The result's pixel format: the layer's own but for its size, or 8-bit sRGB with alpha for the screen."""
        if output is Output.SCREEN:
            return PixelFormat(self.width, self.height, Depth.UINT8, 4)
        return replace(layer, width=self.width, height=self.height)

    def place(self, rect: Rect) -> Rect:
        """The result pixels of a part of the region.

        The parts of a partition of the region are placed as a partition of the result. Below a scale of 1 a small part
        may get no pixels at all; its width or height is then 0.
        """
        left, right = self._mark_x(rect.x), self._mark_x(rect.right)
        top, bottom = self._mark_y(rect.y), self._mark_y(rect.bottom)
        return Rect(left, top, right - left, bottom - top)

    def seen(self, rect: Rect, radius: float) -> Rect:
        """The layer's pixels whose centres lie within `radius` layer pixels of the result pixels in `rect`."""
        left = self.region.x + rect.x / self.scale - radius
        top = self.region.y + rect.y / self.scale - radius
        right = self.region.x + rect.right / self.scale + radius
        bottom = self.region.y + rect.bottom / self.scale + radius
        x, y = math.floor(left), math.floor(top)
        return Rect(x, y, math.ceil(right) - x, math.ceil(bottom) - y)

    def context(self, network_scale: int) -> int:
        """Layer pixels around a core that resampling from the network's scale to this one needs; 0 if they agree."""
        if self.scale == network_scale:
            return 0
        support = LANCZOS_RADIUS * max(1 / network_scale, 1 / self.scale)
        rounding = 0.5 / self.scale
        return math.ceil(support + rounding)

    def _mark_x(self, x: int) -> int:
        return self.width if x >= self.region.right else min(_rounded((x - self.region.x) * self.scale), self.width)

    def _mark_y(self, y: int) -> int:
        return self.height if y >= self.region.bottom else min(_rounded((y - self.region.y) * self.scale), self.height)


def _rounded(value: float) -> int:
    return math.floor(value + 0.5)
