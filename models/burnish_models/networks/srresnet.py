"""SRResNet, the generator of SRGAN: residual blocks with batch normalisation at input size, then pixel shuffles.

Source: Ledig et al., Photo-Realistic Single Image Super-Resolution Using a GAN (2017), arXiv 1609.04802, figure 4. The
paper's generator answers in -1 to 1; this one in 0 to 1, as everything here. The paper knows x4; the other scales
change only the number and the factor of the pixel shuffles. The paper has no input skip, and neither has this: see
msrresnet.py for the form without normalisation that released weights have.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from torch import Tensor, nn

from burnish_models.catalogue.model import Facts
from burnish_models.networks.network import Network, State, shape_of
from burnish_models.networks.receptive import Sees, convolution, convolutions, enlarged, receptive_field
from burnish_models.networks.stated_facts import facts_for
from burnish_models.networks.upsampling_stages import stage_factors


@dataclass(frozen=True)
class SRResNetConfig:
    """Hyper-parameters.

    Attributes:
        features: channels inside.
        blocks: residual blocks.
        scale: 1, 2, 3, 4 or 8.
        batch_norm: as in the paper. Without it, results do not depend on what a batch held in training, and the
            artefacts that ESRGAN (sec. 3.1) traces back to it do not arise.
    """

    features: int = 64
    blocks: int = 16
    scale: int = 4
    batch_norm: bool = True

    def __post_init__(self) -> None:
        stage_factors(self.scale)


class ResidualBlock(nn.Module):
    """Convolution, normalisation, PReLU, convolution, normalisation, added to the input."""

    def __init__(self, features: int, batch_norm: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_convolution(features, features, batch_norm),
            nn.PReLU(),
            *_convolution(features, features, batch_norm),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class SRResNet(nn.Module):
    """[N, 3, h, w] to [N, 3, h * scale, w * scale], 0 to 1."""

    def __init__(self, config: SRResNetConfig) -> None:
        super().__init__()
        self.config = config
        features = config.features
        self.first = nn.Sequential(nn.Conv2d(3, features, 9, padding=4), nn.PReLU())
        self.blocks = nn.Sequential(*(ResidualBlock(features, config.batch_norm) for _ in range(config.blocks)))
        self.after = nn.Sequential(*_convolution(features, features, config.batch_norm))
        self.upsampling = nn.Sequential(*(_doubled(features, factor) for factor in stage_factors(config.scale)))
        self.last = nn.Conv2d(features, 3, 9, padding=4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = x + self.after(self.blocks(x))
        return self.last(self.upsampling(x))


def _convolution(inputs: int, outputs: int, batch_norm: bool) -> list[nn.Module]:
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=not batch_norm)
    return [convolution, nn.BatchNorm2d(outputs)] if batch_norm else [convolution]


def _doubled(features: int, factor: int) -> nn.Sequential:
    convolution = nn.Conv2d(features, features * factor**2, 3, padding=1)
    return nn.Sequential(convolution, nn.PixelShuffle(factor), nn.PReLU())


def detect(state: State) -> SRResNetConfig | None:
    """Hyper-parameters of a state dict with first.0, blocks.*.body.*, after.0, upsampling.*.0 and last."""
    first = shape_of(state, "first.0.weight", 4)
    if first is None or shape_of(state, "after.0.weight", 4) is None:
        return None
    features = first[0]
    blocks = len({key.split(".")[1] for key in state if key.startswith("blocks.")})
    stages = len({key.split(".")[1] for key in state if key.startswith("upsampling.")})
    factors = [shape_of(state, f"upsampling.{index}.0.weight", 4) for index in range(stages)]
    scale = math.prod(math.isqrt(shape[0] // features) if shape else 0 for shape in factors)
    return SRResNetConfig(features, blocks, scale, "after.1.running_mean" in state)


def layers(config: SRResNetConfig) -> list[Sees]:
    """What its receptive field is counted from."""
    stages = [step for factor in stage_factors(config.scale) for step in (convolution(3), enlarged(factor))]
    return [convolution(9), *convolutions(2 * config.blocks + 1), *stages, convolution(9)]


@cache
def facts(config: SRResNetConfig) -> Facts:
    return facts_for(
        lambda: SRResNet(config),
        scale=config.scale,
        field=receptive_field(layers(config), config.scale),
        activation_bytes=_activation_bytes(config),
    )


def _activation_bytes(config: SRResNetConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels, with 64 features: 9,465 per input pixel at x4, 4,882 at
    # x3, 2,308 at x2, which are the last stage's input and output and a little; 1,537 at x1, six layers of the trunk.
    return max(9.3 * config.features * config.scale**2, 24.0 * config.features)


NETWORK = Network("srresnet", "SRResNet (SRGAN)", detect, SRResNet, facts, SRResNetConfig)
