"""Every degradation by its `type`, lists of them, and lists in a random order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Union

import numpy as np
from pydantic import Field

from burnish_models.data.degradations.bicubic import Bicubic
from burnish_models.data.degradations.blur import Blur, Sinc
from burnish_models.data.degradations.colour_cast import ColourCast
from burnish_models.data.degradations.jpeg import Jpeg
from burnish_models.data.degradations.low_light import LowLight
from burnish_models.data.degradations.noise import Noise
from burnish_models.data.degradations.quantise import Quantise
from burnish_models.data.degradations.resize import Fit, Resize
from burnish_models.data.degradations.stage import Size, Stage
from burnish_models.data.sample import Image


class InOrder(Stage):
    """Several degradations, one after the other: a group inside `any-order`, or one that happens as a whole."""

    type: Literal["in-order"] = "in-order"
    stages: tuple[DegradationConfig, ...] = Field(description="the degradations, in their order")

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        for stage in self.stages:
            image = stage.apply(image, random, size)
        return image

    def fits(self) -> bool | None:
        return last_fit(self.stages) if self.probability == 1 else _maybe(last_fit(self.stages))


class AnyOrder(Stage):
    """Several degradations, in an order that is drawn each time; every order is as probable."""

    type: Literal["any-order"] = "any-order"
    stages: tuple[DegradationConfig, ...] = Field(description="the degradations, in any order")

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        for number in random.permutation(len(self.stages)):
            image = self.stages[number].apply(image, random, size)
        return image

    def fits(self) -> bool | None:
        outcomes = {stage.fits() for stage in self.stages} - {None}
        outcome = None if not outcomes else False not in outcomes
        return outcome if self.probability == 1 else _maybe(outcome)


class RealEsrgan(Stage):
    """The second-order degradation of Real-ESRGAN, with the probabilities of its authors: see `REAL_ESRGAN`."""

    type: Literal["real-esrgan"] = "real-esrgan"

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        for stage in REAL_ESRGAN:
            image = stage.apply(image, random, size)
        return image

    def fits(self) -> bool:
        return self.probability == 1


DegradationConfig = Annotated[
    Union[
        Bicubic,
        Resize,
        Fit,
        Blur,
        Sinc,
        Noise,
        Jpeg,
        LowLight,
        ColourCast,
        Quantise,
        InOrder,
        AnyOrder,
        RealEsrgan,
    ],
    Field(discriminator="type"),
]
InOrder.model_rebuild()
AnyOrder.model_rebuild()


def last_fit(stages: Sequence[Stage]) -> bool | None:
    """What `Stage.fits` says of a whole list: the last stage that changes the size decides."""
    outcome = None
    for stage in stages:
        fits = stage.fits()
        outcome = outcome if fits is None else fits
    return outcome


def _maybe(outcome: bool | None) -> bool | None:
    """A group that happens now and then never makes sure of a size."""
    return outcome if outcome is None else False


REAL_ESRGAN: tuple[Stage, ...] = (
    Blur(),
    Resize(up_share=0.2, down_share=0.7, keep_share=0.1, factor=(0.15, 1.5)),
    Noise(sigma=(1, 30), poisson=(0.05, 3), poisson_share=0.5, grey_share=0.4),
    Jpeg(quality=(30, 95)),
    Blur(probability=0.8, sigma=(0.2, 1.5)),
    Resize(up_share=0.3, down_share=0.4, keep_share=0.3, factor=(0.3, 1.2), relative_to="input"),
    Noise(sigma=(1, 25), poisson=(0.05, 2.5), poisson_share=0.5, grey_share=0.4),
    AnyOrder(stages=(InOrder(stages=(Fit(), Sinc(probability=0.8))), Jpeg(quality=(30, 95)))),
    Quantise(),
)
"""Wang et al., "Real-ESRGAN: Training real-world blind super-resolution with pure synthetic data" (2021), section 3.2
and figure 2; the probabilities are those of the authors' published training options. Two differences: JPEG is a real
encoder, not a differentiable imitation, and every sample is degraded anew (the authors draw once for a whole batch, and
mix batches through a pool of 180 pairs to make up for it).
"""
