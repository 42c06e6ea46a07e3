"""Pixel losses, cycle and identity, total variation: by hand and against numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from burnish_models.losses.cycle import Cycle, Identity
from burnish_models.losses.pixel import L1, Charbonnier, Mse, charbonnier, l1, mse
from burnish_models.losses.step import Step
from burnish_models.losses.total_variation import TotalVariation, total_variation
from losses.steps import full_step, picture

shapes = some.tuples(some.integers(1, 3), some.integers(1, 4), some.integers(2, 7), some.integers(2, 7))


def test_by_hand() -> None:
    result, target = torch.tensor([[0.0, 0.5, 1.0]]), torch.tensor([[0.0, 0.0, 0.25]])
    assert float(l1(result, target)) == pytest.approx((0.5 + 0.75) / 3)
    assert float(mse(result, target)) == pytest.approx((0.25 + 0.5625) / 3)
    expected = (0.1 + math.sqrt(0.25 + 0.01) + math.sqrt(0.5625 + 0.01)) / 3
    assert float(charbonnier(result, target, epsilon=0.1)) == pytest.approx(expected)


def test_charbonnier_is_between_l1_and_l1_with_its_epsilon_and_smooth_at_zero() -> None:
    a, b = picture(2, 3, 5, 5, dtype=torch.float64), picture(2, 3, 5, 5, seed=1, dtype=torch.float64)
    assert l1(a, b) < charbonnier(a, b) < l1(a, b) + 1e-3
    a.requires_grad_()
    charbonnier(a, a.detach()).backward()
    assert a.grad is not None and not a.grad.any()


@pytest.mark.parametrize("loss", [l1, mse, charbonnier])
def test_what_is_of_another_size_is_refused_and_not_broadcast(loss) -> None:
    with pytest.raises(ValueError, match=r"\[2, 3, 4, 4\].*\[1, 3, 4, 4\]"):
        loss(torch.zeros(2, 3, 4, 4), torch.zeros(1, 3, 4, 4))


@pytest.mark.parametrize("loss", [l1, mse, charbonnier, lambda a, b: total_variation(a)])
def test_half_precision_is_summed_in_float32(loss) -> None:
    """A mean of a million bfloat16 values, summed in bfloat16, would stop growing."""
    a, b = torch.full((1, 3, 300, 300), 0.7, dtype=torch.bfloat16), torch.zeros(1, 3, 300, 300, dtype=torch.bfloat16)
    a[..., ::2] = 0.2
    value = loss(a, b)
    assert value.dtype == torch.float32
    assert float(value) == pytest.approx(float(loss(a.double(), b.double())), rel=1e-6)


def test_which_tensors_of_a_step_are_compared() -> None:
    step = full_step()
    assert step.target is not None and step.reconstructed is not None and step.identity is not None
    assert L1()(step) == (step.result - step.target).abs().mean()
    assert Mse()(step) == (step.result - step.target).square().mean()
    assert Charbonnier(0.2)(step) == charbonnier(step.result, step.target, 0.2)
    assert Cycle()(step) == (step.reconstructed - step.input).abs().mean()
    assert Identity()(step) == (step.identity - step.target).abs().mean()
    assert TotalVariation("squared")(step) == total_variation(step.result, "squared")


@pytest.mark.parametrize("loss", [L1(), Mse(), Charbonnier(), Cycle(), Identity()])
def test_what_a_step_lacks_is_named(loss) -> None:
    bare = Step(input=torch.zeros(1, 3, 2, 2), result=torch.zeros(1, 3, 2, 2))
    with pytest.raises(ValueError, match=r"target|reconstructed|identity"):
        loss(bare)


@settings(max_examples=30, deadline=None)
@given(shapes, some.integers(0, 99))
def test_total_variation_is_the_slow_mean_over_neighbours(shape: tuple[int, int, int, int], seed: int) -> None:
    x = picture(*shape, seed=seed, dtype=torch.float64)
    count, channels, height, width = shape
    across, down = [], []
    for n in range(count):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    if j + 1 < width:
                        across.append(float(x[n, c, i, j + 1] - x[n, c, i, j]))
                    if i + 1 < height:
                        down.append(float(x[n, c, i + 1, j] - x[n, c, i, j]))
    expected = np.abs(across).mean() + np.abs(down).mean()
    assert float(total_variation(x, "anisotropic")) == pytest.approx(expected, rel=1e-12)
    expected = np.square(across).mean() + np.square(down).mean()
    assert float(total_variation(x, "squared")) == pytest.approx(expected, rel=1e-12)


def test_a_flat_picture_has_none_and_an_edge_counts_once_or_more() -> None:
    assert (
        total_variation(torch.full((1, 3, 4, 6), 0.3)) == total_variation(torch.full((1, 3, 4, 6), 0.3), "squared") == 0
    )
    edge, ramp = torch.zeros(1, 1, 4, 6), (torch.arange(6) / 5.0).expand(1, 1, 4, 6)
    edge[..., 3:] = 1.0
    assert float(total_variation(edge)) == pytest.approx(float(total_variation(ramp)))  # L1 keeps edges
    assert float(total_variation(edge, "squared")) == pytest.approx(5 * float(total_variation(ramp, "squared")))


def test_a_single_row_has_no_neighbours_below() -> None:
    with pytest.raises(ValueError, match="2 × 2"):
        total_variation(torch.zeros(1, 3, 1, 8))
