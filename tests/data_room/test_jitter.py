"""Each knob of the colour jitter moves its own statistic, by as much as it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from burnish_models.data.jitter import ColourJitter, jitter

LUMA = np.array([0.299, 0.587, 0.114])


def picture() -> np.ndarray:
    """Colours in the middle of the range, which no jitter of these tests pushes out of it."""
    return np.random.default_rng(0).uniform(0.35, 0.6, (24, 24, 3)).astype(np.float32)


def saturation(image: np.ndarray) -> float:
    return float((image - (image @ LUMA)[..., None]).std())


def test_nothing_changes_by_default() -> None:
    image = picture()
    assert ColourJitter().apply(image, np.random.default_rng(0)) is image
    np.testing.assert_allclose(jitter(image), image, atol=1e-6)


@given(st.floats(0.6, 1.4))
def test_brightness_multiplies(factor: float) -> None:
    np.testing.assert_allclose(jitter(picture(), brightness=factor), picture() * factor, rtol=1e-5)


@given(st.floats(0.5, 1.3))
def test_contrast_keeps_the_mean_luma(factor: float) -> None:
    before, after = picture() @ LUMA, jitter(picture(), contrast=factor) @ LUMA
    assert after.mean() == pytest.approx(before.mean(), abs=1e-5)
    assert after.std() == pytest.approx(before.std() * factor, rel=1e-4)


@given(st.floats(0.0, 1.5))
def test_saturation_keeps_every_luma(factor: float) -> None:
    after = jitter(picture(), saturation=factor)
    np.testing.assert_allclose(after @ LUMA, picture() @ LUMA, atol=2e-4)
    assert saturation(after) == pytest.approx(saturation(picture()) * factor, rel=0.01, abs=1e-4)


@given(st.floats(-0.5, 0.5))
def test_hue_keeps_every_luma_and_turns_back(share: float) -> None:
    turned = jitter(picture(), hue=share)
    np.testing.assert_allclose(turned @ LUMA, picture() @ LUMA, atol=2e-4)
    np.testing.assert_allclose(jitter(turned, hue=-share), picture(), atol=1e-4)


def test_hue_turns_colours() -> None:
    red = np.full((2, 2, 3), (0.7, 0.3, 0.3), np.float32)
    assert int(jitter(red, hue=1 / 3)[0, 0].argmax()) != 0
    np.testing.assert_allclose(jitter(red, hue=1.0), red, atol=1e-5)


def test_ranges_are_kept() -> None:
    config = ColourJitter(brightness=0.2)
    means = [config.apply(picture(), np.random.default_rng(seed)).mean() / picture().mean() for seed in range(60)]
    assert 0.8 <= min(means) < 0.85
    assert 1.15 < max(means) <= 1.2


def test_misspelt_keys_are_refused() -> None:
    with pytest.raises(ValidationError):
        ColourJitter.model_validate({"brigthness": 0.1})
