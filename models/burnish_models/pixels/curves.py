"""Tone curves of ICC profiles: from a layer's encoded values to light and exactly back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Curve(Protocol):
    """A rising curve. Both directions keep shape and precision, and are odd: f(-x) = -f(x)."""

    def to_linear(self, encoded: Tensor) -> Tensor:
        """Light of encoded values, both nominally 0 to 1."""
        ...

    def to_encoded(self, linear: Tensor) -> Tensor:
        """The inverse of to_linear."""
        ...


@dataclass(frozen=True)
class ParametricCurve:
    """(a·x + b)^gamma + e from x = d on, c·x + f below it: the most general of the ICC parametric curves."""

    gamma: float
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 0.0
    f: float = 0.0

    def to_linear(self, encoded: Tensor) -> Tensor:
        size = encoded.abs()
        if self.gamma == 1 and self.d <= 0:
            return (size * self.a + (self.b + self.e)).copysign_(encoded)
        power = (size * self.a).add_(self.b).clamp_(min=0).pow_(self.gamma).add_(self.e)
        if self.d > 0:
            power = torch.where(size >= self.d, power, size.mul_(self.c).add_(self.f))
        return power.copysign_(encoded)

    def to_encoded(self, linear: Tensor) -> Tensor:
        size = linear.abs()
        if self.gamma == 1 and self.d <= 0:
            return ((size - (self.b + self.e)) / self.a).clamp_(min=0).copysign_(linear)
        power = (
            (size - self.e).clamp_(min=0).pow_(1 / self.gamma).sub_(self.b).div_(self.a).clamp_(min=max(self.d, 0.0))
        )
        if self.d > 0:
            knee = max(self.a * self.d + self.b, 0.0) ** self.gamma + self.e
            if self.c > 0:
                straight = (size - self.f).div_(self.c).clamp_(0, self.d)
                power = torch.where(size >= knee, power, straight)
            else:  # flat up to d: black stays black
                power = torch.where(size > knee, power, torch.zeros_like(size))
        return power.copysign_(linear)


@dataclass(frozen=True)
class TableCurve:
    """Straight lines between the entries of a table, continued beyond 1 in the direction of the last one.

    Where a table is flat the way back takes the lowest value, so that black stays black.
    """

    entries: tuple[float, ...]

    @cached_property
    def _table(self) -> NDArray[np.float64]:
        return np.maximum.accumulate(np.asarray(self.entries, np.float64))

    @cached_property
    def _end_slope(self) -> float:
        steps = np.diff(self._table[-2:]) * (len(self.entries) - 1)
        return float(steps[0]) if steps[0] > 0 else 1.0

    def to_linear(self, encoded: Tensor) -> Tensor:
        table = self._on(encoded)
        size = encoded.abs()
        position = size.clamp(max=1).mul_(len(self.entries) - 1)
        index = position.long().clamp_(max=len(self.entries) - 2)
        inside = torch.lerp(table[index], table[index + 1], position - index)
        return inside.add_((size - 1).clamp_(min=0), alpha=self._end_slope).copysign_(encoded)

    def to_encoded(self, linear: Tensor) -> Tensor:
        table = self._on(linear)
        size = linear.abs()
        index = (torch.searchsorted(table, size.contiguous()) - 1).clamp_(0, len(self.entries) - 2)
        low, high = table[index], table[index + 1]
        flat = high <= low
        part = ((size - low) / torch.where(flat, torch.ones_like(low), high - low)).clamp_(0, 1)
        inside = (index + torch.where(flat, torch.zeros_like(part), part)).div_(len(self.entries) - 1)
        beyond = (size - table[-1]).clamp_(min=0).div_(self._end_slope)
        return (inside + beyond).copysign_(linear)

    def _on(self, like: Tensor) -> Tensor:
        return torch.from_numpy(self._table).to(like.dtype).to(like.device)


SRGB_CURVE = ParametricCurve(gamma=2.4, a=1 / 1.055, b=0.055 / 1.055, c=1 / 12.92, d=0.04045)


def is_usable(curve: Curve) -> bool:
    """Whether a curve from a file rises from 0 to 1 and can be followed back."""
    values = curve.to_linear(torch.linspace(0, 1, 1025, dtype=torch.float64)).numpy()
    rises = bool((np.diff(values) >= -1e-12).all()) and values[-1] - values[0] > 0.1
    return bool(np.isfinite(values).all()) and rises and 0 <= values[0] < 0.5 and values[-1] < 4
