"""Every registered network on OpenVINO, the processors' fast engine: the same picture as torch's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from burnish_models.engines.quiet_openvino import is_installed
from burnish_models.networks.registry import NETWORKS, recognise
from networks.configs import CONFIGS, built

pytestmark = pytest.mark.skipif(not is_installed(), reason="OpenVINO is an extra")

ONE_EACH = [next((name, config) for name, config in CONFIGS if name == network.name) for network in NETWORKS]


@pytest.mark.parametrize(("name", "config"), ONE_EACH, ids=[name for name, _ in ONE_EACH])
def test_a_network_computes_the_same_on_openvino(name: str, config: Any, tmp_path: Path) -> None:
    from burnish_models.engines.openvino_engine import OpenVinoEngine

    recognised = recognise(built(name, config)[1].state_dict())
    assert recognised is not None
    network, facts = recognised.module(), recognised.facts
    # PixelNorm enlarges what is nearly black among the features, and every rounding with it.
    tolerance = 5e-4 if name == "progressive" else 2e-5
    runner = OpenVinoEngine("cpu", tmp_path).prepare(network, facts)
    for height, width in ((24, 48), (72, 24)):  # neither is the size that the network was traced at
        if facts.multiple == 1:
            height, width = height + 1, width - 5
        picture = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))
        torch.testing.assert_close(runner.run(picture), network(picture), rtol=1e-4, atol=tolerance)
