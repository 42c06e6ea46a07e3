"""What every degradation is: a configuration that can be applied to an image."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from burnish_models.data.sample import Image

Size = tuple[int, int]
"""Height and width in pixels."""


class Stage(BaseModel, ABC):
    """One degradation. Its fields say from which ranges it draws; `degrade` is a function of its arguments alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    probability: float = Field(default=1.0, ge=0, le=1, description="how often this degradation happens at all")

    def apply(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        """The image after this degradation, or as it was where the dice leave it out.

        Args:
            image: float32 [h, w, 3], RGB, sRGB-encoded, nominally 0 to 1. It is not changed.
            random: everything random is drawn from it.
            size: how large the generator's input will be in the end; only what resizes looks at it.
        """
        return self.degrade(image, random, size) if random.random() < self.probability else image

    @abstractmethod
    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        """The image after this degradation; arguments as in `apply`."""

    def fits(self) -> bool | None:
        """Whether the image has the wanted size after this stage: True, False, or None where it stays as it was."""
        return None


def _as_range(value: Any) -> Any:
    return (value, value) if isinstance(value, (int, float)) else value


def _ordered(value: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= value[0] <= value[1]:
        raise ValueError("a range is two numbers, the smaller first and neither below 0")
    return value


Range = Annotated[tuple[float, float], BeforeValidator(_as_range), AfterValidator(_ordered)]
"""From the first number to the second, neither negative; a single number stands for itself."""


def draw(random: np.random.Generator, limits: tuple[float, float]) -> float:
    """A number between the limits, each with the same probability."""
    return float(random.uniform(*limits))


def draw_logarithmic(random: np.random.Generator, limits: tuple[float, float]) -> float:
    """A positive number between the limits, each ratio with the same probability."""
    return float(np.exp(random.uniform(np.log(limits[0]), np.log(limits[1]))))


def choose(random: np.random.Generator, shares: tuple[float, ...]) -> int:
    """A number below len(shares), each in proportion to its share. Raises ValueError where every share is 0."""
    total = sum(shares)
    if total <= 0:
        raise ValueError("at least one share must be above 0")
    return int(np.searchsorted(np.cumsum(shares) / total, random.random(), side="right").clip(0, len(shares) - 1))
