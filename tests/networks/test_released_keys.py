"""Key names of released weights, written down by hand from the authors' files, not from our modules."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from burnish_models.networks.cyclegan_resnet import CycleGanResNetConfig
from burnish_models.networks.cyclegan_unet import CycleGanUNetConfig
from burnish_models.networks.mobile_resnet import MobileResNetConfig
from burnish_models.networks.msrresnet import MSRResNetConfig
from burnish_models.networks.registry import recognise
from burnish_models.networks.zero_dce import ZeroDceConfig
from burnish_models.networks.zero_dce_pp import ZeroDcePpConfig


def weights(convolutions: dict[str, tuple[int, ...]], transposed: tuple[str, ...] = ()) -> dict[str, Tensor]:
    """Weight and bias of each convolution, from its weight's shape."""
    state: dict[str, Tensor] = {}
    for key, shape in convolutions.items():
        state[f"{key}.weight"] = torch.rand(shape)
        state[f"{key}.bias"] = torch.rand(shape[1] if key in transposed else shape[0])
    return state


def msrresnet_x4() -> dict[str, Tensor]:
    keys = {"conv_first": (64, 3, 3, 3), "conv_hr": (64, 64, 3, 3), "conv_last": (3, 64, 3, 3)}
    keys |= {f"upconv{n}": (256, 64, 3, 3) for n in (1, 2)}
    return weights(keys | {f"body.{b}.conv{n}": (64, 64, 3, 3) for b in range(16) for n in (1, 2)})


def cyclegan(blocks: int = 9) -> dict[str, Tensor]:
    keys = {"model.1": (64, 3, 7, 7), "model.4": (128, 64, 3, 3), "model.7": (256, 128, 3, 3)}
    keys |= {f"model.{10 + b}.conv_block.{n}": (256, 256, 3, 3) for b in range(blocks) for n in (1, 5)}
    ups = f"model.{10 + blocks}", f"model.{13 + blocks}"
    keys |= {ups[0]: (256, 128, 3, 3), ups[1]: (128, 64, 3, 3), f"model.{17 + blocks}": (3, 64, 7, 7)}
    return weights(keys, ups)


def with_norms(state: dict[str, Tensor], *kinds: str) -> dict[str, Tensor]:
    """The same with something at every place that follows a convolution but the last."""
    last = max((key for key in state if key.startswith("model.")), key=lambda key: int(key.split(".")[1]))
    state = dict(state)
    for key in [key for key in state if key.endswith(".bias") and not key.startswith(last.rpartition(".")[0] + ".")]:
        layer, _, number = key.removesuffix(".bias").rpartition(".")
        state |= {f"{layer}.{int(number) + 1}.{kind}": torch.rand_like(state[key]) for kind in kinds}
    return state


def pix2pix_256() -> dict[str, Tensor]:
    """unet_256 with batch normalisation, from the outermost level inwards."""
    widths, state = (64, 128, 256, 512, 512, 512, 512, 512), {}
    state["model.model.0.weight"] = torch.rand(64, 3, 4, 4)
    state |= {"model.model.3.weight": torch.rand(128, 3, 4, 4), "model.model.3.bias": torch.rand(3)}
    level = "model.model.1"
    for depth in range(1, 8):
        outer, width, innermost = widths[depth - 1], widths[depth], depth == 7
        up = 3 if innermost else 5
        state[f"{level}.model.1.weight"] = torch.rand(width, outer, 4, 4)
        state[f"{level}.model.{up}.weight"] = torch.rand(width if innermost else 2 * width, outer, 4, 4)
        for place, channels in ((up + 1, outer),) if innermost else ((2, width), (up + 1, outer)):
            kinds = ("weight", "bias", "running_mean", "running_var")
            state |= {f"{level}.model.{place}.{kind}": torch.rand(channels) for kind in kinds}
            state[f"{level}.model.{place}.num_batches_tracked"] = torch.tensor(1)
        level += ".model.3"
    return state


def mobile() -> dict[str, Tensor]:
    state = cyclegan(blocks=9)
    for key in [key for key in state if ".conv_block." in key]:
        del state[key]
    for block in range(9):
        for place in (1, 6):
            layer = f"model.{10 + block}.conv_block.{place}.conv"
            state |= weights({f"{layer}.0": (256, 1, 3, 3), f"{layer}.2": (256, 256, 1, 1)})
    return state


def zero_dce() -> dict[str, Tensor]:
    inputs, outputs = (3, 32, 32, 32, 64, 64, 64), (32, 32, 32, 32, 32, 32, 24)
    sizes = enumerate(zip(inputs, outputs, strict=True), start=1)
    return weights({f"e_conv{n}": (b, a, 3, 3) for n, (a, b) in sizes})


def zero_dce_pp() -> dict[str, Tensor]:
    inputs, outputs = (3, 32, 32, 32, 64, 64, 64), (32, 32, 32, 32, 32, 32, 3)
    keys: dict[str, tuple[int, ...]] = {}
    for n, (a, b) in enumerate(zip(inputs, outputs, strict=True), start=1):
        keys |= {f"e_conv{n}.depth_conv": (a, 1, 3, 3), f"e_conv{n}.point_conv": (b, a, 1, 1)}
    return weights(keys)


def copied_affine() -> dict[str, Tensor]:
    state = with_norms(cyclegan(), "weight", "bias")
    return {key.replace("conv_block", "block"): value for key, value in state.items()}


@pytest.mark.parametrize(
    ("state", "name", "config"),
    [
        (msrresnet_x4(), "msrresnet", MSRResNetConfig()),
        (cyclegan(), "cyclegan-resnet", CycleGanResNetConfig()),
        (cyclegan(blocks=6), "cyclegan-resnet", CycleGanResNetConfig(blocks=6)),
        (with_norms(cyclegan(), "running_mean", "running_var"), "cyclegan-resnet", CycleGanResNetConfig()),
        (copied_affine(), "cyclegan-resnet", CycleGanResNetConfig(normalisation="instance-affine")),
        (pix2pix_256(), "cyclegan-unet", CycleGanUNetConfig()),
        (mobile(), "mobile-resnet", MobileResNetConfig()),
        (zero_dce(), "zero-dce", ZeroDceConfig()),
        (zero_dce_pp(), "zero-dce-pp", ZeroDcePpConfig()),
    ],
    ids=[
        "msrresnet",
        "cyclegan",
        "6 blocks",
        "torch 0.3",
        "affine copy",
        "pix2pix",
        "mobile",
        "zero-dce",
        "zero-dce++",
    ],
)
def test_released_weights_are_recognised(state: dict[str, Tensor], name: str, config: Any) -> None:
    recognised = recognise(state)
    assert recognised is not None
    assert (recognised.network.name, recognised.config) == (name, config)
