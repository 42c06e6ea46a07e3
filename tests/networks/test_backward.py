"""Every registered network can be trained: forward and backward in float32 and in bfloat16's autocast."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from burnish_models.networks.registry import NETWORKS, network_named
from networks.configs import CONFIGS

TWO_EACH = [pair for network in NETWORKS for pair in [pair for pair in CONFIGS if pair[0] == network.name][:2]]
CASES = [(*pair, "float32") for pair in CONFIGS] + [(*pair, "bfloat16") for pair in TWO_EACH]


@pytest.mark.parametrize(("name", "config", "precision"), CASES, ids=[f"{p}-{n}-{c}" for n, c, p in CASES])
def test_every_weight_gets_a_gradient(name: str, config: Any, precision: str) -> None:
    network = network_named(name)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = network.build(config).train()
        facts = network.facts(config)
        height, width = (-(-side // facts.multiple) * facts.multiple for side in (7, 10))  # odd where it may be
        picture, target = torch.rand(2, 3, height, width), torch.rand(2, 3, height * facts.scale, width * facts.scale)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16"):
            result = module(picture)
        assert result.shape == target.shape
        torch.nn.functional.l1_loss(result.float(), target).backward()
    for key, weight in module.named_parameters():
        assert weight.dtype == torch.float32
        if name == "progressive" and belongs_to_another_stage(key, config.stage):
            assert weight.grad is None, key
            continue
        assert weight.grad is not None, key
        assert torch.isfinite(weight.grad).all(), key
        if weight.dim() > 1:  # a bias before instance normalisation is taken away again
            assert weight.grad.any(), key


def belongs_to_another_stage(key: str, stage: int) -> bool:
    part, number, *_ = key.split(".")
    return (part == "to_rgb" and int(number) != stage) or (part == "widening" and int(number) >= stage)
