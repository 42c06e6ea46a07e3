"""A denoising autoencoder: a U-Net of 32, 64, 128 and 256 channels that says what to add to its input.

Source: Ronneberger et al., U-Net (2015), arXiv 1505.04597, for the shape; Zhang et al., DnCNN (2017), arXiv 1608.03981,
section III, for estimating the noise instead of the picture. No normalisation: it would make a pixel's value depend on
the rest of the picture, and its noise statistics on the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import torch
from torch import Tensor, nn

from burnish_models.catalogue.model import Facts
from burnish_models.networks.initial_weights import small_he
from burnish_models.networks.network import Network, State, shape_of
from burnish_models.networks.receptive import Sees, convolution, convolutions, enlarged, receptive_field
from burnish_models.networks.stated_facts import facts_for


@dataclass(frozen=True)
class DenoisingUNetConfig:
    """features: channels at full size, at half, at a quarter, ...; at least two."""

    features: tuple[int, ...] = (32, 64, 128, 256)

    def __post_init__(self) -> None:
        if len(self.features) < 2:
            raise ValueError("features must name at least two levels")

    @property
    def multiple(self) -> int:
        return 2 ** (len(self.features) - 1)


class DenoisingUNet(nn.Module):
    """[N, 3, h, w] to the same size, 0 to 1; h and w must be multiples of 2 for each level but the first (8)."""

    def __init__(self, config: DenoisingUNetConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.features
        inputs = (3, *widths[1:])
        self.encoder = nn.ModuleList(_two_convolutions(a, b) for a, b in zip(inputs, widths, strict=True))
        self.down = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in pairwise(widths))
        self.up = nn.ModuleList(_doubled(b, a) for a, b in pairwise(widths))
        self.decoder = nn.ModuleList(_two_convolutions(2 * width, width) for width in widths[:-1])
        self.last = nn.Conv2d(widths[0], 3, 3, padding=1)
        small_he(self, 1.0)
        small_he(self.last, 0.1)

    def forward(self, x: Tensor) -> Tensor:
        features, kept = self.encoder[0](x), []
        for down, encode in zip(self.down, self.encoder[1:], strict=True):
            kept.append(features)
            features = encode(down(features))
        for up, decode in zip(reversed(self.up), reversed(self.decoder), strict=True):
            features = decode(torch.cat((kept.pop(), up(features)), 1))
        return x + self.last(features)


def _two_convolutions(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.LeakyReLU(0.1, inplace=True),
        nn.Conv2d(outputs, outputs, 3, padding=1),
        nn.LeakyReLU(0.1, inplace=True),
    )


def _doubled(inputs: int, outputs: int) -> nn.Sequential:
    """What a 2x2 transposed convolution of stride 2 is, in layers that every engine runs fast."""
    return nn.Sequential(nn.Conv2d(inputs, 4 * outputs, 1), nn.PixelShuffle(2))


def detect(state: State) -> DenoisingUNetConfig | None:
    """Hyper-parameters of a state dict with encoder.*.0, down.*, up.*.0, decoder.*.0 and last."""
    levels = sum(1 for key in state if key.startswith("encoder.") and key.endswith(".0.weight"))
    shapes = [shape_of(state, f"encoder.{level}.0.weight", 4) for level in range(levels)]
    widths = tuple(shape[0] for shape in shapes if shape is not None)
    return DenoisingUNetConfig(widths) if widths and len(widths) == levels else None


def layers(config: DenoisingUNetConfig) -> list[Sees]:
    """What its receptive field is counted from."""
    halvings = len(config.features) - 1
    halved = [convolution(2, stride=2, padding=0), *convolutions(2)]
    doubled = [enlarged(2), *convolutions(2)]
    return [*convolutions(2), *halved * halvings, *doubled * halvings, convolution(3)]


@cache
def facts(config: DenoisingUNetConfig) -> Facts:
    return facts_for(
        lambda: DenoisingUNet(config),
        field=receptive_field(layers(config), period=config.multiple),
        multiple=config.multiple,
        activation_bytes=_activation_bytes(config),
    )


def _activation_bytes(config: DenoisingUNetConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels: 505, 1,048 and 1,557 per input pixel with 16, 32 and 64
    # channels at full size: what is kept for the last level, what is joined to it, and the convolutions over both.
    return 33.0 * config.features[0]


NETWORK = Network("denoising-unet", "Denoising U-Net", detect, DenoisingUNet, facts, DenoisingUNetConfig)
