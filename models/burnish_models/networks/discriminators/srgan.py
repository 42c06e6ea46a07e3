"""SRGAN's discriminator: eight convolutions in the manner of VGG, four of which halve the picture, two dense layers.

Source: Ledig et al., SRGAN (CVPR 2017), section 2.1.1 and figure 4. It sees -1 to 1. Ours differs where a recipe says
so: without a fixed size the last features are averaged over their positions, so that any size will do; and batch
normalisation can be left out, or replaced by spectral normalisation of every layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from burnish_models.networks.discriminators.contract import Discriminator
from burnish_models.networks.discriminators.foreign_keys import modern_spectral_norm_keys
from burnish_models.networks.discriminators.minibatch import (
    MinibatchConfig,
    detected_minibatch,
    minibatch_layer,
    require_positive,
)
from burnish_models.networks.discriminators.spectral import spectral_convolution, spectral_linear
from burnish_models.networks.network import State, shape_of

_HALVINGS = 4
_REDUCTION = 2**_HALVINGS


@dataclass(frozen=True, kw_only=True)
class SrganDiscriminatorConfig(MinibatchConfig):
    """Hyper-parameters.

    Attributes:
        features: channels of the first convolution; the last has eight times as many.
        hidden: width of the first dense layer.
        size: side of the pictures in pixels, a multiple of 16 from 32 on; None takes any size.
        norm: "batch", "none" or "spectral".
    """

    features: int = 64
    hidden: int = 1024
    size: int | None = 96
    norm: Literal["batch", "none", "spectral"] = "batch"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(features=self.features, hidden=self.hidden)
        if self.norm not in ("batch", "none", "spectral"):
            raise ValueError(f"norm is one of batch, none, spectral, not {self.norm!r}.")
        if self.size is not None:
            require_positive(size=self.size)
            if self.size % _REDUCTION or self.size < 2 * _REDUCTION:
                raise ValueError(f"size is a multiple of 16 from 32 on, or None for any, not {self.size}.")

    @property
    def positions(self) -> int:
        """Positions of the last features that the dense layer sees apart."""
        return 1 if self.size is None else (self.size // _REDUCTION) ** 2


class SrganDiscriminator(nn.Module):
    """[N, 3, h, w], 0 to 1, to one logit an image, [N, 1]; h = w = config.size where that is given."""

    def __init__(self, config: SrganDiscriminatorConfig) -> None:
        super().__init__()
        self.config = config
        spectral = config.norm == "spectral"
        convolution = spectral_convolution if spectral else nn.Conv2d
        linear = spectral_linear if spectral else nn.Linear
        widths = [config.features * factor for factor in (1, 1, 2, 2, 4, 4, 8, 8)]
        self.convolutions = nn.ModuleList(
            convolution(before, width, 3, stride=1 + index % 2, padding=1)
            for index, (before, width) in enumerate(zip([3, *widths], widths, strict=False))
        )
        # The paper normalises every convolution's result but the first one's.
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[1:] if config.norm == "batch")
        self.hidden = linear(widths[-1] * config.positions, config.hidden)
        self.minibatch = minibatch_layer(config, config.hidden)
        self.logit = linear(config.hidden + config.appended, 1)

    def forward(self, x: Tensor) -> Tensor:
        size = self.config.size
        if size is not None and tuple(x.shape[-2:]) != (size, size):
            raise ValueError(f"This discriminator is for {size} × {size} pixels, not {x.shape[-1]} × {x.shape[-2]}.")
        x = 2 * x - 1
        for index, convolution in enumerate(self.convolutions):
            x = convolution(x)
            if index and self.norms:
                x = self.norms[index - 1](x)
            x = leaky_relu(x, 0.2)
        x = x.mean((2, 3)) if size is None else x.flatten(1)
        return self.logit(self.minibatch(leaky_relu(self.hidden(x), 0.2)))


def detect(state: State) -> SrganDiscriminatorConfig | None:
    """Hyper-parameters of a state dict whose weights are convolutions.0, ..., hidden, logit."""
    spectral = "hidden.parametrizations.weight.original" in state
    weight = "parametrizations.weight.original" if spectral else "weight"
    first = shape_of(state, f"convolutions.0.{weight}", 4)
    hidden, logit = shape_of(state, f"hidden.{weight}", 2), shape_of(state, f"logit.{weight}", 2)
    if first is None or hidden is None or logit is None:
        return None
    side = math.isqrt(hidden[1] // (8 * first[0]))
    minibatch: dict[str, Any] | None = detected_minibatch(state, logit[1] - hidden[0])
    if minibatch is None:
        return None
    return SrganDiscriminatorConfig(
        **minibatch,
        features=first[0],
        hidden=hidden[0],
        size=_REDUCTION * side if side > 1 else None,
        norm="spectral" if spectral else "batch" if "norms.0.weight" in state else "none",
    )


def smallest(config: SrganDiscriminatorConfig) -> int:
    if config.size is not None:
        return config.size
    return _REDUCTION + 1 if config.norm == "batch" else 1  # batch normalisation of a single value has no variance


DISCRIMINATOR = Discriminator(
    "srgan",
    "SRGAN's discriminator",
    detect,
    SrganDiscriminator,
    smallest,
    SrganDiscriminatorConfig,
    modern_spectral_norm_keys,
)
