"""Rounding to the levels of an integer file."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from burnish_models.data.degradations.stage import Size, Stage
from burnish_models.data.sample import Image


class Quantise(Stage):
    """Clips to 0 to 1 and rounds, as saving without compression does."""

    type: Literal["quantise"] = "quantise"
    bits: int = Field(default=8, ge=1, le=16, description="bits per channel")

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        return quantised(image, self.bits)


def quantised(image: Image, bits: int = 8) -> Image:
    """The nearest of 2^bits levels from 0 to 1."""
    levels = 2**bits - 1
    return np.divide(np.round(np.clip(image, 0.0, 1.0) * np.float32(levels)), levels, dtype=np.float32)
