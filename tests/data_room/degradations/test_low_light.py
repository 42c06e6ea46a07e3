"""Exposure scales linear light; shot and read noise have the variance of the sensor model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import rgb2xyz

from burnish_models.data.degradations.linear_light import to_encoded, to_linear
from burnish_models.data.degradations.low_light import LowLight, exposed
from data_room.pictures_for_tests import flat

SIZE = (128, 128)


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_curve_is_scikit_images() -> None:
    """rgb2xyz uses the same curve: the luminance of a grey is its linear light."""
    values = np.linspace(0, 1, 513)
    greys = np.repeat(values[None, :, None], 3, axis=2)
    luminance = rgb2xyz(greys)[0, :, 1] / rgb2xyz(np.ones((1, 1, 3)))[0, 0, 1]
    np.testing.assert_allclose(to_linear(values.astype(np.float32)), luminance, atol=1e-6)


def test_there_and_back() -> None:
    values = np.linspace(0, 1, 1000, dtype=np.float32)
    np.testing.assert_allclose(to_encoded(to_linear(values)), values, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.02, 1), st.floats(0.05, 0.9), st.floats(200, 10_000), st.floats(0, 10), st.integers(0, 999))
def test_mean_and_variance(exposure: float, light: float, electrons: float, read: float, seed: int) -> None:
    counted = exposed(flat(light), exposure, electrons, read, random(seed))
    variance = exposure * light / electrons + (read / electrons) ** 2
    assert counted.mean() == pytest.approx(exposure * light, abs=5 * np.sqrt(variance / counted.size) + 1e-6)
    assert counted.var() == pytest.approx(variance, rel=0.06)


def mean_light(config: LowLight, value: float = 0.7) -> float:
    return float(to_linear(config.apply(flat(value), random(), SIZE)).mean())


def test_exposure_moves_the_light() -> None:
    before = float(to_linear(flat(0.7)).mean())
    for exposure in (0.5, 0.15, 0.05):
        assert mean_light(LowLight(exposure=exposure)) == pytest.approx(before * exposure, rel=0.03)


def test_electrons_and_read_noise_move_the_noise_alone() -> None:
    def noise(value: float, **fields: float) -> float:
        config = LowLight(exposure=0.2, **{"electrons": 4000, "read_noise": 0, **fields})
        return float(to_linear(config.apply(flat(value), random(), SIZE)).std())

    assert noise(0.7, electrons=1000) == pytest.approx(2 * noise(0.7), rel=0.05)
    assert noise(0) == 0, "no light, no shot noise"
    assert noise(0, read_noise=8) > 0
    noisy, clean = (mean_light(LowLight(exposure=0.2, electrons=electrons)) for electrons in (1000, 1e6))
    assert noisy == pytest.approx(clean, rel=0.02)


def test_exposures_are_drawn_by_their_ratio() -> None:
    """Half of them lie below the geometric mean of the range."""
    config = LowLight(exposure=(0.01, 1), electrons=1e6, read_noise=0)
    light = [to_linear(config.apply(flat(1.0, 8), random(seed), (8, 8))).mean() for seed in range(400)]
    assert np.mean(np.array(light) < 0.1) == pytest.approx(0.5, abs=0.1)
    assert 0.0099 < min(light) < 0.013 and 0.8 < max(light) < 1.001


def test_no_light_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        LowLight(exposure=(0, 0.5))
