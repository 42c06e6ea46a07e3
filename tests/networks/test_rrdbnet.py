"""RRDBNet's older key layouts, as ESRGAN's first repositories wrote them."""

from __future__ import annotations

import re

import pytest
import torch
from torch import Tensor

from burnish_models.networks.registry import recognise
from burnish_models.networks.rrdbnet import RRDBNetConfig, receptive_field
from networks.configs import built

# In a Sequential of convolution, shortcut block, [upsample, convolution, activation] * n, convolution, activation,
# convolution, only the convolutions have numbers with weights.
SEQUENTIAL_TOPS = {
    0: {"conv_hr": 2, "conv_last": 4},
    1: {"conv_up1": 3, "conv_hr": 5, "conv_last": 7},
    2: {"conv_up1": 3, "conv_up2": 6, "conv_hr": 8, "conv_last": 10},
    3: {"conv_up1": 3, "conv_up2": 6, "conv_up3": 9, "conv_hr": 11, "conv_last": 13},
}


def sequential_keys(state: dict[str, Tensor], config: RRDBNetConfig) -> dict[str, Tensor]:
    tops = {"conv_first": "0", "conv_body": f"1.sub.{config.blocks}"}
    tops |= {name: str(number) for name, number in SEQUENTIAL_TOPS[config.upsamplings].items()}
    old: dict[str, Tensor] = {}
    for key, value in state.items():
        layer, _, kind = key.rpartition(".")
        if layer in tops:
            old[f"model.{tops[layer]}.{kind}"] = value
        else:
            block = re.sub(r"^body\.(\d+)\.rdb(\d)\.conv(\d)$", r"model.1.sub.\1.RDB\2.conv\3.0", layer)
            old[f"{block}.{kind}"] = value
    return old


def first_repository_keys(state: dict[str, Tensor]) -> dict[str, Tensor]:
    names = {"conv_body": "trunk_conv", "conv_up1": "upconv1", "conv_up2": "upconv2", "conv_hr": "HRconv"}
    old: dict[str, Tensor] = {}
    for key, value in state.items():
        layer, _, kind = key.rpartition(".")
        layer = re.sub(r"^body\.(\d+)\.rdb", r"RRDB_trunk.\1.RDB", layer)
        old[f"{names.get(layer, layer)}.{kind}"] = value
    return old


@pytest.mark.parametrize(
    "config",
    [
        RRDBNetConfig(features=8, blocks=2, growth=4),
        RRDBNetConfig(features=8, blocks=12, growth=2),
        RRDBNetConfig(features=8, blocks=1, growth=4, upsamplings=0),
        RRDBNetConfig(features=8, blocks=1, growth=4, upsamplings=1),
        RRDBNetConfig(features=8, blocks=1, growth=4, upsamplings=3),
        RRDBNetConfig(features=8, blocks=1, growth=4, unshuffle=2),
    ],
    ids=str,
)
def test_the_sequential_layout_is_the_same_network(config: RRDBNetConfig) -> None:
    _, module = built("rrdbnet", config)
    recognised = recognise(sequential_keys(module.state_dict(), config))
    assert recognised is not None
    assert recognised.config == config
    picture = torch.rand(1, 3, 8, 12)
    assert torch.equal(recognised.module()(picture), module(picture))


def test_the_first_repositorys_layout_is_the_same_network() -> None:
    config = RRDBNetConfig(features=8, blocks=3, growth=4)
    _, module = built("rrdbnet", config)
    recognised = recognise(first_repository_keys(module.state_dict()))
    assert recognised is not None
    assert recognised.config == config
    picture = torch.rand(1, 3, 8, 12)
    assert torch.equal(recognised.module()(picture), module(picture))


@pytest.mark.parametrize("key", ["model.1.sub.0.RDB1.conv1x1.weight", "model.x.weight", "model.99.weight"])
def test_weights_with_something_more_are_not_recognised(key: str) -> None:
    config = RRDBNetConfig(features=8, blocks=1, growth=4)
    state = sequential_keys(built("rrdbnet", config)[1].state_dict(), config)
    assert recognise({**state, key: torch.zeros(4, 4, 1, 1)}) is None


def test_receptive_fields_counted_by_hand() -> None:
    assert receptive_field(RRDBNetConfig(blocks=23)) == 1 + 23 * 15 + 1 + 2
    assert receptive_field(RRDBNetConfig(blocks=6)) == 94
