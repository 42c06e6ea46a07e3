"""RRDBNet, the generator of ESRGAN and Real-ESRGAN: residual-in-residual dense blocks, then nearest upsampling.

Source: Wang et al., ESRGAN (2018), arXiv 1809.00219; Real-ESRGAN (2021), arXiv 2107.10833, adds the pixel-unshuffle
forms for scales below 4. Key names are those of Real-ESRGAN's released weights.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish.wire.messages import Tiling
from burnish.wire.request import N_
from burnish_models.catalogue.model import Facts
from burnish_models.networks.initial_weights import small_he
from burnish_models.networks.network import Network, State, count_multiply_adds, shape_of


@dataclass(frozen=True)
class RRDBNetConfig:
    """Hyper-parameters.

    Attributes:
        features: channels of the trunk.
        blocks: residual-in-residual dense blocks.
        growth: channels that each convolution inside a dense block adds.
        upsamplings: how often the features are doubled in size.
        unshuffle: side of the pixel blocks that are folded into channels first; lowers the scale.
    """

    features: int = 64
    blocks: int = 23
    growth: int = 32
    upsamplings: int = 2
    unshuffle: int = 1

    @property
    def scale(self) -> int:
        return 2**self.upsamplings // self.unshuffle


class DenseBlock(nn.Module):
    """Five convolutions, each of which sees the outputs of all before it; a fifth of the last is added to the input."""

    def __init__(self, features: int, growth: int) -> None:
        super().__init__()
        self.conv1 = _convolution(features, growth)
        self.conv2 = _convolution(features + growth, growth)
        self.conv3 = _convolution(features + 2 * growth, growth)
        self.conv4 = _convolution(features + 3 * growth, growth)
        self.conv5 = _convolution(features + 4 * growth, features)

    def forward(self, x: Tensor) -> Tensor:
        x1 = _activate(self.conv1(x))
        x2 = _activate(self.conv2(torch.cat((x, x1), 1)))
        x3 = _activate(self.conv3(torch.cat((x, x1, x2), 1)))
        x4 = _activate(self.conv4(torch.cat((x, x1, x2, x3), 1)))
        x5 = self.conv5(torch.cat((x, x1, x2, x3, x4), 1))
        return torch.add(x, x5, alpha=0.2)


class ResidualInResidual(nn.Module):
    """Three dense blocks; a fifth of their result is added to the input."""

    def __init__(self, features: int, growth: int) -> None:
        super().__init__()
        self.rdb1 = DenseBlock(features, growth)
        self.rdb2 = DenseBlock(features, growth)
        self.rdb3 = DenseBlock(features, growth)

    def forward(self, x: Tensor) -> Tensor:
        return torch.add(x, self.rdb3(self.rdb2(self.rdb1(x))), alpha=0.2)


class RRDBNet(nn.Module):
    """[N, 3, h, w] to [N, 3, h * scale, w * scale], 0 to 1; h and w must be multiples of config.unshuffle."""

    def __init__(self, config: RRDBNetConfig) -> None:
        super().__init__()
        self.config = config
        features = config.features
        self.conv_first = _convolution(3 * config.unshuffle**2, features)
        self.body = nn.Sequential(*(ResidualInResidual(features, config.growth) for _ in range(config.blocks)))
        self.conv_body = _convolution(features, features)
        self._ups: list[str] = [f"conv_up{index + 1}" for index in range(config.upsamplings)]
        for name in self._ups:
            self.add_module(name, _convolution(features, features))
        self.conv_hr = _convolution(features, features)
        self.conv_last = _convolution(features, 3)
        small_he(self.body)

    def forward(self, x: Tensor) -> Tensor:
        if self.config.unshuffle > 1:
            x = functional.pixel_unshuffle(x, self.config.unshuffle)
        x = self.conv_first(x)
        x = x + self.conv_body(self.body(x))
        for name in self._ups:
            x = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            x = _activate(self.get_submodule(name)(x))
        return self.conv_last(_activate(self.conv_hr(x)))


def _convolution(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1)


def _activate(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, 0.2, inplace=True)


# --- from weights to hyper-parameters ------------------------------------------------------------------------------

_FIRST_REPOSITORY: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"^RRDB_trunk\.(\d+)\.RDB(\d)\."), r"body.\1.rdb\2."),
    (re.compile(r"^trunk_conv\."), "conv_body."),
    (re.compile(r"^upconv(\d)\."), r"conv_up\1."),
    (re.compile(r"^HRconv\."), "conv_hr."),
)
_OLD_BLOCK = re.compile(r"^model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\.(weight|bias)$")
_OLD_TRUNK_END = re.compile(r"^model\.1\.sub\.(\d+)\.(weight|bias)$")
_OLD_TOP = re.compile(r"^model\.(\d+)\.(weight|bias)$")


def rename(state: State) -> State:
    """Brings ESRGAN's two older key layouts (RRDB_trunk..., model.1.sub...) to Real-ESRGAN's."""
    if "model.0.weight" in state:
        return _rename_sequential(state)
    if "RRDB_trunk.0.RDB1.conv1.weight" in state:
        return {_substitute(key): value for key, value in state.items()}
    return state


def _substitute(key: str) -> str:
    for pattern, replacement in _FIRST_REPOSITORY:
        key = pattern.sub(replacement, key)
    return key


def _rename_sequential(state: State) -> State:
    # The numbered convolutions after the trunk are the upsampling ones, then conv_hr, then conv_last.
    tail = sorted({int(found[1]) for key in state if (found := _OLD_TOP.match(key)) and int(found[1]) > 0})
    names = {0: "conv_first"} | {number: f"conv_up{index + 1}" for index, number in enumerate(tail[:-2])}
    names |= dict(zip(tail[-2:], ("conv_hr", "conv_last"), strict=False))
    renamed: dict[str, Tensor] = {}
    for key, value in state.items():
        if found := _OLD_BLOCK.match(key):
            key = f"body.{found[1]}.rdb{found[2]}.conv{found[3]}.{found[4]}"
        elif found := _OLD_TRUNK_END.match(key):
            key = f"conv_body.{found[2]}"
        elif found := _OLD_TOP.match(key):
            key = f"{names[int(found[1])]}.{found[2]}"
        renamed[key] = value
    return renamed


def detect(state: State) -> RRDBNetConfig | None:
    """Hyper-parameters of weights in Real-ESRGAN's key layout."""
    first = shape_of(state, "conv_first.weight", 4)
    dense = shape_of(state, "body.0.rdb1.conv1.weight", 4)
    if first is None or dense is None:
        return None
    unshuffle = math.isqrt(first[1] // 3)
    upsamplings = sum(1 for key in state if re.match(r"conv_up\d+\.weight$", key))
    if 3 * unshuffle**2 != first[1] or unshuffle == 0 or 2**upsamplings % unshuffle:
        return None
    blocks = len({key.split(".")[1] for key in state if key.startswith("body.")})
    return RRDBNetConfig(first[0], blocks, dense[0], upsamplings, unshuffle)


# --- facts ---------------------------------------------------------------------------------------------------------


def receptive_field(config: RRDBNetConfig) -> int:
    """Input pixels that a result pixel sees to each side: every 3x3 convolution, walked from the result backwards."""
    farthest = 0
    for result_pixel in range(2**config.upsamplings):  # all result pixels of one trunk pixel
        low, high = result_pixel - 2, result_pixel + 2  # conv_last and conv_hr
        for _ in range(config.upsamplings):
            low, high = (low - 1) // 2, (high + 1) // 2  # the convolution, then back through the doubling
        trunk = 1 + 15 * config.blocks + 1
        low, high = (low - trunk) * config.unshuffle, (high + trunk) * config.unshuffle + config.unshuffle - 1
        own = result_pixel // config.scale
        farthest = max(farthest, own - low, high - own)
    return farthest


@cache
def facts(config: RRDBNetConfig) -> Facts:
    # Measured on photographs: with 23 blocks 64 pixels bring the seam down to a few of 255, with 6 blocks 48 bring it
    # below one. What counts is pixels of the trunk, which the unshuffle makes larger.
    context = (64 if config.blocks > 8 else 48) * config.unshuffle
    field = receptive_field(config)
    exact = field <= context
    with torch.device("meta"):
        multiply_adds = count_multiply_adds(RRDBNet(config))
    if exact:
        seam = N_("Tiles equal the whole picture.")
    else:
        seam = N_("Tiles are blended over a feathered seam; the difference was not measured for these weights.")
    return Facts(
        scale=config.scale,
        receptive_field=field,
        overlap=_up_to(min(field, context), config.unshuffle),
        feather=0 if exact else 8 * config.unshuffle,
        border=_up_to(field if exact else 16, config.unshuffle),
        multiple=config.unshuffle,
        tiling=Tiling.EXACT if exact else Tiling.BLENDED,
        seam=seam,
        half=True,
        multiply_adds=multiply_adds,
        activation_bytes=_activation_bytes(config),
    )


def _up_to(pixels: int, multiple: int) -> int:
    return math.ceil(pixels / multiple) * multiple


def _activation_bytes(config: RRDBNetConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels: 8,449 per input pixel at x4 and 2,447 at x2, which are
    # conv_hr's input and output and a little; without upsampling it is the last dense block that counts.
    tail = 10.0 * config.features * config.scale**2
    trunk = 5.0 * (5 * config.features + 8 * config.growth) / config.unshuffle**2
    return max(tail, trunk)


NETWORK = Network("rrdbnet", "ESRGAN, Real-ESRGAN (RRDBNet)", detect, RRDBNet, facts, RRDBNetConfig, rename)
