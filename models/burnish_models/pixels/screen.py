"""From a layer's own values to what a screen shows: 8-bit sRGB with alpha, for previews."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish_models.pixels.compose import in_range
from burnish_models.pixels.source import LayerReader


def to_screen(colours: Tensor, alpha: Tensor | float | None, reader: LayerReader) -> NDArray[np.uint8]:
    """Planes as 8-bit sRGB pixels, rounded half to even and clipped.

    Args:
        colours: float32 [1 or 3, h, w], the layer's own values, red first.
        alpha: float32 [h, w], or one number for all; None is opaque.

    Returns:
        [h, w, 4], red, green, blue, alpha, on the host.
    """
    rgb = reader.transform.to_srgb(in_range(colours, reader)).expand(3, -1, -1)
    planes = rgb.new_empty((4, *rgb.shape[1:]))
    planes[:3] = rgb
    planes[3] = 1.0 if alpha is None else alpha
    codes = planes.mul_(255).round_().clamp_(0, 255).to(torch.uint8)
    return codes.permute(1, 2, 0).contiguous().cpu().numpy()
