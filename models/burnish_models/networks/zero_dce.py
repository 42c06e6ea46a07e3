"""Zero-DCE: seven convolutions estimate, for every pixel, the curves that bring a dark picture to light.

Source: Guo et al., Zero-Reference Deep Curve Estimation for Low-Light Image Enhancement (2020), arXiv 2001.06826,
figure 2: 32 channels, symmetric skips, eight curves for each of R, G and B. Key names are those of the released
weights.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from torch import Tensor, nn

from burnish_models.catalogue.model import Facts
from burnish_models.networks.initial_weights import narrow_normal
from burnish_models.networks.light_curves import CHANNELS, apply_curves, estimated_maps
from burnish_models.networks.network import Network, State, shape_of
from burnish_models.networks.receptive import convolutions, receptive_field
from burnish_models.networks.stated_facts import facts_for


@dataclass(frozen=True)
class ZeroDceConfig:
    """features: channels inside; iterations: curves that are applied one after the other."""

    features: int = 32
    iterations: int = 8


class ZeroDCE(nn.Module):
    """[N, 3, h, w] to the same size, 0 to 1."""

    def __init__(self, config: ZeroDceConfig) -> None:
        super().__init__()
        self.config = config
        features, maps = config.features, CHANNELS * config.iterations
        self.e_conv1 = nn.Conv2d(CHANNELS, features, 3, padding=1)
        self.e_conv2 = nn.Conv2d(features, features, 3, padding=1)
        self.e_conv3 = nn.Conv2d(features, features, 3, padding=1)
        self.e_conv4 = nn.Conv2d(features, features, 3, padding=1)
        self.e_conv5 = nn.Conv2d(2 * features, features, 3, padding=1)
        self.e_conv6 = nn.Conv2d(2 * features, features, 3, padding=1)
        self.e_conv7 = nn.Conv2d(2 * features, maps, 3, padding=1)
        narrow_normal(self)

    def curves(self, x: Tensor) -> Tensor:
        """The maps, [N, 3 * iterations, h, w], -1 to 1; training keeps them smooth."""
        return estimated_maps([self.get_submodule(f"e_conv{number}") for number in range(1, 8)], x)

    def with_curves(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The enhanced picture, and the maps that it was made with."""
        maps = self.curves(x)
        return apply_curves(x, maps.split(CHANNELS, dim=1)), maps

    def forward(self, x: Tensor) -> Tensor:
        return self.with_curves(x)[0]


def rename(state: State) -> State:
    """Brings a common copy's names, dce_net.conv1 or conv1, to the released e_conv1."""
    return {re.sub(r"^(dce_net\.)?conv([1-7])\.", r"e_conv\2.", key): value for key, value in state.items()}


def detect(state: State) -> ZeroDceConfig | None:
    """Hyper-parameters of a state dict with e_conv1 to e_conv7."""
    first, last = shape_of(state, "e_conv1.weight", 4), shape_of(state, "e_conv7.weight", 4)
    return ZeroDceConfig(first[0], last[0] // CHANNELS) if first and last else None


@cache
def facts(config: ZeroDceConfig) -> Facts:
    return facts_for(
        lambda: ZeroDCE(config),
        field=receptive_field(convolutions(7)),
        activation_bytes=_activation_bytes(config),
    )


def _activation_bytes(config: ZeroDceConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels, with 8 iterations: 968 per input pixel with 16 features,
    # 1,642 with 32; the maps, and the results that the skips keep.
    return 42.0 * config.features + 37.0 * config.iterations


NETWORK = Network("zero-dce", "Zero-DCE", detect, ZeroDCE, facts, ZeroDceConfig, rename)
