"""The statistics behind NIQE and BRISQUE against scipy, Pillow, and samples of the distributions they fit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image
from scipy import ndimage, stats

from burnish_models.metrics.conventions import grey
from burnish_models.metrics.natural_scenes import (
    fit_asymmetric,
    fit_symmetric,
    halved,
    neighbour_products,
    normalised_contrast,
)
from metrics.variants import picture

BORDERS = {"repeated": "nearest", "zero": "constant"}


@pytest.mark.parametrize("border", BORDERS)
def test_contrast_is_normalised_by_a_gaussian_window(border: str) -> None:
    plane = grey(picture("chelsea.png"))[:61, :83]
    offsets = np.arange(-3, 4)
    window = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * (7 / 6) ** 2))
    window /= window.sum()
    mean = ndimage.correlate(plane, window, mode=BORDERS[border])
    deviation = np.sqrt(np.abs(ndimage.correlate(plane**2, window, mode=BORDERS[border]) - mean**2))
    expected = (plane - mean) / (deviation + 1)
    np.testing.assert_allclose(normalised_contrast(plane, border), expected, atol=1e-9)


@pytest.mark.parametrize("level", [0.0, 1.0, 37.0, 255.0])
def test_a_flat_part_has_no_contrast_at_all(level: float) -> None:
    assert not normalised_contrast(np.full((30, 40), level), "repeated").any()


@given(
    shape=some.floats(0.5, 4.0), left=some.floats(0.5, 3.0), right=some.floats(0.5, 3.0), seed=some.integers(0, 2**31)
)
@settings(max_examples=15, deadline=None)
def test_an_asymmetric_distribution_is_found_again(shape: float, left: float, right: float, seed: int) -> None:
    """Magnitudes of a generalised Gaussian; a side's share of the values is its share of the two scales."""
    generator = np.random.default_rng(seed)
    count = 200_000
    magnitude = np.abs(stats.gennorm.rvs(shape, size=count, random_state=generator))
    magnitude /= math.sqrt(math.gamma(3 / shape) / math.gamma(1 / shape))  # of deviation 1
    on_left = generator.random(count) < left / (left + right)
    found = fit_asymmetric(np.where(on_left, -magnitude * left, magnitude * right))
    assert found.shape == pytest.approx(shape, rel=0.06)
    assert (found.left, found.right) == (pytest.approx(left, rel=0.04), pytest.approx(right, rel=0.04))
    deviation_to_scale = math.sqrt(math.gamma(1 / shape) / math.gamma(3 / shape))
    assert found.width == pytest.approx(deviation_to_scale, rel=0.1)
    mean = np.where(on_left, -magnitude * left, magnitude * right).mean()
    assert found.mean == pytest.approx(mean, abs=0.1 * (left + right))


@given(shape=some.floats(0.5, 6.0), deviation=some.floats(0.1, 4.0), seed=some.integers(0, 2**31))
@settings(max_examples=15, deadline=None)
def test_a_symmetric_distribution_is_found_again(shape: float, deviation: float, seed: int) -> None:
    values = stats.gennorm.rvs(shape, size=200_000, random_state=np.random.default_rng(seed))
    values *= deviation / math.sqrt(math.gamma(3 / shape) / math.gamma(1 / shape))
    found, variance = fit_symmetric(values)
    assert found == pytest.approx(shape, rel=0.08)
    assert variance == pytest.approx(deviation**2, rel=0.05)


def test_what_cannot_be_fitted_is_nan() -> None:
    assert all(math.isnan(value) for value in fit_symmetric(np.zeros((4, 4))))
    for one_sided in (np.zeros((4, 4)), np.ones((4, 4)), -np.ones((4, 4))):
        found = fit_asymmetric(one_sided)
        assert math.isnan(found.shape) and math.isnan(found.mean) and math.isnan(found.width)


def test_products_are_with_the_four_neighbours() -> None:
    plane = np.arange(12.0).reshape(3, 4) + 1
    expected = [
        sorted(
            plane[y, x] * plane[(y + down) % 3, (x + right) % 4] for y in range(3) for x in range(4)
        )
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1))
    ]  # fmt: skip
    assert [sorted(products.ravel()) for products in neighbour_products(plane)] == expected


@given(height=some.integers(16, 61), width=some.integers(16, 61), seed=some.integers(0, 2**31))
@settings(max_examples=25, deadline=None)
def test_halving_is_pillows_antialiased_bicubic_inside(height: int, width: int, seed: int) -> None:
    """Pillow treats the border otherwise, and an odd side as well: an even part of the plane is compared."""
    plane = np.random.default_rng(seed).uniform(0, 255, (height, width))
    found = halved(plane)
    assert found.shape == ((height + 1) // 2, (width + 1) // 2)
    even = plane[: height // 2 * 2, : width // 2 * 2].astype(np.float32)
    size = (even.shape[1] // 2, even.shape[0] // 2)
    expected = np.asarray(Image.fromarray(even).resize(size, Image.Resampling.BICUBIC))
    inner = (slice(2, height // 2 - 2), slice(2, width // 2 - 2))
    np.testing.assert_allclose(found[inner], expected[inner], atol=1e-3)


def test_halving_keeps_a_flat_plane_and_mirrors_the_border() -> None:
    np.testing.assert_allclose(halved(np.full((9, 12), 7.0)), 7.0)
    plane = np.random.default_rng(0).uniform(0, 255, (10, 14))
    mirrored = np.pad(plane, 20, mode="symmetric")
    np.testing.assert_allclose(halved(plane), halved(mirrored)[10:15, 10:17])
