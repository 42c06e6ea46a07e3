"""Hyper-parameters of every registered network, large enough to tell apart and small enough to run at once."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from burnish_models.networks.cyclegan_resnet import CycleGanResNetConfig
from burnish_models.networks.cyclegan_unet import CycleGanUNetConfig
from burnish_models.networks.denoising_unet import DenoisingUNetConfig
from burnish_models.networks.mobile_resnet import MobileResNetConfig
from burnish_models.networks.msrresnet import MSRResNetConfig
from burnish_models.networks.network import Network
from burnish_models.networks.progressive import ProgressiveConfig
from burnish_models.networks.registry import network_named
from burnish_models.networks.rrdbnet import RRDBNetConfig
from burnish_models.networks.span import SpanConfig
from burnish_models.networks.srresnet import SRResNetConfig
from burnish_models.networks.srvgg_compact import CompactConfig
from burnish_models.networks.upconv7 import UpConv7Config
from burnish_models.networks.zero_dce import ZeroDceConfig
from burnish_models.networks.zero_dce_pp import ZeroDcePpConfig

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
    ("srresnet", SRResNetConfig(features=6, blocks=2)),
    ("srresnet", SRResNetConfig(features=5, blocks=1, scale=3, batch_norm=False)),
    ("srresnet", SRResNetConfig(features=8, blocks=3, scale=2)),
    ("srresnet", SRResNetConfig(features=4, blocks=1, scale=1, batch_norm=False)),
    ("srresnet", SRResNetConfig(features=4, blocks=1, scale=8)),
    ("msrresnet", MSRResNetConfig(features=6, blocks=2)),
    ("msrresnet", MSRResNetConfig(features=5, blocks=3, scale=2)),
    ("msrresnet", MSRResNetConfig(features=8, blocks=1, scale=3)),
    ("msrresnet", MSRResNetConfig(features=4, blocks=1, scale=1)),
    ("span", SpanConfig(features=6, blocks=2)),
    ("span", SpanConfig(features=4, blocks=1, scale=2, normalised=False)),
    ("span", SpanConfig(features=5, blocks=3, scale=3, folded=True)),
    ("span", SpanConfig(features=5, blocks=1, scale=1, normalised=False, folded=True)),
    ("cyclegan-resnet", CycleGanResNetConfig(features=4, blocks=2)),
    ("cyclegan-resnet", CycleGanResNetConfig(features=3, blocks=1, normalisation="instance-affine", dropout=True)),
    ("cyclegan-resnet", CycleGanResNetConfig(features=5, blocks=3, normalisation="batch")),
    ("cyclegan-resnet", CycleGanResNetConfig(features=3, blocks=9, normalisation="batch", dropout=True)),
    ("cyclegan-unet", CycleGanUNetConfig(features=3, levels=3)),
    ("cyclegan-unet", CycleGanUNetConfig(features=2, levels=6, normalisation="instance")),
    ("cyclegan-unet", CycleGanUNetConfig(features=4, levels=2, normalisation="instance-affine")),
    ("mobile-resnet", MobileResNetConfig(features=4, blocks=2)),
    ("mobile-resnet", MobileResNetConfig(features=3, blocks=1, normalisation="instance-affine")),
    ("mobile-resnet", MobileResNetConfig(features=4, blocks=3, normalisation="batch")),
    ("mobile-resnet", MobileResNetConfig(features=4, blocks=2, normalisation="none")),
    ("mobile-resnet", MobileResNetConfig(features=3, blocks=9, normalisation="none")),
    ("denoising-unet", DenoisingUNetConfig(features=(4, 6, 8, 10))),
    ("denoising-unet", DenoisingUNetConfig(features=(3, 5))),
    ("denoising-unet", DenoisingUNetConfig(features=(3, 4, 5, 6, 7))),
    ("zero-dce", ZeroDceConfig(features=6, iterations=8)),
    ("zero-dce", ZeroDceConfig(features=4, iterations=1)),
    ("zero-dce-pp", ZeroDcePpConfig(features=6)),
    ("zero-dce-pp", ZeroDcePpConfig(features=4)),
    ("progressive", ProgressiveConfig(features=(6, 5, 4), blocks=1)),
    ("progressive", ProgressiveConfig(features=(6, 5, 4), blocks=2, stage=0)),
    ("progressive", ProgressiveConfig(features=(4, 3), blocks=0, stage=1)),
)


def built(name: str, config: Any, seed: int = 0) -> tuple[Network, nn.Module]:
    """The network and an untrained module of it, always with the same weights."""
    network = network_named(name)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return network, network.build(config).eval().requires_grad_(False)
