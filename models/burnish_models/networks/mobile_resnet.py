"""Mobile ResNet: CycleGAN's generator with depthwise-separable convolutions in its residual blocks.

Source: Li et al., GAN Compression (2020), arXiv 2003.08936, section 3.2: only the blocks, which hold most of the work,
are decomposed into a depthwise 3x3 and a 1x1. Key names are those of its released mobile generators of one width; the
networks it searched for, with a width of their own in every layer, are not read. Without normalisation (which the paper
does not have) results do not depend on the rest of the picture, so that tiles can equal the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from torch import Tensor, nn

from burnish_models.catalogue.model import Facts
from burnish_models.networks import halving_frame
from burnish_models.networks.initial_weights import narrow_normal, small_he
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
class MobileResNetConfig:
    """features: channels at full size; blocks: residual blocks; normalisation: "none" makes tiles independent."""

    features: int = 64
    blocks: int = 9
    normalisation: Normalisation = "instance"

    def __post_init__(self) -> None:
        check(self.normalisation)


class Separable(nn.Module):
    """A depthwise 3x3 convolution, normalisation, and a 1x1 convolution across channels."""

    def __init__(self, features: int, normalisation: Normalisation) -> None:
        super().__init__()
        bias = convolution_has_bias(normalisation)
        self.conv = nn.Sequential(
            nn.Conv2d(features, features, 3, groups=features, bias=bias),
            *normalised(normalisation, features),
            nn.Conv2d(features, features, 1, bias=bias),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class ResidualBlock(nn.Module):
    """Two separable convolutions, each normalised, added to the input."""

    def __init__(self, features: int, normalisation: Normalisation) -> None:
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1),
            Separable(features, normalisation),
            *normalised(normalisation, features),
            nn.ReLU(inplace=True),
            nn.Identity(),  # the released networks' dropout, whose rate is 0
            nn.ReflectionPad2d(1),
            Separable(features, normalisation),
            *normalised(normalisation, features),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv_block(x)


class MobileResNet(nn.Module):
    """[N, 3, h, w] to the same size, 0 to 1; h and w must be multiples of 8."""

    def __init__(self, config: MobileResNetConfig) -> None:
        super().__init__()
        self.config = config
        blocks = (ResidualBlock(4 * config.features, config.normalisation) for _ in range(config.blocks))
        self.model = halving_frame.framed(config.features, config.normalisation, blocks)
        if config.normalisation == "none":
            self._begin_without_normalisation()
        else:
            narrow_normal(self)

    def _begin_without_normalisation(self) -> None:
        """Nothing brings a signal back to a useful size: keep its size, and add little in the blocks and at the end."""
        small_he(self, 1.0)
        for block in self.model.children():
            if isinstance(block, ResidualBlock):
                small_he(block, 0.3)
        small_he(self.model[-2], 0.1)

    def forward(self, x: Tensor) -> Tensor:
        return halving_frame.run(self.model, x)


def detect(state: State) -> MobileResNetConfig | None:
    """Hyper-parameters of a state dict with model.1, ..., model.10.conv_block.1.conv.0, ...conv.2, ..."""
    features = halving_frame.features_of(state)
    places = halving_frame.block_numbers(state, "conv_block")
    if features is None or not places:
        return None
    # Seven layers come before the blocks where there is no normalisation, ten where there is.
    normalisation = "none" if places[0] == 7 else of_state(state, "model.2")
    return MobileResNetConfig(features, len(places), normalisation)


@cache
def facts(config: MobileResNetConfig) -> Facts:
    return facts_for(
        lambda: MobileResNet(config),
        field=halving_frame.field(config.blocks, config.normalisation),
        multiple=halving_frame.MULTIPLE,
        half=not sees_everything(config.normalisation),  # see whole_picture.py
        seam=SEAM if sees_everything(config.normalisation) else UNMEASURED_SEAM,
        activation_bytes=halving_frame.activation_bytes(config.features, config.normalisation),
    )


NETWORK = Network(
    "mobile-resnet",
    "Mobile ResNet",
    detect,
    MobileResNet,
    facts,
    MobileResNetConfig,
    without_instance_statistics,
)
