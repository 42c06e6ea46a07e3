"""SRVGGNetCompact, Real-ESRGAN's small generator: plain 3x3 convolutions at input size and one pixel shuffle.

Source: Wang et al., Real-ESRGAN (2021), its "realesr-animevideov3" and "realesr-general-x4v3" weights; key names are
those of the released weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish.wire.messages import Tiling
from burnish.wire.request import N_
from burnish_models.catalogue.model import Facts
from burnish_models.networks.network import Network, State, count_multiply_adds, shape_of


@dataclass(frozen=True)
class CompactConfig:
    """features: channels inside; convolutions: those between the first and the last; scale: result over input size."""

    features: int = 64
    convolutions: int = 16
    scale: int = 4


class SRVGGNetCompact(nn.Module):
    """[N, 3, h, w] to [N, 3, h * scale, w * scale], 0 to 1: what is added to the enlarged input."""

    def __init__(self, config: CompactConfig) -> None:
        super().__init__()
        self.config = config
        features = config.features
        layers: list[nn.Module] = [nn.Conv2d(3, features, 3, padding=1), nn.PReLU(features)]
        for _ in range(config.convolutions):
            layers += [nn.Conv2d(features, features, 3, padding=1), nn.PReLU(features)]
        layers.append(nn.Conv2d(features, 3 * config.scale**2, 3, padding=1))
        self.body = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        scale = self.config.scale
        detail = functional.pixel_shuffle(self.body(x), scale)
        return detail + functional.interpolate(x, scale_factor=float(scale), mode="nearest")


def detect(state: State) -> CompactConfig | None:
    """Hyper-parameters of a state dict whose weights are body.0 (convolution), body.1 (PReLU), body.2, ..."""
    first = shape_of(state, "body.0.weight", 4)
    if first is None or shape_of(state, "body.1.weight", 1) is None:
        return None
    layers = sum(1 for key in state if key.endswith(".weight"))
    last = shape_of(state, f"body.{layers - 1}.weight", 4)
    if last is None or layers < 3 or layers % 2 == 0:
        return None
    scale = math.isqrt(last[0] // 3)
    return CompactConfig(first[0], (layers - 3) // 2, scale) if 3 * scale**2 == last[0] else None


@cache
def facts(config: CompactConfig) -> Facts:
    field = config.convolutions + 2
    with torch.device("meta"):
        multiply_adds = count_multiply_adds(SRVGGNetCompact(config))
    return Facts(
        scale=config.scale,
        receptive_field=field,
        overlap=field,
        feather=0,
        border=field,
        multiple=1,
        tiling=Tiling.EXACT,
        seam=N_("Tiles equal the whole picture."),
        half=True,
        multiply_adds=multiply_adds,
        activation_bytes=_activation_bytes(config),
    )


def _activation_bytes(config: CompactConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels: 684 to 1,133 per input pixel for 64 features at x4, which
    # is a layer's input and output, and as much again while the allocator holds on to the ones before (it does not at
    # 512 x 512: 603). oneDNN rounds channels up to 16. At large scales it is the result that counts.
    layer = 4.0 * 16 * math.ceil(config.features / 16)
    return max(4 * layer, layer + 36.0 * config.scale**2) + 128.0


NETWORK = Network(
    "srvgg-compact", "Real-ESRGAN Compact (SRVGGNetCompact)", detect, SRVGGNetCompact, facts, CompactConfig
)
