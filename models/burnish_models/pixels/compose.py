"""From floating planes to the layer's own depth and channel order, rounded once."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish_models.pixels.source import LayerReader

_LARGEST_HALF = 65504.0


def to_pixels(colours: Tensor, alpha: Tensor | float | None, reader: LayerReader) -> NDArray:
    """Planes as pixels of the layer.

    Integers are rounded half to even and clipped to their range; floats are not clipped (but held to what float16 can
    say), so that colours brighter than white survive.

    Args:
        colours: float32 [1 or 3, h, w], the layer's own values, red first. May be changed.
        alpha: float32 [h, w], or one number for all; ignored where the layer has none.

    Returns:
        [h, w, channels] in the layer's depth and channel order, on the host.
    """
    layer, depth = reader.layer, reader.array.dtype
    codes = _codes(colours, reader)
    height, width = colours.shape[1:]
    if reader.colours == 3 and not layer.has_alpha and not layer.bgr and codes.permute(1, 2, 0).is_contiguous():
        return codes.permute(1, 2, 0).cpu().numpy().astype(depth, copy=False)
    pixels = np.empty((height, width, layer.channels), depth)
    order = (2, 1, 0) if layer.bgr and reader.colours == 3 else range(reader.colours)
    planes = codes.cpu().numpy()
    for position, channel in enumerate(order):
        pixels[..., position] = planes[channel]
    if isinstance(alpha, Tensor):
        pixels[..., -1] = _codes(alpha, reader).cpu().numpy()
    elif layer.has_alpha:
        value = 1.0 if alpha is None else alpha
        pixels[..., -1] = round(value * reader.top) if reader.whole else value
    return pixels


def in_range(values: Tensor, reader: LayerReader) -> Tensor:
    """Values as the layer can hold them: clipped to 0 to 1 for integers."""
    return values.clamp(0, 1) if reader.whole else values


def _codes(values: Tensor, reader: LayerReader) -> Tensor:
    if reader.whole:
        scaled = (values * reader.top).round_().clamp_(0, reader.top)
        return scaled.to(torch.uint8 if reader.top == 255 else torch.int32)
    if reader.array.dtype == np.float16:
        return values.clamp(-_LARGEST_HALF, _LARGEST_HALF).to(torch.float16)
    return values
