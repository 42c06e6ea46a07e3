"""The progressive generator: a stage that has not begun to fade in is the smaller network, enlarged."""

from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from burnish_models.networks.equalised import EqualisedConv2d, PixelNorm
from burnish_models.networks.progressive import ProgressiveConfig, ProgressiveGenerator
from burnish_models.networks.registry import recognise
from networks.configs import built

CONFIG = ProgressiveConfig(features=(6, 5, 4), blocks=1)


def generator(stage: int) -> ProgressiveGenerator:
    module = built("progressive", CONFIG)[1]
    assert isinstance(module, ProgressiveGenerator)
    module.grow(stage)
    return module


@settings(max_examples=10, deadline=None)
@given(stage=st.integers(1, 2), height=st.integers(1, 9), width=st.integers(1, 9), seed=st.integers(0, 99))
def test_at_alpha_0_a_stage_is_the_smaller_network_enlarged_exactly(
    stage: int, height: int, width: int, seed: int
) -> None:
    smaller, grown = generator(stage - 1), generator(stage)
    grown.grow(stage, 0.0)
    picture = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(seed))
    assert torch.equal(grown(picture), functional.interpolate(smaller(picture), scale_factor=2.0, mode="nearest"))


def test_fading_goes_from_one_to_the_other() -> None:
    module, picture = generator(2), torch.rand(1, 3, 6, 5)
    module.grow(2, 0.0)
    begin = module(picture)
    module.grow(2, 1.0)
    end = module(picture)
    assert (begin - end).abs().max() > 0.01
    for alpha in (0.25, 0.5, 0.9):
        module.grow(2, alpha)
        torch.testing.assert_close(module(picture), (1 - alpha) * begin + alpha * end)
    module.grow(2, 1.0)
    assert torch.equal(module(picture), end)


def test_64_pixels_become_64_128_and_256() -> None:
    module = generator(0)
    for stage, side in enumerate((64, 128, 256)):
        module.grow(stage)
        assert module(torch.rand(1, 3, 64, 64)).shape == (1, 3, side, side)


def test_a_state_dict_says_where_growing_is() -> None:
    module, picture = generator(1), torch.rand(1, 3, 5, 5)
    module.grow(1, 0.375)
    state = copy.deepcopy(module.state_dict())
    resumed = generator(2)
    resumed.load_state_dict(state)
    assert (resumed.stage, resumed.alpha) == (1, 0.375)
    recognised = recognise(state)
    assert recognised is not None and recognised.config.stage == 1 and recognised.facts.scale == 2
    for again in (resumed, recognised.module()):
        assert torch.equal(again(picture), module(picture))


@pytest.mark.parametrize(("stage", "alpha"), [(-1, 1.0), (3, 1.0), (1, -0.1), (1, 1.1)])
def test_there_is_no_such_stage_or_alpha(stage: int, alpha: float) -> None:
    with pytest.raises(ValueError, match="0 to 2 and alpha 0 to 1"):
        generator(2).grow(stage, alpha)


def test_an_equalised_convolution_keeps_the_size_of_its_input() -> None:
    """He's deviation, whatever the number of inputs: without an activation the power doubles."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for inputs in (4, 64):
            layer, noise = EqualisedConv2d(inputs, 64, 3), torch.randn(4, inputs, 32, 32)
            assert 0.9 < layer.weight.std() < 1.1
            assert 1.7 < layer(noise)[:, :, 1:-1, 1:-1].square().mean() < 2.3


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_pixel_norm_divides_by_the_root_mean_square(dtype: torch.dtype) -> None:
    x = torch.tensor([300.0, -400.0], dtype=dtype).view(1, 2, 1, 1)  # of which float16 cannot hold the squares
    expected = torch.tensor([300.0, -400.0]) / (125_000**0.5)
    torch.testing.assert_close(PixelNorm()(x).flatten().float(), expected, rtol=2e-3, atol=0)
