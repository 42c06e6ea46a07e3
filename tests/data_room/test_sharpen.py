"""The unsharp mask against the formula, with SciPy's Gaussian."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from burnish_models.data.sharpen import sharpened
from data_room.pictures_for_tests import flat


def soft(image: np.ndarray) -> np.ndarray:
    return gaussian_filter(image, (8, 8, 0), mode="mirror", radius=25)


def test_it_is_the_formula() -> None:
    random = np.random.default_rng(0)
    blocks = np.kron(random.random((6, 7, 3)), np.ones((13, 13, 1))).astype(np.float32)
    image = blocks.astype(np.float64)
    lost = image - soft(image)
    mask = soft((np.abs(lost) > 10 / 255).astype(np.float64))
    expected = mask * np.clip(image + 0.5 * lost, 0, 1) + (1 - mask) * image
    np.testing.assert_allclose(sharpened(blocks), expected, atol=1e-5)
    assert np.abs(expected - image).max() > 0.05


def test_what_is_flat_stays() -> None:
    np.testing.assert_allclose(sharpened(flat(0.4, 40)), flat(0.4, 40), atol=1e-6)
