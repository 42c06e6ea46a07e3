"""VGG16 and VGG19 as trunks: what their convolutions see in a picture, for perceptual losses and learned judges.

Source: Simonyan and Zisserman, Very Deep Convolutional Networks (ICLR 2015), table 1, columns D and E, without the
classifier. Features are given before the ReLU, as ESRGAN (Wang et al. 2018, section 3.3) takes them for its perceptual
loss; a ReLU of them is what Johnson et al. (2016), SRGAN (2017) and LPIPS (2018) take.

Weights come from a state dict of the user's (torchvision's layout, for one), or from the BSD-2-licensed file of
ST-LPIPS, whose VGG16 halves its pictures with `BlurPool` and was tuned from ImageNet weights to people's judgements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional

from burnish_models.catalogue.user_file import read_state
from burnish_models.networks.blur_pool import BlurPool
from burnish_models.networks.trunk import Trunk, frozen_convolution, is_blurred, numbered_convolutions
from burnish_models.packages import PackagedFile, fetch_all

ST_LPIPS_VGG16 = PackagedFile(
    manager="pip",
    package="stlpips-pytorch",
    version="0.0.2",
    path="stlpips_pytorch/weights/vST0.0/vgg_shift_tolerant.pth",
    sha256="44597da68f49c1837c100ff52299050f274d102eb102e5837178c79be6f0e250",
)
"""58.9 MB, BSD-2-Clause, Copyright (c) 2022 Abhijay Ghildyal, Feng Liu."""


class VggTrunk(Trunk):
    """The convolutions of a VGG.

    Attributes:
        BLOCKS: how many convolutions there are between two halvings.
        names: "conv1_1", "conv1_2", "conv2_1", ...
    """

    BLOCKS: ClassVar[tuple[int, ...]]

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        """Take the weights.

        Args:
            state: weights whose keys end in a layer's number, "features.0.weight" or "slice1.0.weight", say; layers
                of another kind are passed over. The widths are read from it. A key that ends in ".filt" says that
                the pictures are halved by BlurPool.

        Raises:
            ValueError: in one sentence, where these are not the convolutions of this network.
        """
        weights = numbered_convolutions(state)
        expected = sum(self.BLOCKS)
        if len(weights) != expected or any(weight.shape[2] != 3 for weight, _ in weights):
            raise ValueError(
                f"{type(self).__name__} has {expected} convolutions of 3 × 3; the weights hold {_described(weights)}."
            )
        super().__init__([frozen_convolution(weight, bias, stride=1, padding=1) for weight, bias in weights])
        blurred = is_blurred(state)
        self.smallest = 18 if blurred else 16
        self.names = tuple(f"conv{block}_{n}" for block, size in enumerate(self.BLOCKS, 1) for n in range(1, size + 1))
        self.halve = nn.Sequential(nn.MaxPool2d(2, 1), BlurPool()) if blurred else nn.MaxPool2d(2, 2)

    def walk(self, x: Tensor, last: str | None = None) -> Iterator[tuple[str, Tensor]]:
        """One feature map after the other, with its name; see `Trunk.forward`."""
        features = self.normalised(x)
        for name, convolution in zip(self.names, self.convolutions, strict=True):
            if name.endswith("_1") and name != self.names[0]:
                features = self.halve(features)
            features = convolution(features)
            yield name, features
            if name == last:
                return
            features = functional.relu(features)


class Vgg16(VggTrunk):
    """Thirteen convolutions, conv1_1 to conv5_3 (column D)."""

    BLOCKS = (2, 2, 3, 3, 3)


class Vgg19(VggTrunk):
    """Sixteen convolutions, conv1_1 to conv5_4 (column E)."""

    BLOCKS = (2, 2, 4, 4, 4)


def vgg_trunk(state: Mapping[str, Tensor]) -> Vgg16 | Vgg19:
    """The trunk that a state dict holds. Raises ValueError, in one sentence, where it is no VGG16 and no VGG19."""
    kinds: dict[int, type[Vgg16] | type[Vgg19]] = {13: Vgg16, 16: Vgg19}
    weights = numbered_convolutions(state)
    if len(weights) not in kinds:
        raise ValueError(f"VGG16 has 13 and VGG19 16 convolutions of 3 × 3; the weights hold {_described(weights)}.")
    return kinds[len(weights)](state)


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


def _described(weights: list[tuple[Tensor, Tensor]]) -> str:
    sizes = [weight.shape[2] for weight, _ in weights]
    return ", ".join(f"{sizes.count(size)} of {size} × {size}" for size in sorted(set(sizes))) or "none"
