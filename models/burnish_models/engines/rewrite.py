"""Exchanges layers for others that compute the same numbers faster, on every engine alike."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional


def with_faster_layers(network: nn.Module) -> nn.Module:
    """A copy of the network in which every doubling transposed convolution is a PhasedUpsampling."""
    network = copy.deepcopy(network)
    for name, layer in list(network.named_modules()):
        if isinstance(layer, nn.ConvTranspose2d) and PhasedUpsampling.suits(layer):
            faster = PhasedUpsampling(layer)
            if not name:
                return faster
            network.set_submodule(name, faster)
    return network


class PhasedUpsampling(nn.Module):
    """A 4x4 transposed convolution of stride 2, as one 2x2 convolution and a pixel shuffle.

    Each of the four result pixels that an input pixel grows into (its phases) sees only 2x2 of the 4x4 kernel, so one
    convolution with four times the channels computes all of them. Engines pad output channels to their vector width:
    three channels cost as much as sixteen, which makes twelve in one convolution about four times cheaper.
    """

    def __init__(self, layer: nn.ConvTranspose2d) -> None:
        super().__init__()
        padding = int(layer.padding[0])
        # The uncropped result is 2h + 2 wide; leaving out the convolution's own padding already takes 2 on each side.
        self.crop = padding % 2
        self.convolution = nn.Conv2d(
            layer.in_channels,
            4 * layer.out_channels,
            2,
            padding=1 if padding < 2 else 0,
            bias=layer.bias is not None,
            device=layer.weight.device,
            dtype=layer.weight.dtype,
        )
        with torch.no_grad():
            self.convolution.weight.copy_(_phase_weights(layer.weight))
            if layer.bias is not None and self.convolution.bias is not None:
                self.convolution.bias.copy_(layer.bias.repeat_interleave(4))
        self.convolution.requires_grad_(False)
        self.train(layer.training)

    @staticmethod
    def suits(layer: nn.ConvTranspose2d) -> bool:
        return (
            layer.kernel_size == (4, 4)
            and layer.stride == (2, 2)
            and layer.dilation == (1, 1)
            and layer.output_padding == (0, 0)
            and layer.groups == 1
            and layer.padding in ((0, 0), (1, 1), (2, 2), (3, 3))
        )

    def forward(self, x: Tensor) -> Tensor:
        x = functional.pixel_shuffle(self.convolution(x), 2)
        if self.crop:
            x = x[:, :, self.crop : -self.crop, self.crop : -self.crop]
        return x


def _phase_weights(weight: Tensor) -> Tensor:
    """[inputs, outputs, 4, 4] of a transposed convolution as [outputs * 4, inputs, 2, 2], in pixel shuffle's order."""
    inputs, outputs = weight.shape[:2]
    # Along one axis, phase 0 sees kernel taps 2 and 0 of the two neighbouring input pixels, phase 1 sees 3 and 1.
    taps = torch.tensor([[2, 0], [3, 1]], device=weight.device)
    phased = weight[:, :, taps[:, None, :, None], taps[None, :, None, :]]  # inputs, outputs, phase y, phase x, 2, 2
    return phased.permute(1, 2, 3, 0, 4, 5).reshape(4 * outputs, inputs, 2, 2)
