"""ST-LPIPS: a learned distance that hardly minds a shift of a pixel or two. Not LPIPS: its figures are others.

Source: Ghildyal and Liu, Shift-tolerant Perceptual Similarity Metric (ECCV 2022): the distance of LPIPS on networks
whose strides are replaced by `BlurPool`, with weights that its authors publish under the BSD-2-Clause licence.
"""

from __future__ import annotations

from typing import Literal

from burnish_models.catalogue.user_file import read_state
from burnish_models.metrics.feature_distance import FeatureDistance
from burnish_models.networks.alexnet import AlexNet
from burnish_models.networks.vgg16 import ST_LPIPS_VGG16, Vgg16
from burnish_models.packages import PackagedFile, fetch_all

ST_LPIPS_ALEXNET = PackagedFile(
    manager="pip",
    package="stlpips-pytorch",
    version="0.0.2",
    path="stlpips_pytorch/weights/vST0.0/alex_shift_tolerant.pth",
    sha256="b356b382f96010f77d085ee8343ecd9fd322d0a56e8de2b2d0549fafcad8b9ee",
)
"""9.9 MB, BSD-2-Clause, Copyright (c) 2022 Abhijay Ghildyal, Feng Liu."""

Backbone = Literal["alexnet", "vgg16"]


def st_lpips(backbone: Backbone = "alexnet") -> FeatureDistance:
    """The judge with its weights, from the user's cache or downloaded now (64 MB).

    Args:
        backbone: "alexnet" to report, as its authors do; a network that was trained with a perceptual loss on
            "vgg16" has learnt to please that one.

    Raises:
        BurnishError: where the weights cannot be had.
    """
    # both at once: they lie in the same package, which would otherwise be downloaded a second time
    of_alexnet, of_vgg16 = fetch_all([ST_LPIPS_ALEXNET, ST_LPIPS_VGG16])
    state = read_state(of_alexnet if backbone == "alexnet" else of_vgg16)
    return FeatureDistance(AlexNet(state) if backbone == "alexnet" else Vgg16(state), state)
