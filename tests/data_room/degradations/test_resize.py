"""Random factors, their shares and limits, and what each method does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from burnish_models.data.degradations.resize import METHODS, Fit, Method, Resize, resize
from data_room.pictures_for_tests import flat

METHOD_NAMES: list[Method] = list(METHODS)


def factors(stage: Resize, size: tuple[int, int] = (50, 50), count: int = 400) -> np.ndarray:
    image = flat(0.5, 200)
    heights = [stage.apply(image, np.random.default_rng(seed), size).shape[0] for seed in range(count)]
    return np.array(heights) / (200 if stage.relative_to == "image" else size[0])


def test_factors_are_drawn_by_their_shares() -> None:
    drawn = factors(Resize(up_share=0.2, down_share=0.7, keep_share=0.1, factor=(0.15, 1.5)))
    assert (drawn > 1).mean() == pytest.approx(0.2, abs=0.08)
    assert (drawn < 1).mean() == pytest.approx(0.7, abs=0.09)
    assert 0.145 <= drawn.min() < 0.2 and 1.4 < drawn.max() <= 1.5


def test_factors_can_be_of_the_input() -> None:
    drawn = factors(Resize(factor=(0.3, 1.2), relative_to="input"))
    assert 0.28 <= drawn.min() < 0.4 and 1.1 < drawn.max() <= 1.2


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(METHOD_NAMES))
def test_any_size_from_any_size(height: int, width: int, method: Method) -> None:
    image = np.random.default_rng(0).random((17, 23, 3)).astype(np.float32)
    resized = resize(image, (height, width), method)
    assert resized.shape == (height, width, 3) and resized.dtype == np.float32
    assert resized.min() >= 0 and resized.max() <= 1
    np.testing.assert_allclose(resize(flat(0.3, 17), (height, width), method), 0.3, atol=1e-6)


def test_area_is_the_mean() -> None:
    image = np.random.default_rng(0).random((24, 24, 3)).astype(np.float32)
    np.testing.assert_allclose(resize(image, (6, 6), "area"), image.reshape(6, 4, 6, 4, 3).mean(axis=(1, 3)), atol=1e-6)


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_nothing_is_shifted(method: Method) -> None:
    """A ramp stays the same ramp: pixel centres lie at half integers before and after."""
    ramp = np.tile(((np.arange(96) + 0.5) / 96).astype(np.float32)[None, :, None], (96, 1, 3))
    for size in (24, 48, 96):
        expected = (np.arange(size) + 0.5) / size
        np.testing.assert_allclose(resize(ramp, (size, size), method)[size // 2, 2:-2, 0], expected[2:-2], atol=1e-5)


def test_fit_makes_the_wanted_size() -> None:
    results = {Fit().apply(flat(0.5, 40), np.random.default_rng(seed), (7, 9)).shape for seed in range(9)}
    assert results == {(7, 9, 3)}


@pytest.mark.parametrize(
    "wrong", [{"factor": (1.2, 1.5)}, {"factor": (0, 1)}, {"up_share": 0, "down_share": 0, "keep_share": 0}]
)
def test_impossible_factors_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        Resize(**wrong)
