"""CycleGAN's generator: residual blocks at a quarter of the size, instance normalisation, reflection padding.

Source: Zhu et al., Unpaired Image-to-Image Translation Using Cycle-Consistent Adversarial Networks (2017), arXiv
1703.10593, appendix 7.2: 9 blocks for 256 x 256 pixels and more, 6 for 128 x 128. Key names are those of the released
weights, in which instance normalisation has no weights of its own; others that give it some are read too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from torch import Tensor, nn

from burnish_models.catalogue.model import Facts
from burnish_models.networks import halving_frame
from burnish_models.networks.initial_weights import narrow_normal
from burnish_models.networks.network import Network, State
from burnish_models.networks.normalisation import (
    Normalisation,
    check,
    convolution_has_bias,
    of_state,
    sees_everything,
    without_instance_statistics,
)
from burnish_models.networks.normalisation import layers as normalised
from burnish_models.networks.stated_facts import UNMEASURED_SEAM, facts_for
from burnish_models.networks.whole_picture import SEAM


@dataclass(frozen=True)
class CycleGanResNetConfig:
    """Hyper-parameters.

    Attributes:
        features: channels at full size; four times as many in the blocks.
        blocks: residual blocks.
        normalisation: "instance", "instance-affine" or "batch".
        dropout: half of the features inside a block are dropped while training (pix2pix's use of it).
    """

    features: int = 64
    blocks: int = 9
    normalisation: Normalisation = "instance"
    dropout: bool = False

    def __post_init__(self) -> None:
        check(self.normalisation, ("instance", "instance-affine", "batch"))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions, each normalised, added to the input."""

    def __init__(self, features: int, config: CycleGanResNetConfig) -> None:
        super().__init__()
        bias = convolution_has_bias(config.normalisation)
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(features, features, 3, bias=bias),
            *normalised(config.normalisation, features),
            nn.ReLU(inplace=True),
            *([nn.Dropout(0.5)] if config.dropout else []),
            nn.ReflectionPad2d(1),
            nn.Conv2d(features, features, 3, bias=bias),
            *normalised(config.normalisation, features),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv_block(x)


class CycleGanResNet(nn.Module):
    """[N, 3, h, w] to the same size, 0 to 1; h and w must be multiples of 8."""

    def __init__(self, config: CycleGanResNetConfig) -> None:
        super().__init__()
        self.config = config
        blocks = (ResidualBlock(4 * config.features, config) for _ in range(config.blocks))
        self.model = halving_frame.framed(config.features, config.normalisation, blocks)
        narrow_normal(self)

    def forward(self, x: Tensor) -> Tensor:
        return halving_frame.run(self.model, x)


def rename(state: State) -> State:
    """Drops torch 0.3's unused statistics, and brings a common copy's name for the blocks to the released one."""
    renamed = {key.replace(".block.", ".conv_block."): value for key, value in state.items()}
    return without_instance_statistics(renamed)


def detect(state: State) -> CycleGanResNetConfig | None:
    """Hyper-parameters of a state dict with model.1, model.4, model.7, model.10.conv_block.1, ..."""
    features = halving_frame.features_of(state)
    places = halving_frame.block_numbers(state, "conv_block")
    if features is None or not places:
        return None
    dropout = (
        f"model.{places[0]}.conv_block.6.weight" in state and f"model.{places[0]}.conv_block.5.weight" not in state
    )
    return CycleGanResNetConfig(features, len(places), of_state(state, "model.2"), dropout)


@cache
def facts(config: CycleGanResNetConfig) -> Facts:
    return facts_for(
        lambda: CycleGanResNet(config),
        field=halving_frame.field(config.blocks, config.normalisation),
        multiple=halving_frame.MULTIPLE,
        half=not sees_everything(config.normalisation),  # see whole_picture.py
        seam=SEAM if sees_everything(config.normalisation) else UNMEASURED_SEAM,
        activation_bytes=halving_frame.activation_bytes(config.features, config.normalisation),
    )


NETWORK = Network("cyclegan-resnet", "CycleGAN (ResNet)", detect, CycleGanResNet, facts, CycleGanResNetConfig, rename)
