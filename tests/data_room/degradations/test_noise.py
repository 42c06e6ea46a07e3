"""The noise has the variance, the correlation and the mean that it claims."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from burnish_models.data.degradations.noise import Noise, gaussian_noise, grained, poisson_noise
from data_room.pictures_for_tests import flat

SIZE = (128, 128)


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def added(config: Noise, value: float = 0.5, seed: int = 0) -> NDArray[np.float32]:
    return config.apply(flat(value), random(seed), SIZE) - np.float32(value)


def between_channels(noise: NDArray[np.float32]) -> float:
    return float(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1])


def between_neighbours(noise: NDArray[np.float32]) -> float:
    return float(np.corrcoef(noise[:, 1:, 0].ravel(), noise[:, :-1, 0].ravel())[0, 1])


@settings(max_examples=25, deadline=None)
@given(st.floats(1, 50), st.integers(0, 1000))
def test_gaussian_noise_has_its_sigma(sigma: float, seed: int) -> None:
    """Over 49,152 values: five standard errors of a standard deviation are 1.6 %, those of a mean 0.023 σ."""
    noise = gaussian_noise(flat(0.5), sigma, random(seed))
    assert noise.dtype == np.float32
    assert noise.std() * 255 == pytest.approx(sigma, rel=0.016)
    assert abs(noise.mean()) * 255 < 0.023 * sigma


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 3), st.floats(0.02, 1), st.integers(0, 1000))
def test_poisson_noise_grows_with_the_light(strength: float, light: float, seed: int) -> None:
    noise = poisson_noise(flat(light), strength, random(seed))
    assert noise.var() == pytest.approx(strength**2 * light / 256, rel=0.06)
    assert abs(noise.mean()) < 0.023 * strength * np.sqrt(light / 256)


def test_black_has_no_poisson_noise() -> None:
    assert not poisson_noise(flat(0), 3, random()).any()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_kinds_are_drawn_by_their_share(share: float) -> None:
    """Gaussian noise is as strong in the dark as in the light, Poisson's is not."""
    config = Noise(sigma=(20, 20), poisson=(2, 2), poisson_share=share, clip=False)
    dark, light = added(config, 0.05).std(), added(config, 0.8).std()
    assert light / dark == pytest.approx(4 if share else 1, rel=0.1)


@pytest.mark.parametrize("poisson_share", [0.0, 1.0])
def test_grey_noise_is_the_same_in_all_channels(poisson_share: float) -> None:
    colour = added(Noise(poisson_share=poisson_share, grey_share=0))
    grey = added(Noise(poisson_share=poisson_share, grey_share=1))
    assert abs(between_channels(colour)) < 0.05
    assert between_channels(grey) > 0.999


def test_shares_are_probabilities() -> None:
    config = Noise(grey_share=0.4)
    grey = [between_channels(added(config, seed=seed)[:32, :32]) > 0.9 for seed in range(300)]
    assert 0.3 < np.mean(grey) < 0.5


def test_grain_keeps_the_strength() -> None:
    white = added(Noise(sigma=(20, 20), clip=False))
    coarse = added(Noise(sigma=(20, 20), grain=(1.5, 1.5), clip=False))
    assert coarse.std() == pytest.approx(white.std(), rel=0.05)
    assert abs(between_neighbours(white)) < 0.05
    assert between_neighbours(coarse) == pytest.approx(np.exp(-1 / (4 * 1.5**2)), abs=0.03)
    grey = gaussian_noise(flat(0.5), 20, random(), grey=True)
    assert grained(grey, 1.0).shape == grey.shape == (128, 128, 1)


def test_the_range_is_drawn_from() -> None:
    strengths = [added(Noise(sigma=(5, 15)), seed=seed).std() * 255 for seed in range(60)]
    assert 4.8 < min(strengths) < 6 and 14 < max(strengths) < 15.3


def test_clipping_can_be_left_out() -> None:
    bright = Noise(sigma=(30, 30)).apply(flat(0.98), random(), SIZE)
    assert bright.max() == 1.0
    free = Noise(sigma=(30, 30), clip=False).apply(flat(0.98), random(), SIZE)
    assert free.max() > 1.1
