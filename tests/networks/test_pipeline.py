"""Every registered network in the tiles of a real layer: odd sizes, 16 bits, and no seam where it promises none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from burnish.wire.geometry import Depth
from burnish.wire.messages import Tiling
from burnish_models.networks.registry import NETWORKS, recognise
from burnish_models.tiling.plan import smallest_tile
from networks.configs import CONFIGS, built
from pixels.layers import enhance, layer_of, smooth_picture

ONE_EACH = [next((name, config) for name, config in CONFIGS if name == network.name) for network in NETWORKS]


@pytest.mark.parametrize(("name", "config"), ONE_EACH, ids=[name for name, _ in ONE_EACH])
def test_a_layer_of_an_odd_size_is_enhanced_in_tiles(name: str, config: Any) -> None:
    recognised = recognise(built(name, config)[1].state_dict())
    assert recognised is not None
    network, facts = recognised.module(), recognised.facts
    tile = smallest_tile(facts)
    height, width = 37, tile + 33  # two tiles across
    array, layer = layer_of(smooth_picture(height, width, 3), Depth.UINT16)
    whole = enhance(array, layer, network, facts)
    assert whole.shape == (height * facts.scale, width * facts.scale, 3)
    tiled = enhance(array, layer, network, facts, tile=tile)
    assert tiled.shape == whole.shape
    if facts.tiling is Tiling.EXACT:
        # A value of 16 bits; an eighth of one of 8 bits after PixelNorm, which enlarges rounding where all is nearly 0.
        limit = 32 if name == "progressive" else 1
        assert np.abs(tiled.astype(int) - whole.astype(int)).max() <= limit
