"""The U-Net generator of pix2pix and CycleGAN: halve the size until almost nothing is left, and come back with skips.

Source: Isola et al., Image-to-Image Translation with Conditional Adversarial Networks (2017), arXiv 1611.07004,
appendix 6.1.1: encoder C64-C128-C256-C512 x 5, no normalisation in the first layer, leaky ReLU 0.2; decoder the mirror
image with ReLU, dropout in its first three layers (their code leaves out the innermost and drops the three after it),
tanh. The paper keeps its dropout after training, as the picture's only noise; here, as everywhere in Burnish, a
finished network answers the same every time. Key names are those of the released weights, which nest each level in the
one around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish_models.catalogue.model import WHOLE_PICTURE, Facts
from burnish_models.networks.initial_weights import narrow_normal
from burnish_models.networks.network import Network, State, shape_of
from burnish_models.networks.normalisation import (
    Normalisation,
    check,
    convolution_has_bias,
    of_state,
    sees_everything,
    without_instance_statistics,
)
from burnish_models.networks.normalisation import layers as normalised
from burnish_models.networks.receptive import Sees, convolution, receptive_field, transposed
from burnish_models.networks.stated_facts import UNMEASURED_SEAM, facts_for
from burnish_models.networks.whole_picture import SEAM

WIDEST = 8  # times the features of the outermost level
DROPPED_LEVELS = 3


@dataclass(frozen=True)
class CycleGanUNetConfig:
    """Hyper-parameters.

    Attributes:
        features: channels of the outermost level.
        levels: how often the size is halved: 8 for 256 x 256 pixels, 7 for 128 x 128.
        normalisation: "batch" (pix2pix, with dropout), "instance" or "instance-affine" (CycleGAN, without).
    """

    features: int = 64
    levels: int = 8
    normalisation: Normalisation = "batch"

    def __post_init__(self) -> None:
        check(self.normalisation, ("instance", "instance-affine", "batch"))
        if not 2 <= self.levels <= 12:
            raise ValueError(f"levels must be 2 to 12, not {self.levels}")


class Level(nn.Module):
    """One halving, what lies within, and the doubling back; its input is joined to its result, except outermost."""

    def __init__(self, config: CycleGanUNetConfig, depth: int, inner: Level | None) -> None:
        super().__init__()
        self.outermost = depth == 0
        kind, bias = config.normalisation, convolution_has_bias(config.normalisation)
        inputs, features = _width(config, depth - 1), _width(config, depth)
        down = nn.Conv2d(inputs, features, 4, stride=2, padding=1, bias=bias)
        joined = 2 * features if inner is not None else features
        up = nn.ConvTranspose2d(joined, inputs, 4, stride=2, padding=1, bias=bias or self.outermost)
        parts: list[nn.Module] = [down] if self.outermost else [nn.LeakyReLU(0.2), down]
        if inner is not None:
            parts += [*([] if self.outermost else normalised(kind, features)), inner]
        parts += [nn.ReLU(), up]
        parts += [nn.Tanh()] if self.outermost else normalised(kind, inputs)
        if kind == "batch" and depth >= config.levels - DROPPED_LEVELS and not self.outermost:
            parts.append(nn.Dropout(0.5))
        self.model = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> Tensor:
        return self.model(x) if self.outermost else torch.cat((x, self.model(x)), 1)


class CycleGanUNet(nn.Module):
    """[N, 3, h, w] to the same size, 0 to 1. Other sizes than multiples of 2^levels are padded for the run."""

    def __init__(self, config: CycleGanUNetConfig) -> None:
        super().__init__()
        self.config = config
        level: Level | None = None
        for depth in reversed(range(config.levels)):
            level = Level(config, depth, level)
        assert level is not None
        self.model = level
        narrow_normal(self)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[-2:]
        step = 2**self.config.levels
        x = functional.pad(x * 2 - 1, (0, -width % step, 0, -height % step), mode="replicate")
        return (self.model(x)[:, :, :height, :width] + 1) / 2


def _width(config: CycleGanUNetConfig, depth: int) -> int:
    """The channels that a level works in; those of the picture around the outermost."""
    return 3 if depth < 0 else config.features * min(2**depth, WIDEST)


# --- from weights to hyper-parameters ------------------------------------------------------------------------------


def detect(state: State) -> CycleGanUNetConfig | None:
    """Hyper-parameters of a state dict with model.model.0, model.model.1.model.1, model.model.1.model.3.model.1, ..."""
    first = shape_of(state, "model.model.0.weight", 4)
    if first is None:
        return None
    levels = 1
    level = "model.model.1"
    while shape_of(state, f"{level}.model.1.weight", 4) is not None:
        level += ".model.3"
        levels += 1
    place = 2 if levels > 2 else 4  # the innermost level is only normalised on its way back
    return CycleGanUNetConfig(first[0], levels, of_state(state, f"model.model.1.model.{place}"))


# --- facts ---------------------------------------------------------------------------------------------------------


def layers(config: CycleGanUNetConfig) -> list[Sees]:
    """What its receptive field is counted from."""
    return [convolution(4, stride=2)] * config.levels + [transposed(4, stride=2, padding=1)] * config.levels


@cache
def facts(config: CycleGanUNetConfig) -> Facts:
    everything = sees_everything(config.normalisation)
    return facts_for(
        lambda: CycleGanUNet(config),
        field=WHOLE_PICTURE if everything else receptive_field(layers(config), period=2**config.levels),
        aligned=False,
        half=not everything,  # see whole_picture.py
        seam=SEAM if everything else UNMEASURED_SEAM,
        activation_bytes=_activation_bytes(config),
    )


def _activation_bytes(config: CycleGanUNetConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels: 637 per input pixel with 64 features and batch
    # normalisation.
    return 10.0 * config.features


NETWORK = Network(
    "cyclegan-unet",
    "CycleGAN, pix2pix (U-Net)",
    detect,
    CycleGanUNet,
    facts,
    CycleGanUNetConfig,
    without_instance_statistics,
)
