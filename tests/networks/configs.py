"""Hyper-parameters of every registered network, large enough to tell apart and small enough to run at once."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from burnish_models.networks.network import Network
from burnish_models.networks.registry import network_named
from burnish_models.networks.rrdbnet import RRDBNetConfig
from burnish_models.networks.srvgg_compact import CompactConfig
from burnish_models.networks.upconv7 import UpConv7Config

CONFIGS: tuple[tuple[str, Any], ...] = (
    ("rrdbnet", RRDBNetConfig(features=8, blocks=1, growth=4)),
    ("rrdbnet", RRDBNetConfig(features=12, blocks=3, growth=5)),
    ("rrdbnet", RRDBNetConfig(features=8, blocks=2, growth=4, unshuffle=2)),
    ("rrdbnet", RRDBNetConfig(features=8, blocks=1, growth=4, unshuffle=4)),
    ("rrdbnet", RRDBNetConfig(features=6, blocks=1, growth=3, upsamplings=0)),
    ("rrdbnet", RRDBNetConfig(features=6, blocks=1, growth=3, upsamplings=1)),
    ("rrdbnet", RRDBNetConfig(features=6, blocks=1, growth=3, upsamplings=3)),
    ("srvgg-compact", CompactConfig(features=8, convolutions=4, scale=4)),
    ("srvgg-compact", CompactConfig(features=24, convolutions=8, scale=2)),
    ("srvgg-compact", CompactConfig(features=5, convolutions=1, scale=3)),
    ("srvgg-compact", CompactConfig(features=5, convolutions=0, scale=1)),
    ("srvgg-compact", CompactConfig(features=16, convolutions=3, scale=8)),
    ("upconv7", UpConv7Config()),
    ("upconv7", UpConv7Config(features=(3, 5, 4, 7, 6, 8))),
)


def built(name: str, config: Any, seed: int = 0) -> tuple[Network, nn.Module]:
    """The network and an untrained module of it, always with the same weights."""
    network = network_named(name)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return network, network.build(config).eval().requires_grad_(False)
