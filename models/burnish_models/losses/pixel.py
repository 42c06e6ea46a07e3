"""Differences pixel by pixel: L1, Charbonnier, MSE; means over the batch, the channels and the pixels."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from burnish_models.losses.step import Step, needed, same_shape


def l1(result: Tensor, target: Tensor) -> Tensor:
    """Mean of |result - target|. Raises ValueError where the shapes differ."""
    return functional.l1_loss(*same_shape(result, target))


def mse(result: Tensor, target: Tensor) -> Tensor:
    """Mean of (result - target)². Raises ValueError where the shapes differ."""
    return functional.mse_loss(*same_shape(result, target))


def charbonnier(result: Tensor, target: Tensor, epsilon: float = 1e-3) -> Tensor:
    """Mean of sqrt((result - target)² + epsilon²): L1 with a round bottom.

    Lai et al., LapSRN (CVPR 2017), whose epsilon is 1e-3. Implementations that write sqrt(d² + epsilon) mean its
    square. Raises ValueError where the shapes differ.
    """
    result, target = same_shape(result, target)
    return ((result - target).square() + epsilon**2).sqrt().mean()


@dataclass(frozen=True)
class L1:
    """`l1` of result and target."""

    def __call__(self, step: Step) -> Tensor:
        return l1(step.result, needed(step, "target"))


@dataclass(frozen=True)
class Mse:
    """`mse` of result and target."""

    def __call__(self, step: Step) -> Tensor:
        return mse(step.result, needed(step, "target"))


@dataclass(frozen=True)
class Charbonnier:
    """`charbonnier` of result and target."""

    epsilon: float = 1e-3

    def __call__(self, step: Step) -> Tensor:
        return charbonnier(step.result, needed(step, "target"), self.epsilon)
