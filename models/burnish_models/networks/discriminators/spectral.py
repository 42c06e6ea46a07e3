"""Spectral normalisation: a layer's weight divided by its largest singular value, so that the layer is 1-Lipschitz.

Source: Miyato et al., Spectral Normalization for GANs (ICLR 2018), equation 8 and algorithm 1, one power iteration a
forward pass in training. As in the paper's code and in torch, a convolution's kernel counts as the matrix
[outputs, inputs · height · width], whose largest singular value bounds the convolution's only up to a factor.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrizations


class _Convolution(nn.Conv2d):
    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - torch's name for it
        # The weight is computed when it is read. In half precision its largest singular value would be off by some
        # percent, and the power iteration would not settle.
        with torch.autocast(input.device.type, enabled=False):
            weight = self.weight
        return functional.conv2d(input, weight, self.bias, self.stride, self.padding)


class _Linear(nn.Linear):
    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - torch's name for it
        with torch.autocast(input.device.type, enabled=False):
            weight = self.weight
        return functional.linear(input, weight, self.bias)


def spectral_convolution(
    inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0, bias: bool = True
) -> nn.Module:
    """A convolution whose weight has a largest singular value of 1; keys are those of torch's parametrizations."""
    return parametrizations.spectral_norm(_Convolution(inputs, outputs, kernel, stride, padding, bias=bias))


def spectral_linear(inputs: int, outputs: int) -> nn.Module:
    """A linear layer whose weight has a largest singular value of 1; keys are those of torch's parametrizations."""
    return parametrizations.spectral_norm(_Linear(inputs, outputs))
