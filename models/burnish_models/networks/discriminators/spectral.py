"""Spectral normalisation: a layer's weight divided by its largest singular value, so that the layer is 1-Lipschitz.

Source: Miyato et al., Spectral Normalization for GANs (ICLR 2018), equation 8 and algorithm 1, one power iteration a
forward pass in training. As in the paper's code and in torch, a convolution's kernel counts as the matrix
[outputs, inputs · height · width], whose largest singular value bounds the convolution's only up to a factor.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.nn.utils import parametrize

_FIRST_ITERATIONS = 15


class SpectralNorm(nn.Module):
    """A weight to the same weight with a largest singular value of 1, for `torch.nn.utils.parametrize`.

    The same as torch's own parametrization, whose state-dict keys it has, but for two things: autocast does not reach
    it (in bfloat16 the singular value would be off in the third digit, and every logit with it), and on the meta device
    it does not begin to iterate, which took most of the time of recognising a discriminator.
    """

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        matrix = weight.detach().flatten(1)
        self.register_buffer("_u", matrix.new_empty(matrix.shape[0]))
        self.register_buffer("_v", matrix.new_empty(matrix.shape[1]))
        if not matrix.is_meta:
            self._u.copy_(normalize(torch.randn_like(self._u), dim=0))
            self._v.copy_(normalize(torch.randn_like(self._v), dim=0))
            self._iterate(matrix, _FIRST_ITERATIONS)

    def forward(self, weight: Tensor) -> Tensor:
        with torch.autocast(weight.device.type, enabled=False):
            matrix = weight.flatten(1)
            if self.training:
                self._iterate(matrix.detach(), 1)
            # Copies: a second forward pass before the backward one, as for real and made pictures, changes the vectors.
            return weight / torch.dot(self._u.clone(), matrix.mv(self._v.clone()))

    @torch.no_grad()
    def _iterate(self, matrix: Tensor, times: int) -> None:
        """Brings u and v nearer to the first singular vectors, in place."""
        for _ in range(times):
            self._u.copy_(normalize(matrix.mv(self._v), dim=0))
            self._v.copy_(normalize(matrix.t().mv(self._u), dim=0))


def spectral_convolution(
    inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0, bias: bool = True
) -> nn.Module:
    """A convolution whose weight has a largest singular value of 1; keys are those of torch's parametrizations."""
    return _normalised(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=bias))


def spectral_linear(inputs: int, outputs: int) -> nn.Module:
    """A linear layer whose weight has a largest singular value of 1; keys are those of torch's parametrizations."""
    return _normalised(nn.Linear(inputs, outputs))


def _normalised(layer: nn.Conv2d | nn.Linear) -> nn.Module:
    # Unsafe only leaves out a trial run: shape and dtype are those of the weight.
    return parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight), unsafe=True)
