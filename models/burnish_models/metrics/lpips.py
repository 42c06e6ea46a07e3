"""LPIPS v0.1: the learned distance that most papers report. It needs a backbone that no package may hand on.

Source: Zhang, Isola, Efros, Shechtman and Wang, The Unreasonable Effectiveness of Deep Features as a Perceptual Metric
(CVPR 2018). The linear weights come from its authors' package (BSD-2-Clause); the backbone is torchvision's AlexNet or
VGG16 with ImageNet weights, in a file of the user's.
"""

from __future__ import annotations

from pathlib import Path

from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.user_file import read_state
from burnish_models.metrics.feature_distance import FeatureDistance
from burnish_models.networks.alexnet import AlexNet
from burnish_models.networks.trunk import Trunk, is_blurred
from burnish_models.networks.vgg16 import Vgg16
from burnish_models.packages import PackagedFile, fetch_all


def _heads(name: str, sha256: str) -> PackagedFile:
    return PackagedFile("pip", "lpips", "0.1.4", f"lpips/weights/v0.1/{name}.pth", sha256)


HEADS: dict[type[Trunk], PackagedFile] = {
    AlexNet: _heads("alex", "df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0"),
    Vgg16: _heads("vgg", "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868"),
}
"""6 and 7 kB, BSD-2-Clause, Copyright (c) 2018 Richard Zhang, Phillip Isola, Alexei A. Efros, Eli Shechtman,
Oliver Wang."""

_TITLES = {AlexNet: "AlexNet", Vgg16: "VGG16"}


def lpips(backbone: Path) -> tuple[FeatureDistance, str]:
    """The judge, and the name of the network that was found.

    Args:
        backbone: a .pth, .pt or .safetensors file with torchvision's AlexNet or VGG16.

    Raises:
        BurnishError: where the file cannot be read (see `read_state`), "model-not-recognised" where it holds another
            network, or where the linear weights cannot be had.
    """
    state = read_state(backbone)
    if not is_blurred(state):
        for kind, heads in HEADS.items():
            try:
                trunk = kind(state)  # pyright: ignore[reportArgumentType] - both are made from a state dict
            except ValueError:
                continue
            return FeatureDistance(trunk, read_state(fetch_all([heads])[0])), _TITLES[kind]
    known = ", ".join(_TITLES.values())
    raise BurnishError("model-not-recognised", path=str(backbone), known=known)
