"""Zero-DCE's losses in both forms against slow direct sums in numpy, and what each is for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from burnish_models.losses.zero_dce import (
    ColourConstancy,
    Exposure,
    IlluminationSmoothness,
    SpatialConsistency,
    colour_constancy,
    exposure,
    illumination_smoothness,
    spatial_consistency,
)
from losses.steps import full_step, picture

forms = some.sampled_from(["paper", "code"])
sizes = some.tuples(some.integers(1, 2), some.integers(4, 13), some.integers(4, 13))


def region_means(pictures: np.ndarray, side: int) -> np.ndarray:
    """[N, rows, columns]: the mean of each whole region, channels together."""
    count, _, height, width = pictures.shape
    means = np.zeros((count, height // side, width // side))
    for n in range(count):
        for i in range(height // side):
            for j in range(width // side):
                means[n, i, j] = pictures[n, :, i * side : (i + 1) * side, j * side : (j + 1) * side].mean()
    return means


def slow_spatial_consistency(result: np.ndarray, original: np.ndarray, form: str, side: int) -> float:
    bright, before = region_means(result, side), region_means(original, side)
    sums = []
    for now, then in zip(bright, before, strict=True):
        rows, columns = now.shape
        for i in range(rows):
            for j in range(columns):
                total = 0.0
                for a, b in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
                    inside = 0 <= a < rows and 0 <= b < columns
                    if form == "paper":
                        total += (abs(now[i, j] - now[a, b]) - abs(then[i, j] - then[a, b])) ** 2 if inside else 0.0
                    else:
                        there = (now[a, b], then[a, b]) if inside else (0.0, 0.0)
                        total += ((now[i, j] - there[0]) - (then[i, j] - there[1])) ** 2
                sums.append(total)
    return float(np.mean(sums))


@settings(max_examples=30, deadline=None)
@given(sizes, forms, some.integers(0, 99))
def test_spatial_consistency_is_the_slow_sum(size: tuple[int, int, int], form, seed: int) -> None:
    count, height, width = size
    a = picture(count, 3, height, width, seed=seed, dtype=torch.float64)
    b = picture(count, 3, height, width, seed=seed + 1, dtype=torch.float64)
    expected = slow_spatial_consistency(a.numpy(), b.numpy(), form, 2)
    assert float(spatial_consistency(a, b, form, region=2)) == pytest.approx(expected, rel=1e-10)


@settings(max_examples=30, deadline=None)
@given(sizes, forms, some.integers(0, 99))
def test_exposure_is_the_slow_mean(size: tuple[int, int, int], form, seed: int) -> None:
    x = picture(size[0], 3, *size[1:], seed=seed, dtype=torch.float64)
    distance = region_means(x.numpy(), 3) - 0.6
    expected = np.abs(distance).mean() if form == "paper" else (distance**2).mean()
    assert float(exposure(x, form, region=3)) == pytest.approx(expected, rel=1e-10)


@settings(max_examples=30, deadline=None)
@given(sizes, forms, some.integers(0, 99))
def test_colour_constancy_is_the_slow_sum(size: tuple[int, int, int], form, seed: int) -> None:
    x = picture(size[0], 3, *size[1:], seed=seed, dtype=torch.float64)
    values = []
    for red, green, blue in x.numpy().mean((2, 3)):
        if form == "paper":
            values.append((red - green) ** 2 + (red - blue) ** 2 + (green - blue) ** 2)
        else:
            values.append(np.sqrt((red - green) ** 4 + (red - blue) ** 4 + (green - blue) ** 4))
    assert float(colour_constancy(x, form)) == pytest.approx(np.mean(values), rel=1e-10)


@settings(max_examples=30, deadline=None)
@given(sizes, some.integers(1, 3), forms, some.integers(0, 99))
def test_illumination_smoothness_is_the_slow_sum(size: tuple[int, int, int], iterations: int, form, seed: int) -> None:
    count, height, width = size
    curves = picture(count, 3 * iterations, height, width, seed=seed, dtype=torch.float64) * 2 - 1
    values = curves.numpy()
    total = 0.0
    for n in range(count):
        for c in range(3 * iterations):
            across, down = np.diff(values[n, c], axis=1), np.diff(values[n, c], axis=0)
            if form == "paper":
                slopes = [
                    (abs(across[i, j]) + abs(down[i, j])) ** 2 for i in range(height - 1) for j in range(width - 1)
                ]
                total += np.mean(slopes) / iterations
            else:
                total += 2 * ((across**2).sum() / (height * (width - 1)) + (down**2).sum() / ((height - 1) * width))
    assert float(illumination_smoothness(curves, form)) == pytest.approx(total / count, rel=1e-10)


@pytest.mark.parametrize("form", ["paper", "code"])
def test_each_is_zero_for_what_it_asks_for(form) -> None:
    original = picture(2, 3, 32, 32)
    grey = torch.full((2, 3, 32, 32), 0.6)
    assert spatial_consistency(original, original, form) == 0
    assert exposure(grey, form) < 1e-6
    assert colour_constancy(grey, form) < 1e-6
    assert illumination_smoothness(torch.full((2, 24, 8, 8), -0.4), form) < 1e-6


def test_the_forms_differ_where_the_docstring_says_so() -> None:
    """An inverted contrast passes the paper's form; brightening passes it, too, but not the code's black border."""
    original = picture(1, 3, 16, 16)
    assert spatial_consistency(1 - original, original, "paper") < 1e-12
    assert spatial_consistency(1 - original, original, "code") > 1e-3
    assert spatial_consistency(original + 0.2, original, "paper") < 1e-12
    assert spatial_consistency(original + 0.2, original, "code") > 1e-3


@pytest.mark.parametrize("form", ["paper", "code"])
def test_grey_pictures_and_flat_curves_have_finite_gradients(form) -> None:
    """The code's root of a sum of zeros would give NaN; a batch of one grey picture would end a training."""
    grey = torch.full((1, 3, 32, 32), 0.5, requires_grad=True)
    curves = torch.zeros(1, 6, 32, 32, requires_grad=True)
    total = colour_constancy(grey, form) + exposure(grey, form) + spatial_consistency(grey, grey.detach(), form)
    (total + illumination_smoothness(curves, form)).backward()
    assert grey.grad is not None and torch.isfinite(grey.grad).all() and grey.grad.abs().max() > 0
    assert curves.grad is not None and torch.isfinite(curves.grad).all()


def test_exposure_pulls_the_dark_up_and_the_bright_down() -> None:
    for level, sign in ((0.2, -1), (0.9, 1)):
        x = torch.full((1, 3, 16, 16), level, requires_grad=True)
        exposure(x).backward()
        assert x.grad is not None and (x.grad.sign() == sign).all()


def test_what_a_step_gives_them() -> None:
    step = full_step()
    assert step.curves is not None
    assert SpatialConsistency("code", 2)(step) == spatial_consistency(step.result, step.input, "code", 2)
    assert Exposure("code", 0.4, 8)(step) == exposure(step.result, "code", 0.4, 8)
    assert ColourConstancy("code")(step) == colour_constancy(step.result, "code")
    assert IlluminationSmoothness("code")(step) == illumination_smoothness(step.curves, "code")
    step.curves = None
    with pytest.raises(ValueError, match="curves"):
        IlluminationSmoothness()(step)


def test_what_is_too_small_or_misshapen_is_refused() -> None:
    with pytest.raises(ValueError, match="16 × 16"):
        exposure(torch.zeros(1, 3, 15, 40))
    with pytest.raises(ValueError, match="8 × 8"):
        spatial_consistency(torch.zeros(1, 3, 7, 40), torch.zeros(1, 3, 7, 40))
    with pytest.raises(ValueError, match=r"threes.*8"):
        illumination_smoothness(torch.zeros(1, 8, 4, 4))
    with pytest.raises(ValueError, match=r"\[1, 3, 8, 8\].*\[1, 1, 8, 8\]"):
        spatial_consistency(torch.zeros(1, 3, 8, 8), torch.zeros(1, 1, 8, 8))
