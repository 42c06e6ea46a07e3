"""The players' losses against cases by hand and the papers' logarithms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import Tensor

from burnish_models.losses.adversarial import KINDS, Adversarial, discriminator_loss, generator_loss
from losses.steps import full_step

logits = some.lists(some.floats(-20, 20), min_size=1, max_size=6)


def tensor(values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def papers_losses(kind: str, real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """Both players' losses as the papers write them, with logarithms of probabilities."""
    if kind == "vanilla":
        d = -np.log(sigmoid(real)).mean() - np.log(1 - sigmoid(fake)).mean()
        return d, -np.log(sigmoid(fake)).mean()
    if kind == "lsgan":
        return ((real - 1) ** 2).mean() / 2 + (fake**2).mean() / 2, ((fake - 1) ** 2).mean()
    if kind == "hinge":
        return -np.minimum(0, real - 1).mean() - np.minimum(0, -fake - 1).mean(), -fake.mean()
    if kind == "wasserstein":
        return fake.mean() - real.mean(), -fake.mean()
    real_rather, fake_rather = sigmoid(real - fake.mean()), sigmoid(fake - real.mean())
    d = -np.log(real_rather).mean() - np.log(1 - fake_rather).mean()
    return d, -np.log(1 - real_rather).mean() - np.log(fake_rather).mean()


def test_ragan_by_hand() -> None:
    """Real logits 3 and 1, fake logits 0 and -2: the means are 2 and -1.

    Discriminator: real against the mean fake 4 and 2, fake against the mean real -2 and -4, so that both terms are
    (softplus(-4) + softplus(-2)) / 2. Generator: both are (softplus(4) + softplus(2)) / 2.
    """
    real, fake = tensor([3.0, 1.0]), tensor([0.0, -2.0])
    log = math.log
    assert float(discriminator_loss("relativistic", real, fake)) == pytest.approx(
        log(1 + math.exp(-4)) + log(1 + math.exp(-2)), rel=1e-12
    )
    assert float(generator_loss("relativistic", real, fake)) == pytest.approx(
        log(1 + math.exp(4)) + log(1 + math.exp(2)), rel=1e-12
    )


def test_ragans_two_terms_apart() -> None:
    """One real logit 1, fake logits 0 and 4, mean 2: the terms differ. Numbers from a pocket calculator."""
    real, fake = tensor([1.0]), tensor([0.0, 4.0])
    first = 1.313262  # softplus(-(1 - 2))
    second = (0.313262 + 3.048587) / 2  # softplus(0 - 1), softplus(4 - 1)
    assert float(discriminator_loss("relativistic", real, fake)) == pytest.approx(first + second, abs=2e-6)
    first = 0.313262  # softplus(1 - 2)
    second = (1.313262 + 0.048587) / 2  # softplus(1), softplus(-3)
    assert float(generator_loss("relativistic", real, fake)) == pytest.approx(first + second, abs=2e-6)


def test_ragans_gradient_flows_through_both_means() -> None:
    """With f = 0: dL_D/dr of a single real logit is -sigmoid(-r) from the first term, and as much from the second."""
    real, fake = tensor([0.5]).requires_grad_(), tensor([0.0]).requires_grad_()
    discriminator_loss("relativistic", real, fake).backward()
    assert real.grad is not None and fake.grad is not None
    assert float(real.grad) == pytest.approx(-2 * float(torch.sigmoid(tensor([-0.5]))))
    assert float(fake.grad) == pytest.approx(-float(real.grad))


@settings(max_examples=60, deadline=None)
@given(some.sampled_from(KINDS), logits, logits)
def test_every_kind_is_what_its_paper_says(kind, real: list[float], fake: list[float]) -> None:
    expected = papers_losses(kind, np.array(real), np.array(fake))
    assert float(discriminator_loss(kind, tensor(real), tensor(fake))) == pytest.approx(expected[0], rel=1e-6, abs=1e-9)
    assert float(generator_loss(kind, tensor(real), tensor(fake))) == pytest.approx(expected[1], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_shape_of_the_logits_does_not_matter_and_large_ones_do_not_overflow(kind) -> None:
    real, fake = torch.randn(2, 1, 3, 4), torch.randn(2, 1, 3, 4)
    for loss in (discriminator_loss, generator_loss):
        torch.testing.assert_close(loss(kind, real, fake), loss(kind, real.flatten(), fake.flatten()))
        huge = loss(kind, torch.tensor([-1e4]), torch.tensor([1e4], requires_grad=True))
        assert torch.isfinite(huge)
        assert loss(kind, real.bfloat16(), fake.bfloat16()).dtype == torch.float32


@pytest.mark.parametrize("kind", KINDS)
def test_each_player_pulls_its_own_way(kind) -> None:
    """A step down its loss raises the real and lowers the fake logits for one player, raises the fake for the other."""
    real, fake = torch.tensor([0.2, -0.3], requires_grad=True), torch.tensor([0.1, 0.4], requires_grad=True)
    discriminator_loss(kind, real, fake).backward()
    assert real.grad is not None and fake.grad is not None
    assert (real.grad < 0).all() and (fake.grad > 0).all()
    fake.grad = None
    generator_loss(kind, real.detach(), fake).backward()
    assert fake.grad is not None and (fake.grad < 0).all()


def test_relativistic_needs_real_logits_and_no_other_kind_looks_at_them() -> None:
    fake = torch.tensor([0.5])
    with pytest.raises(ValueError, match="real logits"):
        generator_loss("relativistic", None, fake)
    for kind in KINDS[:-1]:
        assert generator_loss(kind, None, fake) == generator_loss(kind, torch.tensor([9.0]), fake)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    for loss in (discriminator_loss, generator_loss):
        with pytest.raises(ValueError, match=r"softmax.*vanilla, lsgan, hinge, wasserstein, relativistic"):
            loss("softmax", torch.zeros(1), torch.zeros(1))  # pyright: ignore[reportArgumentType]


def test_a_step_gives_its_logits() -> None:
    step = full_step()
    assert step.fake_logits is not None
    for kind in KINDS:
        assert Adversarial(kind)(step) == generator_loss(kind, step.real_logits, step.fake_logits)
    step.fake_logits = None
    with pytest.raises(ValueError, match="fake logits"):
        Adversarial()(step)
