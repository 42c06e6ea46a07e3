"""UpConv7, waifu2x's generator: six unpadded 3x3 convolutions and one transposed convolution that doubles the size.

Source: nagadomi, waifu2x (2015), model "upconv_7"; key names are those of its PyTorch port.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish.wire.messages import Tiling
from burnish.wire.request import N_
from burnish_models.catalogue.model import Facts
from burnish_models.networks.network import Network, State, count_multiply_adds, shape_of

PADDING = 7  # what the unpadded convolutions eat, so that the result is exactly twice the input


@dataclass(frozen=True)
class UpConv7Config:
    """features: output channels of the six convolutions."""

    features: tuple[int, int, int, int, int, int] = (16, 32, 64, 128, 128, 256)


class UpConv7(nn.Module):
    """[N, 3, h, w] to [N, 3, 2h, 2w], 0 to 1. Edge pixels are repeated outwards, so any size from 1 x 1 works."""

    def __init__(self, config: UpConv7Config) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for outputs in config.features:
            layers += [nn.Conv2d(inputs, outputs, 3), nn.LeakyReLU(0.1, inplace=True)]
            inputs = outputs
        layers.append(nn.ConvTranspose2d(inputs, 3, 4, stride=2, padding=3))
        self.net = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(functional.pad(x, (PADDING,) * 4, mode="replicate"))


def detect(state: State) -> UpConv7Config | None:
    """Hyper-parameters of a state dict whose weights are net.0, net.2, ... net.12."""
    shapes = [shape_of(state, f"net.{2 * index}.weight", 4) for index in range(7)]
    a, b, c, d, e, f, last = shapes
    if a is None or b is None or c is None or d is None or e is None or f is None or last is None:
        return None
    return UpConv7Config((a[0], b[0], c[0], d[0], e[0], f[0]))


@cache
def facts(config: UpConv7Config) -> Facts:
    with torch.device("meta"):
        multiply_adds = count_multiply_adds(UpConv7(config))
    return Facts(
        scale=2,
        receptive_field=PADDING,
        overlap=PADDING,
        feather=0,
        border=10,
        multiple=1,
        tiling=Tiling.EXACT,
        seam=N_("Tiles equal the whole picture."),
        half=True,
        multiply_adds=multiply_adds,
        # Measured on a CPU in channels_last at 256 x 256 pixels: 1,598 per input pixel, the widest layer's input and
        # output and a little.
        activation_bytes=4.0 * max(map(sum, pairwise((3, *config.features)))) + 128.0,
    )


NETWORK = Network("upconv7", "waifu2x (UpConv7)", detect, UpConv7, facts, UpConv7Config)
