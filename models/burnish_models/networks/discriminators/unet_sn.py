"""Real-ESRGAN's discriminator: a U-Net with spectral normalisation that says of every pixel whether it is real.

Source: Wang et al., Real-ESRGAN (2021), section 3.4 and figure 6. It sees 0 to 1. Key names are those of the released
weights (conv0 to conv9), which have torch's old spectral-norm keys: foreign_keys.py brings them to today's. Any size
will do: features are enlarged to the size of the skip they meet, which for multiples of 8 is twice their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu

from burnish_models.networks.discriminators.contract import Discriminator
from burnish_models.networks.discriminators.foreign_keys import modern_spectral_norm_keys
from burnish_models.networks.discriminators.minibatch import (
    MinibatchConfig,
    detected_minibatch,
    minibatch_layer,
    require_positive,
)
from burnish_models.networks.discriminators.spectral import spectral_convolution
from burnish_models.networks.network import State, shape_of


@dataclass(frozen=True, kw_only=True)
class UNetSNConfig(MinibatchConfig):
    """features: channels at full size; eight times as many at an eighth of it, where mini-batch features are added."""

    features: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(features=self.features)


class UNetSN(nn.Module):
    """[N, 3, h, w], 0 to 1, h and w of at least 8, to a logit a pixel, [N, 1, h, w]."""

    def __init__(self, config: UNetSNConfig) -> None:
        super().__init__()
        self.config = config
        features = config.features
        self.conv0 = nn.Conv2d(3, features, 3, padding=1)
        self.conv1 = _halving(features, 2 * features)
        self.conv2 = _halving(2 * features, 4 * features)
        self.conv3 = _halving(4 * features, 8 * features)
        self.minibatch = minibatch_layer(config, 8 * features)
        self.conv4 = _keeping(8 * features + config.appended, 4 * features)
        self.conv5 = _keeping(4 * features, 2 * features)
        self.conv6 = _keeping(2 * features, features)
        self.conv7 = _keeping(features, features)
        self.conv8 = _keeping(features, features)
        self.conv9 = nn.Conv2d(features, 1, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        whole = _activate(self.conv0(x))
        half = _activate(self.conv1(whole))
        quarter = _activate(self.conv2(half))
        eighth = self.minibatch(_activate(self.conv3(quarter)))
        x = _activate(self.conv4(_enlarged(eighth, quarter))) + quarter
        x = _activate(self.conv5(_enlarged(x, half))) + half
        x = _activate(self.conv6(_enlarged(x, whole))) + whole
        return self.conv9(_activate(self.conv8(_activate(self.conv7(x)))))


def _halving(inputs: int, outputs: int) -> nn.Module:
    return spectral_convolution(inputs, outputs, 4, stride=2, padding=1, bias=False)


def _keeping(inputs: int, outputs: int) -> nn.Module:
    return spectral_convolution(inputs, outputs, 3, padding=1, bias=False)


def _activate(x: Tensor) -> Tensor:
    return leaky_relu(x, 0.2)


def _enlarged(x: Tensor, skip: Tensor) -> Tensor:
    return interpolate(x, size=skip.shape[-2:], mode="bilinear", align_corners=False)


def detect(state: State) -> UNetSNConfig | None:
    """Hyper-parameters of a state dict of conv0 to conv9."""
    first = shape_of(state, "conv0.weight", 4)
    bottom = shape_of(state, "conv4.parametrizations.weight.original", 4)
    if first is None or bottom is None:
        return None
    minibatch: dict[str, Any] | None = detected_minibatch(state, bottom[1] - 8 * first[0])
    return None if minibatch is None else UNetSNConfig(**minibatch, features=first[0])


DISCRIMINATOR = Discriminator(
    "unet-sn", "Real-ESRGAN's U-Net discriminator", detect, UNetSN, lambda _: 8, UNetSNConfig, modern_spectral_norm_keys
)
