"""Kernels by their sum, symmetry and second moments; the sinc by its frequencies; the draw by its probabilities."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, special

from burnish_models.data.degradations.blur import Blur, Sinc, filtered
from burnish_models.data.degradations.kernels import Kernel, Shape, Spread, bell, sinc

SHAPES: list[Shape] = ["gaussian", "generalised", "plateau"]
SIZES = st.integers(3, 10).map(lambda half: 2 * half + 1)
SIGMAS = st.floats(0.2, 3)
ANGLES = st.floats(-np.pi, np.pi)


def moments(kernel: Kernel) -> np.ndarray:
    """The covariance matrix of a kernel, in pixels squared: [[xx, xy], [xy, yy]]."""
    half = len(kernel) // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    return np.array([[(kernel * a * b).sum() for a in (x, y)] for b in (x, y)])


@settings(max_examples=60, deadline=None)
@given(SIZES, SIGMAS, SIGMAS, ANGLES, st.sampled_from(SHAPES), st.floats(0.5, 4))
def test_bells_sum_to_one_and_are_symmetric(
    size: int, along: float, across: float, angle: float, shape: Shape, beta: float
) -> None:
    kernel = bell(size, Spread(along, across, angle), shape, beta)
    assert kernel.shape == (size, size)
    assert kernel.sum() == pytest.approx(1)
    assert kernel.min() >= 0
    assert kernel.argmax() == kernel.size // 2
    np.testing.assert_allclose(kernel, kernel[::-1, ::-1], atol=1e-15)
    round_kernel = bell(size, Spread(along, along, angle), shape, beta)
    np.testing.assert_allclose(round_kernel, round_kernel.T, atol=1e-12)
    np.testing.assert_allclose(round_kernel, round_kernel[:, ::-1], atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.8, 3), st.floats(0.8, 3), ANGLES)
def test_a_gaussian_has_its_standard_deviations(along: float, across: float, angle: float) -> None:
    """Along the axis at `angle`, and across it; 33 pixels hold five σ."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    expected = turn @ np.diag([along**2, across**2]) @ turn.T
    np.testing.assert_allclose(moments(bell(33, Spread(along, across, angle))), expected, atol=0.002 * 9)


def test_a_gaussian_is_scipys() -> None:
    impulse = np.zeros((21, 21))
    impulse[10, 10] = 1
    theirs = ndimage.gaussian_filter(impulse, 1.7, radius=10)
    np.testing.assert_allclose(bell(21, Spread(1.7, 1.7)), theirs, atol=1e-12)


@pytest.mark.parametrize("shape", ["generalised", "plateau"])
def test_a_larger_exponent_is_flatter_on_top(shape: Shape) -> None:
    pointed, flat = (bell(21, Spread(3, 3), shape, beta) for beta in (0.6, 3.0))
    assert flat[10, 12] / flat[10, 10] > 0.9 > pointed[10, 12] / pointed[10, 10]


def test_the_generalised_gaussian_of_exponent_one_is_gaussian() -> None:
    spread = Spread(2, 1, 0.7)
    np.testing.assert_allclose(bell(15, spread, "generalised", 1.0), bell(15, spread), atol=1e-15)


def test_the_plateau_by_hand() -> None:
    """At σ 1 and β 2 the weight at distance 1 is half of the centre's, at distance 2 a 17th."""
    row = bell(9, Spread(1, 1), "plateau", 2.0)[4]
    assert row[5] / row[4] == pytest.approx(1 / 2)
    assert row[6] / row[4] == pytest.approx(1 / 17)


@settings(max_examples=30, deadline=None)
@given(SIZES, st.floats(np.pi / 5, np.pi))
def test_the_sinc_is_scipys_bessel_function(size: int, cutoff: float) -> None:
    kernel = sinc(size, cutoff)
    half = size // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    radius = np.hypot(x, y)
    radius[half, half] = 1
    expected = cutoff * special.j1(cutoff * radius) / (2 * np.pi * radius)
    expected[half, half] = cutoff**2 / (4 * np.pi)
    np.testing.assert_allclose(kernel, expected / expected.sum(), atol=1e-6)
    assert kernel.sum() == pytest.approx(1)
    np.testing.assert_allclose(kernel, kernel.T, atol=1e-15)
    np.testing.assert_allclose(kernel, kernel[::-1], atol=1e-15)


def test_the_sinc_passes_what_is_below_its_cutoff() -> None:
    x = np.arange(200)

    def passes(frequency: float) -> float:
        wave = np.tile(np.cos(frequency * x), (200, 1))[..., None].repeat(3, axis=2).astype(np.float32)
        inside = filtered(wave, sinc(21, np.pi / 2))[60:140, 60:140]
        return float(np.abs(inside).max())

    assert passes(0.3) == pytest.approx(1, abs=0.1)
    assert passes(2.4) < 0.1


def test_kernels_of_even_size_are_refused() -> None:
    with pytest.raises(ValueError, match="odd"):
        bell(8, Spread(1, 1))


def test_filtering_is_scipys() -> None:
    image = np.random.default_rng(0).random((40, 50, 3)).astype(np.float32)
    kernel = bell(13, Spread(3, 1, 0.5))
    theirs = ndimage.convolve(image, kernel[..., None], mode="mirror")
    np.testing.assert_allclose(filtered(image, kernel), theirs, atol=1e-6)


def kind(kernel: Kernel) -> str:
    if kernel.min() < -1e-6:
        return "sinc"
    return "round" if np.allclose(kernel, kernel.T, atol=1e-9) else "stretched"


def test_kinds_and_sizes_are_drawn_by_their_probabilities() -> None:
    """900 kernels. A tenth are sincs; of the rest 0.25 + 0.03 + 0.03 = 0.31 are stretched. Four standard errors."""
    blur, random = Blur(), np.random.default_rng(0)
    kernels = [blur.draw_kernel(random) for _ in range(900)]
    kinds = Counter(kind(kernel) for kernel in kernels)
    assert kinds["sinc"] / 900 == pytest.approx(0.1, abs=0.04)
    assert kinds["stretched"] / 900 == pytest.approx(0.9 * 0.31, abs=0.06)
    sizes = Counter(len(kernel) for kernel in kernels)
    assert set(sizes) == {7, 9, 11, 13, 15, 17, 19, 21}
    assert min(sizes.values()) > 70


@pytest.mark.parametrize(
    ("share", "shape"), list(zip(("isotropic_share", "generalised_share", "plateau_share"), SHAPES, strict=True))
)
def test_one_kind_alone(share: str, shape: Shape) -> None:
    shares = dict.fromkeys((name for name in Blur.model_fields if name.endswith("_share")), 0)
    shares |= {share: 1, "sinc_probability": 0}
    config = Blur(**shares, sigma=2, generalised_beta=3, plateau_beta=1.5, size=(15, 15))
    expected = bell(15, Spread(2, 2), shape, 3 if shape == "generalised" else 1.5)
    np.testing.assert_allclose(config.draw_kernel(np.random.default_rng(1)), expected)


def test_a_wider_kernel_takes_more_away() -> None:
    image = np.random.default_rng(0).random((64, 64, 3)).astype(np.float32)
    left = [
        Blur(sigma=(sigma, sigma), isotropic_share=1, sinc_probability=0)
        .apply(image, np.random.default_rng(0), (64, 64))
        .std()
        for sigma in (0.5, 1, 2, 3)
    ]
    assert left == sorted(left, reverse=True) and left[-1] < left[0] / 3


def test_ringing_overshoots_and_stays_in_range() -> None:
    step = np.full((40, 40, 3), 0.2, np.float32)
    step[:, 20:] = 0.8
    rung = Sinc(cutoff=(2, 2), size=(21, 21)).apply(step, np.random.default_rng(0), (40, 40))
    assert rung.max() > 0.83 and rung.min() < 0.17
    assert Sinc().apply(step.round(), np.random.default_rng(0), (40, 40)).max() <= 1
