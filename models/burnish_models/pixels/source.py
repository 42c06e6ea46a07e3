"""Reads rectangles of a layer, also beyond its edges, as tensors that a network understands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish.wire.geometry import PixelFormat, Rect
from burnish_models.pixels.bleed import bleed
from burnish_models.pixels.eight_bit import for_eight_bits
from burnish_models.pixels.profile import colour_transform


@dataclass(frozen=True)
class TileInput:
    """A rectangle of a layer as floating tensors.

    Attributes:
        rgb: float32 [3, h, w], sRGB-encoded; outside 0 to 1 where the layer is brighter than white or more colourful
            than sRGB. Grey layers give three equal channels.
        alpha: float32 [h, w], 0 to 1; None where the layer has none.
        alpha_constant: the alpha of the whole rectangle where it is the same everywhere (1 without alpha), else None.
        hidden: no pixel of the rectangle is visible.
        invalid: how many values were not finite; they were read as 0.
    """

    rgb: Tensor
    alpha: Tensor | None
    alpha_constant: float | None
    hidden: bool
    invalid: int


class LayerReader:
    """A layer in its own depth, read by rectangles in its own coordinates.

    Beyond its edges the layer is mirrored about the centres of its outermost pixels, as often as needed.

    Args:
        array: [height, width, channels] (shared memory, never written to).
        layer: what the array holds.
        device: where tensors are put.
    """

    def __init__(self, array: NDArray, layer: PixelFormat, device: torch.device | str = "cpu") -> None:
        assert array.shape == (layer.height, layer.width, layer.channels), "the array is not what the format says"
        self.array = array
        self.layer = layer
        self.device = torch.device(device)
        self.transform = colour_transform(layer)
        if array.dtype == np.uint8 and self.device.type == "cpu":
            self.transform = for_eight_bits(self.transform)
        self.whole = np.issubdtype(array.dtype, np.integer)
        self.top = float(np.iinfo(array.dtype).max) if self.whole else 1.0
        self.colours = layer.channels - layer.has_alpha
        # Integers in sRGB's own gamut can hold nothing outside 0 to 1.
        self.always_in_range = bool(self.whole and self.transform.matrix is None)

    def read(self, rect: Rect, margin: int = 0) -> TileInput:
        """The rectangle as a network should see it.

        Args:
            rect: in the layer's pixels; may reach outside.
            margin: how far around the rectangle to look for colours to bleed under transparent pixels.
        """
        colours, alpha, invalid = self.read_visible(rect, margin)
        if alpha is None:
            return TileInput(self.to_rgb(colours), None, 1.0, False, invalid)
        low, high = float(alpha.min()), float(alpha.max())
        return TileInput(
            rgb=self.to_rgb(colours),
            alpha=self.to_tensor(alpha[..., None])[0],
            alpha_constant=low / self.top if low == high else None,
            hidden=high <= 0,
            invalid=invalid,
        )

    def read_visible(self, rect: Rect, margin: int = 0) -> tuple[NDArray, NDArray | None, int]:
        """Raw colours [h, w, 1 or 3], bled under transparent pixels; raw alpha [h, w]; how many values were invalid."""
        if not self.layer.has_alpha:
            raw, invalid = self.read_raw(rect)
            return raw, None, invalid
        wide = Rect(rect.x - margin, rect.y - margin, rect.width + 2 * margin, rect.height + 2 * margin)
        raw, invalid = self.read_raw(wide)
        inner = np.s_[margin : margin + rect.height, margin : margin + rect.width]
        alpha = raw[inner][..., -1]
        colours = raw[..., : self.colours]
        return (bleed(colours, raw[..., -1]) if (alpha > 0).any() else colours)[inner], alpha, invalid

    def alpha_is_constant(self, rect: Rect) -> float | None:
        """The alpha of the rectangle where it is the same everywhere, 1 for layers without; None where it varies."""
        if not self.layer.has_alpha:
            return 1.0
        alpha = self.pixels(rect)[..., -1]
        first = alpha.flat[0]
        return float(first) / self.top if np.isfinite(first) and (alpha == first).all() else None

    def read_raw(self, rect: Rect) -> tuple[NDArray, int]:
        """The rectangle's own values, [h, w, channels] in the layer's depth, and how many were not finite (now 0)."""
        raw = self.pixels(rect)
        if self.whole:
            return raw, 0
        finite = np.isfinite(raw)
        if finite.all():
            return raw, 0
        return np.where(finite, raw, raw.dtype.type(0)), int(finite.size - np.count_nonzero(finite))

    def to_tensor(self, raw: NDArray) -> Tensor:
        """Raw [h, w, n] as float32 [n, h, w] on the device, integers spread over 0 to 1. Order is kept."""
        # Not every device knows 16-bit integers; 8-bit ones are worth bringing over as they are.
        known = raw.astype(np.float32) if raw.dtype == np.uint16 else np.array(raw)
        tensor = torch.from_numpy(known).to(self.device).permute(2, 0, 1)
        planes = tensor.to(torch.float32, memory_format=torch.contiguous_format)
        return planes.mul_(1 / self.top) if self.whole else planes

    def to_light(self, raw: NDArray) -> Tensor:
        """Raw colours [h, w, 1 or 3] as light in the layer's own primaries, float32 [1 or 3, h, w], red first."""
        if self.layer.bgr and self.colours == 3:
            raw = raw[..., ::-1]
        if self.whole:
            return self.transform.integers_to_light(np.moveaxis(raw, 2, 0)).to(self.device)
        return self.transform.to_light(self.to_tensor(raw))

    def to_rgb(self, raw: NDArray) -> Tensor:
        """Raw colours [h, w, 1 or 3] as sRGB-encoded float32 [3, h, w] on the device."""
        if self.layer.bgr and self.colours == 3:
            raw = raw[..., ::-1]
        if self.transform.identity:
            rgb = self.to_tensor(raw)
        elif self.whole:
            rgb = self.transform.integers_to_srgb(np.moveaxis(raw, 2, 0)).to(self.device)
        else:
            rgb = self.transform.to_srgb(self.to_tensor(raw))
        return rgb.expand(3, -1, -1) if self.colours == 1 else rgb

    def pixels(self, rect: Rect) -> NDArray:
        """The rectangle's own bytes, [h, w, channels] in the layer's depth; may be a view of the layer."""
        if self.layer.bounds.contains(rect):
            return self.array[rect.y : rect.bottom, rect.x : rect.right]
        rows = _mirrored_indices(rect.y, rect.bottom, self.layer.height)
        columns = _mirrored_indices(rect.x, rect.right, self.layer.width)
        low, high = rows.min(), rows.max() + 1
        return self.array[low:high][:, columns][rows - low]


def _mirrored_indices(start: int, end: int, length: int) -> NDArray[np.intp]:
    """Indices of a line of `length` pixels that is mirrored about its end pixels for ever."""
    period = max(1, 2 * (length - 1))
    folded = np.arange(start, end) % period
    return np.minimum(folded, period - folded) if length > 1 else np.zeros(end - start, np.intp)
