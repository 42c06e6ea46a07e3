"""A generator that grows while it is trained: 64 pixels, then 128, then 256, each new stage faded in.

Source: Karras et al., Progressive Growing of GANs (2018), arXiv 1710.10196, section 2 and figure 2 for growing and
fading, sections 4.1 and 4.2 for the equalised learning rate and PixelNorm, appendix A for a stage's layers. ProGAN
makes pictures of noise; this one enhances a picture, so its first layers see one, and every stage adds to it, enlarged
by nearest neighbours as ProGAN enlarges between stages. Given 64 x 64 pixels its three stages answer with 64 x 64 (an
image-to-image network), 128 x 128 (x2) and 256 x 256 (x4).

All stages exist from the beginning: optimisers, averages of weights and checkpoints need not know of growing. Which one
answers, and how far it is faded in, are part of the state dict, as in its twin (discriminators/progressive.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish_models.catalogue.model import Facts
from burnish_models.networks.equalised import EqualisedConv2d, PixelNorm
from burnish_models.networks.network import Network, State, shape_of
from burnish_models.networks.receptive import Sees, convolutions, enlarged, receptive_field
from burnish_models.networks.stated_facts import facts_for


@dataclass(frozen=True)
class ProgressiveConfig:
    """Hyper-parameters.

    Attributes:
        features: channels of each stage. ProGAN halves them wherever the size doubles above 32 pixels.
        blocks: residual blocks of two convolutions in the first stage.
        stage: which stage answers, 0 for the first; the last when None. Training begins with grow(0).
    """

    features: tuple[int, ...] = (64, 32, 16)
    blocks: int = 4
    stage: int | None = None

    def __post_init__(self) -> None:
        if not self.features:
            raise ValueError("features must name at least one stage")
        if self.stage is None:
            object.__setattr__(self, "stage", self.stages - 1)
        if not 0 <= self.present_stage < self.stages:
            raise ValueError(f"stage must be 0 to {self.stages - 1}, not {self.stage}")

    @property
    def stages(self) -> int:
        """How many there are."""
        return len(self.features)

    @property
    def present_stage(self) -> int:
        """`stage`, which is a number once this is made."""
        assert self.stage is not None
        return self.stage


class ResidualBlock(nn.Module):
    """Two convolutions with PixelNorm, added to the input."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.body = _two_convolutions(features, features)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class ProgressiveGenerator(nn.Module):
    """[N, 3, h, w] to [N, 3, h * 2**stage, w * 2**stage], 0 to 1. It is built with all its stages."""

    growth: Tensor

    def __init__(self, config: ProgressiveConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.features
        self.first = _convolution(3, widths[0])
        self.blocks = nn.Sequential(*(ResidualBlock(widths[0]) for _ in range(config.blocks)))
        self.widening = nn.ModuleList(_two_convolutions(a, b) for a, b in pairwise(widths))
        self.to_rgb = nn.ModuleList(EqualisedConv2d(width, 3, 1, gain=1.0) for width in widths)
        self.stage, self.alpha = config.present_stage, 1.0
        # Floating point, so that readers of weights keep it; the numbers above, so that no step waits for the device.
        self.register_buffer("growth", torch.tensor([float(self.stage), self.alpha]))
        self.register_load_state_dict_post_hook(_read_growth)

    def grow(self, stage: int, alpha: float = 1.0) -> None:
        """Say where in growing it is.

        Args:
            stage: which one answers, 0 to config.stages - 1; the result is 2**stage times as large as the input.
            alpha: how far the stage is faded in, 0 to 1. At 0 it is the stage before, enlarged, exactly.

        Raises:
            ValueError: where there is no such stage or alpha.
        """
        if not 0 <= stage < self.config.stages or not 0.0 <= alpha <= 1.0:
            raise ValueError(f"a stage is 0 to {self.config.stages - 1} and alpha 0 to 1, not {stage} and {alpha}")
        self.stage, self.alpha = stage, float(alpha)
        self.growth.copy_(torch.tensor([float(stage), self.alpha]))

    def forward(self, x: Tensor) -> Tensor:
        before, features = x, self.blocks(self.first(x))
        for enlarge in list(self.widening)[: self.stage]:
            before, features = features, enlarge(_doubled(features))
        picture = self.to_rgb[self.stage](features)
        if self.stage > 0 and self.alpha < 1:
            picture = torch.lerp(_doubled(self.to_rgb[self.stage - 1](before)), picture, self.alpha)
        return picture + _doubled(x, 2**self.stage)


def _convolution(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(EqualisedConv2d(inputs, outputs, 3), nn.LeakyReLU(0.2, inplace=True), PixelNorm())


def _two_convolutions(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(*_convolution(inputs, outputs), *_convolution(outputs, outputs))


def _doubled(x: Tensor, factor: int = 2) -> Tensor:
    return functional.interpolate(x, scale_factor=float(factor), mode="nearest") if factor > 1 else x


def _read_growth(module: nn.Module, _: Any) -> None:
    assert isinstance(module, ProgressiveGenerator)
    stage, alpha = module.growth.tolist()
    module.grow(round(stage), alpha)


# --- from weights to hyper-parameters ------------------------------------------------------------------------------


def detect(state: State) -> ProgressiveConfig | None:
    """Hyper-parameters of a state dict with first.0, blocks.*, widening.*, to_rgb.* and growth."""
    stages = sum(1 for key in state if key.startswith("to_rgb.") and key.endswith(".weight"))
    shapes = [shape_of(state, f"to_rgb.{stage}.weight", 4) for stage in range(stages)]
    features = tuple(shape[1] for shape in shapes if shape is not None)
    if not features or len(features) != stages or shape_of(state, "growth", 1) != (2,):
        return None
    blocks = len({key.split(".")[1] for key in state if key.startswith("blocks.")})
    return ProgressiveConfig(features, blocks, round(float(state["growth"][0])))


# --- facts ---------------------------------------------------------------------------------------------------------


def layers(config: ProgressiveConfig) -> list[Sees]:
    """What its receptive field is counted from."""
    return [*convolutions(1 + 2 * config.blocks), *[enlarged(2), *convolutions(2)] * config.present_stage]


@cache
def facts(config: ProgressiveConfig) -> Facts:
    """Those of the stage that answers."""
    scale = 2**config.present_stage
    return facts_for(
        lambda: ProgressiveGenerator(config),
        scale=scale,
        field=receptive_field(layers(config), scale),
        half=False,  # PixelNorm enlarges the rounding of what is nearly black: measured up to 0.35 in a fresh network
        activation_bytes=_activation_bytes(config),
    )


def _activation_bytes(config: ProgressiveConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels: 1,638, 3,332 and 6,411 per input pixel at the three stages
    # of (64, 32, 16) features, 7,042 at the last of (32, 32, 32). Mostly it is what a stage enlarges.
    widths = config.features
    widening = [
        4.0**stage * (11.5 * widths[stage - 1] + 2.5 * widths[stage]) for stage in range(1, config.present_stage + 1)
    ]
    return max([26.0 * widths[0], *widening])


NETWORK = Network("progressive", "Progressive generator", detect, ProgressiveGenerator, facts, ProgressiveConfig)
