"""Halving that hardly notices a shift of one pixel: a small fixed blur, then every second pixel.

Source: Zhang, Making Convolutional Networks Shift-Invariant Again (ICML 2019), section 3.2, with the binomial filter
[1, 2, 1] of its "Triangle-3"; the border of two mirrored pixels is the one of Ghildyal and Liu, Shift-tolerant
Perceptual Similarity Metric (ECCV 2022), whose weights we read.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_BORDER = 2


class BlurPool(nn.Module):
    """[N, channels, h, w] to [N, channels, (h + 1) // 2 + 1, (w + 1) // 2 + 1]; h and w of at least 3."""

    taps: Tensor

    def __init__(self) -> None:
        super().__init__()
        triangle = torch.tensor([1.0, 2.0, 1.0])
        self.register_buffer("taps", torch.outer(triangle, triangle) / 16, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        channels = x.shape[1]
        bordered = functional.pad(x, (_BORDER,) * 4, mode="reflect")
        return functional.conv2d(bordered, self.taps.expand(channels, 1, 3, 3), stride=2, groups=channels)
