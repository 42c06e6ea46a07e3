"""Zero-DCE++: one curve per colour and pixel, used eight times, estimated from a picture of a twelfth of the size.

Source: Li et al., Learning to Enhance Low-Light Image via Zero-Reference Deep Curve Estimation (2021), arXiv
2103.00860, the part on Zero-DCE++: depthwise-separable convolutions, shared maps, smaller input. The paper does not say
how the input is made smaller; the released code takes the 2 x 2 pixels in the middle of every 12 x 12, which in a dark
picture is mostly their noise. Here it is the mean of all 12 x 12. The maps are enlarged bilinearly by pixel centres:
the code's aligned corners shift them by up to half of the 12 pixels, differently in each size of picture, so that tiles
would not fit together. Key names are those of the released weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from torch import Tensor, nn
from torch.nn import functional

from burnish_models.catalogue.model import Facts
from burnish_models.networks.initial_weights import narrow_normal
from burnish_models.networks.light_curves import CHANNELS, apply_curves, estimated_maps
from burnish_models.networks.network import Network, State, shape_of
from burnish_models.networks.receptive import bilinear, convolution, convolutions, receptive_field
from burnish_models.networks.stated_facts import facts_for

SHRINK = 12
ITERATIONS = 8
MOST_CONTEXT = 120  # nearly all of the work happens at a twelfth of the size: context is cheap


@dataclass(frozen=True)
class ZeroDcePpConfig:
    """features: channels inside."""

    features: int = 32


class Separable(nn.Module):
    """A depthwise 3x3 convolution and a 1x1 across channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.depth_conv = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs)
        self.point_conv = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.point_conv(self.depth_conv(x))


class ZeroDCEpp(nn.Module):
    """[N, 3, h, w] to the same size, 0 to 1; h and w must be multiples of 12."""

    def __init__(self, config: ZeroDcePpConfig) -> None:
        super().__init__()
        self.config = config
        features = config.features
        self.e_conv1 = Separable(CHANNELS, features)
        self.e_conv2 = Separable(features, features)
        self.e_conv3 = Separable(features, features)
        self.e_conv4 = Separable(features, features)
        self.e_conv5 = Separable(2 * features, features)
        self.e_conv6 = Separable(2 * features, features)
        self.e_conv7 = Separable(2 * features, CHANNELS)
        narrow_normal(self)

    def curves(self, x: Tensor) -> Tensor:
        """The maps, [N, 3, h, w], -1 to 1, which every iteration uses; training keeps them smooth."""
        small = functional.avg_pool2d(x, SHRINK)
        maps = estimated_maps([self.get_submodule(f"e_conv{number}") for number in range(1, 8)], small)
        return functional.interpolate(maps, scale_factor=float(SHRINK), mode="bilinear", align_corners=False)

    def with_curves(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The enhanced picture, and the maps that it was made with."""
        maps = self.curves(x)
        return apply_curves(x, [maps] * ITERATIONS), maps

    def forward(self, x: Tensor) -> Tensor:
        return self.with_curves(x)[0]


def detect(state: State) -> ZeroDcePpConfig | None:
    """Hyper-parameters of a state dict with e_conv1.depth_conv, e_conv1.point_conv, ..."""
    first = shape_of(state, "e_conv1.point_conv.weight", 4)
    return ZeroDcePpConfig(first[0]) if first else None


@cache
def facts(config: ZeroDcePpConfig) -> Facts:
    steps = [convolution(SHRINK, stride=SHRINK, padding=0), *convolutions(7), bilinear(SHRINK)]
    return facts_for(
        lambda: ZeroDCEpp(config),
        field=receptive_field(steps, period=SHRINK),
        multiple=SHRINK,
        most_context=MOST_CONTEXT,
        # Measured on a CPU in channels_last at 252 x 252 pixels: the maps and the curves, which alone have full size.
        activation_bytes=72.0,
    )


NETWORK = Network("zero-dce-pp", "Zero-DCE++", detect, ZeroDCEpp, facts, ZeroDcePpConfig)
