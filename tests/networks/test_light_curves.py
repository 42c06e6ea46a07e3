"""Zero-DCE and Zero-DCE++: what their curves promise, their sizes, and the maps that training needs."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from burnish_models.networks.light_curves import apply_curves, curve
from burnish_models.networks.registry import recognise
from burnish_models.networks.zero_dce import ZeroDCE, ZeroDceConfig
from burnish_models.networks.zero_dce_pp import ITERATIONS, SHRINK, ZeroDCEpp, ZeroDcePpConfig
from networks.configs import built

LEVELS = torch.linspace(0, 1, 1001, dtype=torch.float64)


def curves_of(values: list[float]) -> Tensor:
    """All levels, after one constant curve for each value."""
    picture = LEVELS.expand(1, 3, 1, -1)
    return apply_curves(picture, [torch.full_like(picture, a) for a in values])[0, 0, 0]


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=8))
def test_a_curve_rises_from_0_to_1_whatever_its_maps(values: list[float]) -> None:
    result = curves_of(values)
    assert result[0] == 0 and result[-1] == 1
    assert (result.diff() >= -1e-15).all()
    assert result.min() >= 0 and result.max() <= 1


def test_a_map_beyond_1_would_not_rise() -> None:
    assert (curves_of([-1.2]).diff() < 0).any()


@settings(deadline=None)
@given(st.floats(-1, -0.01), st.floats(0.01, 0.99))
def test_negative_maps_brighten(a: float, level: float) -> None:
    assert curve(torch.tensor(level), torch.tensor(a)) > level


def test_curves_by_hand() -> None:
    """0.5 - 0.4 (0.25 - 0.5) = 0.6; 0.6 + 0.5 (0.36 - 0.6) = 0.48."""
    pixel = torch.full((1, 3, 1, 1), 0.5, dtype=torch.float64)
    result = apply_curves(pixel, [torch.full_like(pixel, -0.4), torch.full_like(pixel, 0.5)])
    torch.testing.assert_close(result, torch.full_like(pixel, 0.48))


def test_the_published_sizes() -> None:
    assert sum(weight.numel() for weight in ZeroDCE(ZeroDceConfig()).parameters()) == 79_416
    assert sum(weight.numel() for weight in ZeroDCEpp(ZeroDcePpConfig()).parameters()) == 10_561


def test_zero_dces_maps_are_those_of_its_picture() -> None:
    network = ZeroDCE(ZeroDceConfig(features=4, iterations=3))
    picture = torch.rand(2, 3, 9, 7)
    result, maps = network.with_curves(picture)
    assert maps.shape == (2, 9, 9, 7) and maps.abs().max() <= 1
    assert torch.equal(maps, network.curves(picture))
    assert torch.equal(result, network(picture))
    x = picture
    for n in range(3):  # equation by equation, in the released code's sign
        a = maps[:, 3 * n : 3 * n + 3]
        x = x + a * (x**2 - x)
    torch.testing.assert_close(result, x)


def test_zero_dce_pp_uses_one_map_eight_times() -> None:
    network = ZeroDCEpp(ZeroDcePpConfig(features=4))
    picture = torch.rand(2, 3, 3 * SHRINK, 2 * SHRINK)
    result, maps = network.with_curves(picture)
    assert maps.shape == picture.shape
    assert torch.equal(result, network(picture))
    x = picture
    for _ in range(ITERATIONS):
        x = x + maps * (x**2 - x)
    torch.testing.assert_close(result, x)


@pytest.mark.parametrize("config", [ZeroDceConfig(features=8), ZeroDceConfig(features=4, iterations=2)], ids=str)
def test_a_fresh_network_hardly_changes_a_picture(config: ZeroDceConfig) -> None:
    """Weights of deviation 0.02 estimate maps near 0, as the paper begins."""
    _, module = built("zero-dce", config)
    picture = torch.rand(1, 3, 16, 16)
    assert (module(picture) - picture).abs().max() < 0.01


@pytest.mark.parametrize("prefix", ["dce_net.conv", "conv"])
def test_a_common_copys_names_load(prefix: str) -> None:
    _, module = built("zero-dce", ZeroDceConfig(features=4))
    recognised = recognise({key.replace("e_conv", prefix): value for key, value in module.state_dict().items()})
    assert recognised is not None and recognised.network.name == "zero-dce"
    picture = torch.rand(1, 3, 8, 8)
    assert torch.equal(recognised.module()(picture), module(picture))
