"""imresize against Pillow (the same but at edges), against a direct sum, and against what MATLAB's is known for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from burnish_models.data.degradations.bicubic import Bicubic, imresize


def noise(height: int, width: int) -> NDArray[np.float64]:
    return np.random.default_rng(0).random((height, width))


def slow(row: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Keys' kernel, widened when reducing, over every source pixel of a row that is mirrored on and on."""
    length, stretch = len(row), max(1.0, len(row) / count)
    result = np.zeros(count)
    for j in range(count):
        centre = (j + 0.5) * length / count - 0.5
        total = 0.0
        for i in range(math.floor(centre - 2 * stretch) - 2, math.ceil(centre + 2 * stretch) + 3):
            x = abs(centre - i) / stretch
            weight = 1.5 * x**3 - 2.5 * x**2 + 1 if x <= 1 else -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0
            mirrored = i % (2 * length)
            result[j] += weight * row[mirrored if mirrored < length else 2 * length - 1 - mirrored]
            total += weight
        result[j] /= total
    return result


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 60))
def test_it_is_the_direct_sum(length: int, count: int) -> None:
    row = noise(1, length)
    np.testing.assert_allclose(imresize(row, (1, count))[0], slow(row[0], count), atol=1e-12)


@pytest.mark.parametrize(("size", "edge"), [((20, 24), 2), ((60, 48), 3), ((40, 72), 3), ((160, 192), 9)])
def test_away_from_edges_it_is_pillows(size: tuple[int, int], edge: int) -> None:
    image = noise(80, 96).astype(np.float32)
    theirs = np.asarray(Image.fromarray(image).resize(size[::-1], Image.Resampling.BICUBIC))
    ours = imresize(image, size)
    inside = slice(edge, -edge), slice(edge, -edge)
    np.testing.assert_allclose(ours[inside], theirs[inside], atol=2e-6)
    assert ours.dtype == np.float32


def test_channels_are_resized_alike() -> None:
    image = np.stack([noise(30, 40), noise(30, 40) * 2], axis=2)
    resized = imresize(image, (15, 20))
    np.testing.assert_allclose(resized[..., 1], resized[..., 0] * 2)
    np.testing.assert_allclose(resized[..., 0], imresize(image[..., 0], (15, 20)))


def test_a_constant_and_the_same_size_stay() -> None:
    np.testing.assert_allclose(imresize(np.full((30, 50), 0.7), (7, 11)), 0.7, atol=1e-14)
    np.testing.assert_array_equal(imresize(noise(8, 9), (8, 9)), noise(8, 9))


def test_nothing_aliases() -> None:
    """The finest stripes that a picture can have are gone in a quarter of it."""
    stripes = np.tile([0.0, 1.0], 64)[None, :]
    np.testing.assert_allclose(imresize(stripes, (1, 32))[0, 3:-3], 0.5, atol=0.01)


def test_the_degradation_resizes_to_the_input() -> None:
    image = np.repeat(noise(40, 40)[..., None], 3, axis=2).astype(np.float32)
    reduced = Bicubic().apply(image, np.random.default_rng(0), (10, 20))
    np.testing.assert_array_equal(reduced, imresize(image, (10, 20)))
