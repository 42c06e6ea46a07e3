"""PatchGAN: says of every patch of a picture whether it is real; with three halvings a patch is 70 x 70 pixels.

Source: Isola et al., pix2pix (CVPR 2017), section 6.1.2; Zhu et al., CycleGAN (ICCV 2017), section 7.2, whose networks
normalise by instance. It sees -1 to 1. Key names are those of the authors' later code (model.0, model.2, ...).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from torch import Tensor, nn

from burnish_models.networks.discriminators.contract import Discriminator
from burnish_models.networks.discriminators.foreign_keys import modern_spectral_norm_keys
from burnish_models.networks.discriminators.minibatch import (
    MinibatchConfig,
    detected_minibatch,
    minibatch_layer,
    require_positive,
)
from burnish_models.networks.discriminators.spectral import spectral_convolution
from burnish_models.networks.initial_weights import narrow_normal
from burnish_models.networks.network import State, shape_of

Norm = Literal["none", "batch", "instance", "spectral"]

_KERNEL = 4
_CONVOLUTION = re.compile(r"^model\.(\d+)\.(?:weight|parametrizations\.weight\.original)$")


@dataclass(frozen=True, kw_only=True)
class PatchGanConfig(MinibatchConfig):
    """Hyper-parameters.

    Attributes:
        features: channels of the first convolution; they double with every layer, up to eight times as many.
        layers: convolutions that halve the picture; two more, which do not, follow.
        norm: "none", "batch", "instance" (all but the first and last convolution) or "spectral" (all of them).
    """

    features: int = 64
    layers: int = 3
    norm: Norm = "instance"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(features=self.features, layers=self.layers)
        if self.norm not in get_args(Norm):
            raise ValueError(f"norm is one of {', '.join(get_args(Norm))}, not {self.norm!r}.")

    @property
    def receptive_field(self) -> int:
        """Side of the patch, in pixels, that one logit is about: 70 for three layers."""
        side = 1
        for stride in (1, 1, *(2,) * self.layers):  # from the logit back to the picture
            side = side * stride + _KERNEL - stride
        return side


class PatchGan(nn.Module):
    """[N, 3, h, w], 0 to 1, to a logit a patch, [N, 1, h // 2**layers - 2, w // 2**layers - 2]."""

    def __init__(self, config: PatchGanConfig) -> None:
        super().__init__()
        self.config = config
        spectral = config.norm == "spectral"
        convolution = spectral_convolution if spectral else nn.Conv2d
        widths = [config.features * min(2**index, 8) for index in range(config.layers + 1)]
        layers: list[nn.Module] = []
        for index, width in enumerate(widths):
            before = widths[index - 1] if index else 3
            bias = index == 0 or config.norm != "batch"  # batch normalisation has a bias of its own
            stride = 2 if index < config.layers else 1
            layers.append(convolution(before, width, _KERNEL, stride=stride, padding=1, bias=bias))
            if index and config.norm == "batch":
                layers.append(nn.BatchNorm2d(width))
            elif index and config.norm == "instance":
                layers.append(nn.InstanceNorm2d(width))
            layers.append(nn.LeakyReLU(0.2))
        layers.append(convolution(widths[-1] + config.appended, 1, _KERNEL, stride=1, padding=1))
        self.model = nn.Sequential(*layers)
        self.minibatch = minibatch_layer(config, widths[-1])
        if not spectral:
            narrow_normal(self)

    def forward(self, x: Tensor) -> Tensor:
        x = 2 * x - 1
        *layers, last = self.model
        for layer in layers:
            x = layer(x)
        return last(self.minibatch(x))


def detect(state: State) -> PatchGanConfig | None:
    """Hyper-parameters of a state dict of model.0, model.2, ...; gaps in the numbers tell of layers without weights."""
    numbers = sorted(
        int(found[1]) for key, value in state.items() if (found := _CONVOLUTION.match(key)) and value.dim() == 4
    )
    spectral = "model.0.parametrizations.weight.original" in state
    weight = "parametrizations.weight.original" if spectral else "weight"
    shapes = [shape for number in numbers if (shape := shape_of(state, f"model.{number}.{weight}", 4))]
    if len(shapes) < 3 or len(shapes) != len(numbers):
        return None
    minibatch: dict[str, Any] | None = detected_minibatch(state, shapes[-1][1] - shapes[-2][0])
    if minibatch is None:
        return None
    norm: Norm = "none"
    if spectral:
        norm = "spectral"
    elif "model.3.running_mean" in state:
        norm = "batch"
    elif numbers[2] - numbers[1] == 3:  # convolution, normalisation without weights, activation
        norm = "instance"
    return PatchGanConfig(**minibatch, features=shapes[0][0], layers=len(shapes) - 2, norm=norm)


def smallest(config: PatchGanConfig) -> int:
    return 3 * 2**config.layers  # a single logit


DISCRIMINATOR = Discriminator(
    "patchgan", "PatchGAN (pix2pix, CycleGAN)", detect, PatchGan, smallest, PatchGanConfig, modern_spectral_norm_keys
)
