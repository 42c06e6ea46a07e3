"""PSNR, SSIM and their conventions against scikit-image, and against figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from burnish_models.metrics.conventions import NotJudgedError, grey, levels, studio_luma
from burnish_models.metrics.psnr import psnr
from burnish_models.metrics.ssim import ssim
from metrics.variants import Levels, pairs, picture, tensor

ANY_SIZE = some.integers(11, 40)
ANY_SEED = some.integers(0, 2**32 - 1)


def random_pair(height: int, width: int, seed: int) -> tuple[Levels, Levels]:
    """A random picture, and one that shares part of it."""
    generator = np.random.default_rng(seed)
    first = generator.integers(0, 256, (height, width, 3)).astype(np.float64)
    second = np.clip(first + generator.normal(0, generator.uniform(1, 80), first.shape), 0, 255)
    return first, np.rint(second)


def gaussian_form(a: Levels, b: Levels) -> float:
    """SSIM as scikit-image computes it with the settings of the paper."""
    return float(
        structural_similarity(
            a, b, channel_axis=-1, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
    )


@given(height=ANY_SIZE, width=ANY_SIZE, seed=ANY_SEED)
@settings(max_examples=40, deadline=None)
def test_ssim_is_scikit_images_gaussian_form(height: int, width: int, seed: int) -> None:
    a, b = random_pair(height, width, seed)
    assert ssim(a, b) == pytest.approx(gaussian_form(a, b), abs=1e-6)
    assert ssim(a, b) == pytest.approx(ssim(b, a), abs=1e-12)


@pytest.mark.parametrize("name", ["astronaut.png", "chelsea.png", "coffee.jpg"])
def test_ssim_of_real_pictures_is_scikit_images(name: str) -> None:
    for a, b in pairs(name).values():
        assert ssim(a, b) == pytest.approx(gaussian_form(a, b), abs=1e-9)
        luma = [np.repeat(studio_luma(levels)[:, :, None], 3, axis=2) for levels in (a, b)]
        assert ssim(a, b, "y") == pytest.approx(gaussian_form(*luma), abs=1e-9)


def test_ssim_of_two_flat_pictures_is_its_formula() -> None:
    a, b = np.full((20, 20, 3), 100.0), np.full((20, 20, 3), 120.0)
    c1 = (0.01 * 255) ** 2
    assert ssim(a, b) == pytest.approx((2 * 100 * 120 + c1) / (100**2 + 120**2 + c1), abs=1e-12)


def test_ssim_needs_its_window() -> None:
    small = picture("chelsea.png")[:10, :50]
    with pytest.raises(NotJudgedError, match="11×11"):
        ssim(small, small)


@given(height=some.integers(1, 40), width=some.integers(1, 40), seed=ANY_SEED)
@settings(max_examples=40, deadline=None)
def test_psnr_is_scikit_images(height: int, width: int, seed: int) -> None:
    a, b = random_pair(height, width, seed)
    if not np.array_equal(a, b):
        assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b, data_range=255), abs=1e-9)


def test_psnr_by_hand() -> None:
    a = np.zeros((2, 2, 3))
    b = a.copy()
    b[0, 0, 0] = 6.0  # a mean squared error of 36 / 12 = 3
    assert psnr(a, b) == pytest.approx(10 * math.log10(255**2 / 3), abs=1e-12)
    assert psnr(a, b, "y") == pytest.approx(10 * math.log10(255**2 / ((6 * 65.481 / 255) ** 2 / 4)), abs=1e-9)
    assert psnr(a, a) == math.inf


def test_what_is_compared_has_one_size() -> None:
    a = picture("chelsea.png")
    for judge in (psnr, ssim):
        with pytest.raises(ValueError, match="one size"):
            judge(a, a[1:])


@given(seed=ANY_SEED)
@settings(max_examples=20, deadline=None)
def test_studio_luma_is_scikit_images_y(seed: int) -> None:
    a = np.random.default_rng(seed).integers(0, 256, (5, 7, 3))
    np.testing.assert_allclose(studio_luma(a.astype(np.float64)), rgb2ycbcr(a.astype(np.uint8))[:, :, 0], atol=1e-6)


def test_the_ends_of_the_two_lumas() -> None:
    black, white = np.zeros((1, 1, 3)), np.full((1, 1, 3), 255.0)
    assert studio_luma(black).item() == pytest.approx(16) and studio_luma(white).item() == pytest.approx(235)
    assert grey(black).item() == 0 and grey(white).item() == 255


def test_grey_is_an_equal_grey_for_all_levels() -> None:
    ramp = np.repeat(np.arange(256.0)[None, :, None], 3, axis=2)
    np.testing.assert_array_equal(grey(ramp)[0], np.arange(256))


def test_levels_are_8_bit_and_cropped() -> None:
    x = torch.tensor([-0.2, 0.0, 0.4999 / 255, 0.5001 / 255, 1.0, 1.7]).repeat(3, 6, 1)
    found = levels(x)
    assert found.dtype == np.float64 and found.shape == (6, 6, 3)
    np.testing.assert_array_equal(found[0, :, 0], [0, 0, 0, 1, 255, 255])
    np.testing.assert_array_equal(levels(x, crop=2), found[2:4, 2:4])
    with pytest.raises(NotJudgedError, match="3 pixels at each edge"):
        levels(x, crop=3)
    with pytest.raises(ValueError, match="3, h, w"):
        levels(x[None])


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
def test_levels_of_a_file_come_back_as_they_were(kind: torch.dtype) -> None:
    a = picture("coffee.jpg")
    np.testing.assert_array_equal(levels(tensor(a).to(kind)), a)
