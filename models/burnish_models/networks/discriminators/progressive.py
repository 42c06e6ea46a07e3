"""ProGAN's discriminator, which grows with its generator: a new stage takes pictures twice as large and is faded in.

Source: Karras et al., Progressive Growing of GANs (ICLR 2018), section 2 and figure 2 (growing), section 3 (standard
deviation of the mini-batch), section 4.1 (equalised learning rate), table 2 (layers). It sees -1 to 1. The dense layers
of the last block are convolutions here, with the same weights: a larger picture gives a map of logits.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu

from burnish_models.networks.discriminators.contract import Discriminator
from burnish_models.networks.discriminators.minibatch import (
    Form,
    MinibatchConfig,
    detected_minibatch,
    minibatch_layer,
    require_positive,
)
from burnish_models.networks.equalised import EqualisedConv2d
from burnish_models.networks.network import State, shape_of

_LAST = 4  # side of the features that the last block sees
_FROM_RGB = re.compile(r"^from_rgb\.(\d+)\.weight$")
_BLOCK = re.compile(r"^blocks\.(\d+)\.narrow\.weight$")


@dataclass(frozen=True, kw_only=True)
class ProgressiveDiscriminatorConfig(MinibatchConfig):
    """Hyper-parameters; the defaults are table 2's for pictures of 64, 128 and 256 pixels.

    Attributes:
        features: channels at the last stage's full size; they double with every halving.
        widest: up to so many, which must be reached.
        stages: how often the discriminator can grow, and one.
        size: side of the first stage's pictures in pixels, a power of two from 8 on.
    """

    minibatch: Form = "deviation"
    features: int = 64
    widest: int = 512
    stages: int = 3
    size: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(features=self.features, widest=self.widest, stages=self.stages, size=self.size)
        if self.size < 2 * _LAST or self.size & (self.size - 1):
            raise ValueError(f"size is a power of two from {2 * _LAST} on, not {self.size}.")
        if not self.features <= self.widest <= self.features * 2**self.halvings:
            most = self.features * 2**self.halvings
            raise ValueError(f"widest is at least {self.features} and at most {most} here, not {self.widest}.")

    @property
    def halvings(self) -> int:
        """Blocks from the last stage's pictures to the last block's features."""
        return int(math.log2(self.size // _LAST)) + self.stages - 1

    def width(self, halving: int) -> int:
        """Channels after so many halvings of the last stage's pictures."""
        return min(self.widest, self.features * 2**halving)


class HalvingBlock(nn.Module):
    """Two convolutions, of which the second widens, and a mean over 2 x 2 pixels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.narrow = EqualisedConv2d(inputs, inputs, 3)
        self.widen = EqualisedConv2d(inputs, outputs, 3)

    def forward(self, x: Tensor) -> Tensor:
        return avg_pool2d(_activate(self.widen(_activate(self.narrow(x)))), 2)


class ProgressiveDiscriminator(nn.Module):
    """[N, 3, h, w], 0 to 1, of at least `smallest_now` pixels each way, to logits [N, 1, a, b]; 1 x 1 at stage size.

    It is built fully grown. Where it is in growing is part of its state dict.
    """

    growth: Tensor

    def __init__(self, config: ProgressiveDiscriminatorConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.width(halving) for halving in range(config.halvings + 1)]
        # from_rgb[k] is stage k's, the smallest pictures' first; blocks run from the largest features to the smallest.
        self.from_rgb = nn.ModuleList(
            EqualisedConv2d(3, widths[config.stages - 1 - stage], 1) for stage in range(config.stages)
        )
        self.blocks = nn.ModuleList(HalvingBlock(*pair) for pair in pairwise(widths))
        self.minibatch = minibatch_layer(config, widths[-1])
        self.last = EqualisedConv2d(widths[-1] + config.appended, widths[-1], 3)
        self.dense = EqualisedConv2d(widths[-1], widths[-1], _LAST, padding=0)
        self.logit = EqualisedConv2d(widths[-1], 1, 1, gain=1.0)
        self.stage, self.alpha = config.stages - 1, 1.0
        # Floating point, so that readers of weights keep it; the numbers above, so that no step waits for the device.
        self.register_buffer("growth", torch.tensor([float(self.stage), self.alpha]))
        self.register_load_state_dict_post_hook(_read_growth)

    def grow(self, stage: int, alpha: float = 1.0) -> None:
        """Say where in growing it is.

        Args:
            stage: whose pictures it takes: config.size · 2**stage pixels each way, 0 to config.stages - 1.
            alpha: how far the stage is faded in, 0 to 1. At 0 it is the stage before on the halved picture, exactly.

        Raises:
            ValueError: where there is no such stage or alpha.
        """
        if not 0 <= stage < self.config.stages or not 0.0 <= alpha <= 1.0:
            last = self.config.stages - 1
            raise ValueError(f"A stage is 0 to {last} and alpha 0 to 1, not {stage} and {alpha}.")
        self.stage, self.alpha = stage, float(alpha)
        self.growth.copy_(torch.tensor([float(stage), self.alpha]))

    @property
    def smallest_now(self) -> int:
        """The least height and width that the present stage takes."""
        return self.config.size * 2**self.stage

    def forward(self, x: Tensor) -> Tensor:
        if min(x.shape[-2:]) < self.smallest_now:
            least = self.smallest_now
            raise ValueError(f"Stage {self.stage} needs {least} × {least} pixels, not {x.shape[-1]} × {x.shape[-2]}.")
        x = 2 * x - 1
        first = self.config.stages - 1 - self.stage
        features = self.blocks[first](_activate(self.from_rgb[self.stage](x)))
        if self.stage and self.alpha < 1:
            before = _activate(self.from_rgb[self.stage - 1](avg_pool2d(x, 2)))
            features = torch.lerp(before, features, self.alpha)
        for block in list(self.blocks)[first + 1 :]:
            features = block(features)
        features = _activate(self.last(self.minibatch(features)))
        return self.logit(_activate(self.dense(features)))


def faded_pictures(pictures: Tensor, alpha: float) -> Tensor:
    """Real pictures between the stage before and this one, as the made ones are while a stage fades in (figure 2).

    Args:
        pictures: [N, 3, h, w] of this stage, h and w even.
        alpha: as in `ProgressiveDiscriminator.grow`; 1 leaves the pictures as they are.
    """
    if alpha >= 1:
        return pictures
    return torch.lerp(interpolate(avg_pool2d(pictures, 2), scale_factor=2.0, mode="nearest"), pictures, alpha)


def _activate(x: Tensor) -> Tensor:
    return leaky_relu(x, 0.2)


def _read_growth(module: nn.Module, _: Any) -> None:
    assert isinstance(module, ProgressiveDiscriminator)
    stage, alpha = module.growth.tolist()
    module.grow(round(stage), alpha)


def detect(state: State) -> ProgressiveDiscriminatorConfig | None:
    """Hyper-parameters of a state dict of from_rgb, blocks, last, dense, logit."""
    stages = sum(1 for key in state if _FROM_RGB.match(key))
    halvings = sum(1 for key in state if _BLOCK.match(key))
    largest, last = shape_of(state, f"from_rgb.{stages - 1}.weight", 4), shape_of(state, "last.weight", 4)
    if largest is None or last is None or halvings < stages:
        return None
    minibatch: dict[str, Any] | None = detected_minibatch(state, last[1] - last[0])
    if minibatch is None:
        return None
    size = _LAST * 2 ** (halvings - stages + 1)
    return ProgressiveDiscriminatorConfig(**minibatch, features=largest[0], widest=last[0], stages=stages, size=size)


def smallest(config: ProgressiveDiscriminatorConfig) -> int:
    return config.size * 2 ** (config.stages - 1)  # fully grown, as it is built


DISCRIMINATOR = Discriminator(
    "progressive", "ProGAN's discriminator", detect, ProgressiveDiscriminator, smallest, ProgressiveDiscriminatorConfig
)
