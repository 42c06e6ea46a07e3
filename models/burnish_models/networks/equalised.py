"""ProGAN's two stabilisers: the equalised learning rate, and normalising each pixel's feature vector.

Source: Karras et al., Progressive Growing of GANs (2018), arXiv 1710.10196, sections 4.1 and 4.2.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

SMALLEST = 1e-8


class EqualisedConv2d(nn.Conv2d):
    """A convolution whose weights are all of the order of 1 and are scaled when it runs.

    Adam's steps do not depend on a gradient's size; scaled like this, every layer learns at the same rate (sec. 4.1).

    gain: the square root of 2 before a leaky ReLU, 1 at the end of a network. padding: kernel // 2 when left out.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int, gain: float = math.sqrt(2), padding: int | None = None
    ) -> None:
        super().__init__(inputs, outputs, kernel, padding=kernel // 2 if padding is None else padding)
        nn.init.normal_(self.weight)
        assert self.bias is not None
        nn.init.zeros_(self.bias)
        self.scale = gain / math.sqrt(inputs * kernel**2)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name that nn.Conv2d gives it
        return self._conv_forward(input, self.weight * self.scale, self.bias)


class PixelNorm(nn.Module):
    """Each pixel's features divided by their root mean square (sec. 4.2)."""

    def forward(self, x: Tensor) -> Tensor:
        wide = x.to(torch.promote_types(x.dtype, torch.float32))  # float16 would overflow above 255
        mean_square = wide.square().mean(1, keepdim=True)
        return x * torch.rsqrt(mean_square + SMALLEST).to(x.dtype)
