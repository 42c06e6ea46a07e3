"""MSRResNet: SRResNet without batch normalisation, with 3x3 convolutions only, adding to the enlarged input.

Source: the generator that ESRGAN's authors released as their SRResNet baseline (Wang et al., ESRGAN (2018), arXiv
1809.00219, sec. 3.1, says why the normalisation went). It differs from Ledig et al. (2017): no batch normalisation, 3x3
in place of 9x9, ReLU in the blocks and leaky ReLU outside, no long skip, but a bilinear one from input to result. Key
names are those of the released weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from torch import Tensor, nn
from torch.nn import functional

from burnish_models.catalogue.model import Facts
from burnish_models.networks.initial_weights import small_he
from burnish_models.networks.network import Network, State, shape_of
from burnish_models.networks.receptive import Sees, convolution, convolutions, enlarged, receptive_field
from burnish_models.networks.stated_facts import facts_for
from burnish_models.networks.upsampling_stages import stage_factors


@dataclass(frozen=True)
class MSRResNetConfig:
    """features: channels inside; blocks: residual blocks; scale: 1, 2, 3, 4 or 8."""

    features: int = 64
    blocks: int = 16
    scale: int = 4

    def __post_init__(self) -> None:
        stage_factors(self.scale)


class ResidualBlock(nn.Module):
    """Two convolutions with a ReLU between, added to the input."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(functional.relu(self.conv1(x), inplace=True))


class MSRResNet(nn.Module):
    """[N, 3, h, w] to [N, 3, h * scale, w * scale], 0 to 1: what is added to the enlarged input."""

    def __init__(self, config: MSRResNetConfig) -> None:
        super().__init__()
        self.config = config
        features = config.features
        self.conv_first = nn.Conv2d(3, features, 3, padding=1)
        self.body = nn.Sequential(*(ResidualBlock(features) for _ in range(config.blocks)))
        self._factors = stage_factors(config.scale)
        for stage, factor in enumerate(self._factors, start=1):
            self.add_module(f"upconv{stage}", nn.Conv2d(features, features * factor**2, 3, padding=1))
        self.conv_hr = nn.Conv2d(features, features, 3, padding=1)
        self.conv_last = nn.Conv2d(features, 3, 3, padding=1)
        small_he(self)

    def forward(self, x: Tensor) -> Tensor:
        features = self.body(_activate(self.conv_first(x)))
        for stage, factor in enumerate(self._factors, start=1):
            features = self.get_submodule(f"upconv{stage}")(features)
            features = _activate(functional.pixel_shuffle(features, factor))
        detail = self.conv_last(_activate(self.conv_hr(features)))
        return detail + _enlarged(x, self.config.scale)


def _activate(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, 0.1, inplace=True)


def _enlarged(x: Tensor, scale: int) -> Tensor:
    if scale == 1:
        return x
    return functional.interpolate(x, scale_factor=float(scale), mode="bilinear", align_corners=False)


def detect(state: State) -> MSRResNetConfig | None:
    """Hyper-parameters of a state dict with conv_first, body.*.conv1, upconv1, ..., conv_hr and conv_last."""
    first = shape_of(state, "conv_first.weight", 4)
    if first is None or shape_of(state, "conv_hr.weight", 4) is None:
        return None
    features = first[0]
    blocks = len({key.split(".")[1] for key in state if key.startswith("body.")})
    stages = sum(1 for key in state if key.startswith("upconv") and key.endswith(".weight"))
    shapes = [shape_of(state, f"upconv{stage + 1}.weight", 4) for stage in range(stages)]
    scale = math.prod(math.isqrt(shape[0] // features) if shape else 0 for shape in shapes)
    return MSRResNetConfig(features, blocks, scale)


def layers(config: MSRResNetConfig) -> list[Sees]:
    """What its receptive field is counted from."""
    stages = [step for factor in stage_factors(config.scale) for step in (convolution(3), enlarged(factor))]
    return [*convolutions(1 + 2 * config.blocks), *stages, *convolutions(2)]


@cache
def facts(config: MSRResNetConfig) -> Facts:
    return facts_for(
        lambda: MSRResNet(config),
        scale=config.scale,
        field=receptive_field(layers(config), config.scale),
        activation_bytes=_activation_bytes(config),
    )


def _activation_bytes(config: MSRResNetConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels: 8,363 per input pixel at x4 and 2,097 at x2 with 64
    # features, which are conv_hr's input and output; 618 at x1 with 32, five layers of the trunk.
    return max(8.25 * config.features * config.scale**2, 20.0 * config.features)


NETWORK = Network("msrresnet", "MSRResNet", detect, MSRResNet, facts, MSRResNetConfig)
