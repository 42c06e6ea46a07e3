"""Gradient penalties: critics whose gradients are known, one draw a sample, float32, and gradients of gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import Tensor, nn

from burnish_models.losses.penalties import R1, GradientPenalty, gradient_penalty, r1
from losses.steps import picture


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def linear(slope: Tensor):
    return lambda x: (x * slope).flatten(1).sum(1, keepdim=True)


@settings(max_examples=30, deadline=None)
@given(some.tuples(some.integers(1, 4), some.integers(1, 5), some.integers(1, 5)), some.integers(0, 99))
def test_a_linear_critic_of_unit_norm_is_not_punished(shape: tuple[int, int, int], seed: int) -> None:
    slope = torch.randn(shape, generator=generator(seed), dtype=torch.float64)
    critic = linear(slope / slope.norm())
    real, fake = picture(3, *shape, seed=1, dtype=torch.float64), picture(3, *shape, seed=2, dtype=torch.float64)
    assert gradient_penalty(critic, real, fake, generator(seed)).item() == pytest.approx(0, abs=1e-24)
    doubled = linear(3 * slope / slope.norm())
    assert gradient_penalty(doubled, real, fake, generator(seed)).item() == pytest.approx(4, rel=1e-12)


def test_the_norm_is_over_channels_and_pixels_together() -> None:
    """All slopes 0.5 on 3 x 2 x 2: the norm is sqrt(12) / 2, so the penalty 0.5359; over channels alone it would be
    that of sqrt(3) / 2, 0.0180, and a slope of 1 / sqrt(3), whose penalty is 1, would pass for one of unit norm."""
    real, fake = picture(2, 3, 2, 2, seed=1), picture(2, 3, 2, 2, seed=2)
    value = gradient_penalty(linear(torch.full((3, 2, 2), 0.5)), real, fake, generator()).item()
    assert value == pytest.approx((math.sqrt(12) / 2 - 1) ** 2, rel=1e-6)
    assert value == pytest.approx(0.5359, abs=1e-4)
    channels_alone = torch.full((3, 2, 2), 1 / math.sqrt(3))
    assert gradient_penalty(linear(channels_alone), real, fake, generator()).item() == pytest.approx(1, rel=1e-5)


def test_one_share_is_drawn_per_sample_between_real_and_fake() -> None:
    """The critic sum of x² has the gradient 2x, so the penalty tells where x was: once more with numpy."""
    real, fake = picture(4, 3, 5, 3, seed=1, dtype=torch.float64), picture(4, 3, 5, 3, seed=2, dtype=torch.float64)
    seen: list[Tensor] = []

    def critic(x: Tensor) -> Tensor:
        seen.append(x.detach())
        return x.square().flatten(1).sum(1)

    value = gradient_penalty(critic, real, fake, generator(7))
    shares = ((seen[0] - fake) / (real - fake)).flatten(1).numpy()
    np.testing.assert_allclose(shares, shares[:, :1].repeat(45, axis=1), rtol=1e-6)  # the same at every pixel
    assert len(set(shares[:, 0].round(6))) == 4  # and another for every sample
    drawn = torch.rand(4, generator=generator(7)).double().numpy()
    np.testing.assert_allclose(shares[:, 0], drawn, rtol=1e-6)
    between = drawn[:, None] * real.flatten(1).numpy() + (1 - drawn[:, None]) * fake.flatten(1).numpy()
    expected = np.mean((np.linalg.norm(2 * between, axis=1) - 1) ** 2)
    assert value.item() == pytest.approx(expected, rel=1e-10)


def test_the_generator_is_all_the_chance_there_is() -> None:
    real, fake = picture(4, 3, 5, 3, seed=1), picture(4, 3, 5, 3, seed=2)
    torch.manual_seed(1)
    network = nn.Sequential(nn.Flatten(), nn.Linear(45, 8), nn.Tanh(), nn.Linear(8, 1))
    one = gradient_penalty(network, real, fake, generator(3))
    torch.manual_seed(2)
    assert gradient_penalty(network, real, fake, generator(3)) == one
    assert gradient_penalty(network, real, fake, generator(4)) != one


def test_r1_by_hand() -> None:
    """The critic sum of x² at x = 0.5, twelve times: |2x|² = 12, half of it 6. A mean over the samples."""
    critic = lambda x: x.square().flatten(1).sum(1)  # noqa: E731
    assert r1(critic, torch.full((1, 3, 2, 2), 0.5)).item() == pytest.approx(6)
    both = torch.stack((torch.full((3, 2, 2), 0.5), torch.zeros(3, 2, 2)))
    assert r1(critic, both).item() == pytest.approx(3)


def test_a_map_of_logits_counts_as_its_mean() -> None:
    """A critic that says the same at every patch is punished like the one that says it once."""
    slope = torch.randn(3, 4, 4, generator=generator(2))
    real, fake = picture(2, 3, 4, 4, seed=1), picture(2, 3, 4, 4, seed=2)
    once, everywhere = linear(slope), lambda x: linear(slope)(x)[:, :, None, None].expand(-1, 1, 5, 6)
    torch.testing.assert_close(
        gradient_penalty(once, real, fake, generator()), gradient_penalty(everywhere, real, fake, generator())
    )
    torch.testing.assert_close(r1(once, real), r1(everywhere, real))


@pytest.mark.parametrize("penalty", [gradient_penalty, lambda d, real, fake, g: r1(d, real)])
def test_the_gradient_of_the_penalty_is_the_slope_of_its_value(penalty) -> None:
    """Differences of the value against what flows back to a weight, through the gradient of the gradient."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.Softplus(), nn.Conv2d(4, 2, 3), nn.Softplus(), nn.Flatten(1))
    network = network.double()
    real, fake = picture(3, 3, 9, 9, seed=1, dtype=torch.float64), picture(3, 3, 9, 9, seed=2, dtype=torch.float64)
    penalty(network, real, fake, generator()).backward()
    weight = network[0].weight
    assert weight.grad is not None
    for place in ((0, 0, 0, 0), (1, 2, 1, 0), (3, 1, 2, 2)):
        values = []
        for step in (1e-6, -1e-6):
            with torch.no_grad():
                weight[place] += step
            values.append(penalty(network, real, fake, generator()).item())
            with torch.no_grad():
                weight[place] -= step
        assert float(weight.grad[place]) == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("penalty", [GradientPenalty(), R1()])
def test_autocast_and_half_precision_pictures_do_not_reach_it(penalty) -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 3))
    real, fake = picture(2, 3, 9, 9, seed=1).bfloat16(), picture(2, 3, 9, 9, seed=2).bfloat16()
    outside = penalty(network, real.float(), fake.float(), generator())
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        inside = penalty(network, real, fake, generator())
        assert network(real).dtype == torch.bfloat16  # whereas the network itself is run in half precision here
    assert inside.dtype == torch.float32
    assert torch.equal(inside, outside)


@pytest.mark.parametrize("penalty", [GradientPenalty(), R1()])
def test_pictures_get_no_gradient_and_a_flat_critic_no_nan(penalty) -> None:
    real, fake = picture(2, 3, 4, 4).requires_grad_(), picture(2, 3, 4, 4, seed=1).requires_grad_()
    slope = torch.zeros(3, 4, 4, requires_grad=True)
    value = penalty(linear(slope), real, fake, generator())
    value.backward()
    assert real.grad is None and fake.grad is None
    assert slope.grad is not None and torch.isfinite(slope.grad).all()
    assert value.item() == (1.0 if isinstance(penalty, GradientPenalty) else 0.0)


def test_what_differs_in_size_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[2, 3, 4, 4\].*\[1, 3, 4, 4\]"):
        gradient_penalty(linear(torch.ones(3, 4, 4)), torch.ones(2, 3, 4, 4), torch.ones(1, 3, 4, 4), generator())
