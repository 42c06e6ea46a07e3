"""A photograph taken with too little light: less exposure in linear light, and the noise that comes with it.

The sensor model of Foi et al., "Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data"
(2008): electrons are counted, so that their number is Poisson's (shot noise), and reading adds a Gaussian.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from burnish_models.data.degradations.linear_light import to_encoded, to_linear
from burnish_models.data.degradations.stage import Range, Size, Stage, draw, draw_logarithmic
from burnish_models.data.sample import Image


class LowLight(Stage):
    """Darkens in linear light and adds shot and read noise."""

    type: Literal["low-light"] = "low-light"
    exposure: Range = Field(
        default=(0.05, 0.5), description="the share of the light that is left; drawn so that each ratio is as probable"
    )
    electrons: Range = Field(
        default=(1000, 8000), description="electrons that full white is worth in the dark picture; fewer are noisier"
    )
    read_noise: Range = Field(default=(1, 8), description="standard deviation of the read noise, in electrons")

    @field_validator("exposure", "electrons")
    @classmethod
    def _positive(cls, value: tuple[float, float]) -> tuple[float, float]:
        if value[0] <= 0:
            raise ValueError("the range begins above 0")
        return value

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        exposure = draw_logarithmic(random, self.exposure)
        electrons = draw_logarithmic(random, self.electrons)
        read_noise = draw(random, self.read_noise)
        return to_encoded(exposed(to_linear(image), exposure, electrons, read_noise, random))


def exposed(light: Image, exposure: float, electrons: float, read_noise: float, random: np.random.Generator) -> Image:
    """Linear light as a sensor would count it, not clipped.

    The mean is exposure * light; the variance is exposure * light / electrons + (read_noise / electrons)².
    """
    counted = random.poisson(light * (exposure * electrons)).astype(np.float32)
    counted += random.standard_normal(light.shape, np.float32) * np.float32(read_noise)
    return np.divide(counted, electrons, dtype=np.float32)
