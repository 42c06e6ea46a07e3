"""VGG16 and VGG19 as trunks: what their convolutions see in a picture, for perceptual losses and learned judges.

Source: Simonyan and Zisserman, Very Deep Convolutional Networks (ICLR 2015), table 1, columns D and E, without the
classifier. Features are given before the ReLU, as ESRGAN (Wang et al. 2018, section 3.3) takes them for its perceptual
loss; a ReLU of them is what Johnson et al. (2016), SRGAN (2017) and LPIPS (2018) take.

Weights come from a state dict of the user's (torchvision's layout, for one), or from the BSD-2-licensed file of
ST-LPIPS, whose VGG16 halves its pictures with `BlurPool` and was tuned from ImageNet weights to people's judgements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish_models.catalogue.user_file import read_state
from burnish_models.networks.blur_pool import BlurPool
from burnish_models.packages import PackagedFile, fetch_all

ST_LPIPS_VGG16 = PackagedFile(
    manager="pip",
    package="stlpips-pytorch",
    version="0.0.2",
    path="stlpips_pytorch/weights/vST0.0/vgg_shift_tolerant.pth",
    sha256="44597da68f49c1837c100ff52299050f274d102eb102e5837178c79be6f0e250",
)
"""58.9 MB, BSD-2-Clause, Copyright (c) 2022 Abhijay Ghildyal, Feng Liu."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)

_LAYER = re.compile(r"(?:^|\.)(\d+)\.weight$")


class VggTrunk(nn.Module):
    """The convolutions of a VGG, frozen and in float32.

    Attributes:
        BLOCKS: how many convolutions there are between two halvings.
        names: "conv1_1", "conv1_2", "conv2_1", ... in the order of the convolutions.
        smallest: the least height and width at which all of them can be computed.
    """

    BLOCKS: ClassVar[tuple[int, ...]]
    mean: Tensor
    deviation: Tensor

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        """Take the weights.

        Args:
            state: weights whose keys end in a layer's number, "features.0.weight" or "slice1.0.weight", say; layers
                of another kind are passed over. The widths are read from it. A key that ends in ".filt" says that
                the pictures are halved by BlurPool.

        Raises:
            ValueError: in one sentence, where these are not the convolutions of this network.
        """
        super().__init__()
        weights = _convolutions_in(state)
        expected = sum(self.BLOCKS)
        if len(weights) != expected:
            raise ValueError(
                f"{type(self).__name__} has {expected} convolutions of 3 × 3, but the weights hold {len(weights)}."
            )
        _check_chain(weights)
        blurred = any(key.endswith(".filt") for key in state)
        self.smallest = 18 if blurred else 16
        self.names = tuple(f"conv{block}_{n}" for block, size in enumerate(self.BLOCKS, 1) for n in range(1, size + 1))
        self.convolutions = nn.ModuleList(_convolution(weight, bias) for weight, bias in weights)
        self.halve = nn.Sequential(nn.MaxPool2d(2, 1), BlurPool()) if blurred else nn.MaxPool2d(2, 2)
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(IMAGENET_DEVIATION).view(1, 3, 1, 1), persistent=False)
        self.eval().requires_grad_(False)

    def forward(self, x: Tensor, last: str | None = None) -> dict[str, Tensor]:
        """Every convolution's output before its ReLU, by name.

        Always in float32, also inside an autocast region: in half precision deep VGG features overflow.

        Args:
            x: [N, 3, h, w], RGB, sRGB-encoded, 0 to 1, h and w at least `smallest` unless `last` comes earlier.
            last: where to stop, where later features are not needed.

        Raises:
            ValueError: where there is no convolution named `last`.
        """
        if last is not None and last not in self.names:
            raise ValueError(f"There is no convolution {last}; there are: {', '.join(self.names)}.")
        found: dict[str, Tensor] = {}
        with torch.autocast(x.device.type, enabled=False):
            features = (x.float() - self.mean) / self.deviation
            for name, convolution in zip(self.names, self.convolutions, strict=True):
                if found and name.endswith("_1"):
                    features = self.halve(features)
                before = convolution(features)
                found[name] = before
                if name == last:
                    break
                features = functional.relu(before)
        return found


class Vgg16(VggTrunk):
    """Thirteen convolutions, conv1_1 to conv5_3 (column D)."""

    BLOCKS = (2, 2, 3, 3, 3)


class Vgg19(VggTrunk):
    """Sixteen convolutions, conv1_1 to conv5_4 (column E)."""

    BLOCKS = (2, 2, 4, 4, 4)


def vgg_trunk(state: Mapping[str, Tensor]) -> Vgg16 | Vgg19:
    """The trunk that a state dict holds. Raises ValueError, in one sentence, where it is no VGG16 and no VGG19."""
    kinds = {sum(kind.BLOCKS): kind for kind in (Vgg16, Vgg19)}
    count = len(_convolutions_in(state))
    if count not in kinds:
        raise ValueError(f"VGG16 has 13 and VGG19 16 convolutions of 3 × 3, but the weights hold {count}.")
    return kinds[count](state)


def vgg_trunk_from(path: Path) -> Vgg16 | Vgg19:
    """The trunk in a .safetensors, .pth or .pt file of the user's.

    Raises:
        BurnishError: where the file cannot be read, see `read_state`.
        ValueError: where it holds neither VGG16 nor VGG19.
    """
    return vgg_trunk(read_state(path))


def stlpips_trunk() -> Vgg16:
    """ST-LPIPS's VGG16, from the user's cache or downloaded now (64 MB). Raises BurnishError where it cannot be had."""
    return Vgg16(read_state(fetch_all([ST_LPIPS_VGG16])[0]))


def _convolutions_in(state: Mapping[str, Tensor]) -> list[tuple[Tensor, Tensor]]:
    """Weight and bias of every 3 × 3 convolution, in the order of the numbers in their keys."""
    if any(key.endswith("running_mean") for key in state):
        raise ValueError("These weights have batch normalisation, which no perceptual loss or judge is defined for.")
    numbered: dict[int, tuple[Tensor, Tensor]] = {}
    for key, weight in state.items():
        found = _LAYER.search(key)
        bias = state.get(f"{key.removesuffix('weight')}bias")
        if found and weight.dim() == 4 and tuple(weight.shape[2:]) == (3, 3) and bias is not None:
            numbered[int(found[1])] = (weight, bias)
    return [numbered[number] for number in sorted(numbered)]


def _check_chain(weights: list[tuple[Tensor, Tensor]]) -> None:
    """Each convolution must take what the one before gives. Raises ValueError."""
    given = 3
    for number, (weight, bias) in enumerate(weights, 1):
        if weight.shape[1] != given or tuple(bias.shape) != (weight.shape[0],):
            raise ValueError(f"Convolution {number} of the weights does not follow the one before it.")
        given = weight.shape[0]


def _convolution(weight: Tensor, bias: Tensor) -> nn.Conv2d:
    with torch.device("meta"):  # no time for initial values that are replaced at once
        layer = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
    # A copy: the tensors of a user's file may be mapped from the disk, where the user can overwrite them.
    layer.weight, layer.bias = (nn.Parameter(torch.empty(v.shape).copy_(v)) for v in (weight, bias))
    return layer
