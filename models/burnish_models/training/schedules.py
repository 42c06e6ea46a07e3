"""The learning rate as a function of how much of a stage is done, so that a resumed training needs no state of it."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Constant(BaseModel):
    """The learning rate stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["constant"] = Field(default="constant", description="The learning rate stays as it is.")

    def factor(self, done: float) -> float:
        """What the learning rate is multiplied with when this share of the stage, 0 to 1, is done."""
        return 1.0


class MultiStep(BaseModel):
    """The learning rate falls at once, several times."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["multistep"] = Field(default="multistep", description="The learning rate falls at given moments.")
    at: tuple[float, ...] = Field(description="When it falls: shares of the stage, 0 to 1, rising.", min_length=1)
    times: float = Field(default=0.5, gt=0, lt=1, description="What it is multiplied with each time.")

    @field_validator("at")
    @classmethod
    def _rising(cls, at: tuple[float, ...]) -> tuple[float, ...]:
        if list(at) != sorted(set(at)) or at[0] <= 0 or at[-1] >= 1:
            raise ValueError("the moments are shares of the stage between 0 and 1, rising")
        return at

    def factor(self, done: float) -> float:
        return self.times ** sum(1 for moment in self.at if done >= moment)


class Cosine(BaseModel):
    """The learning rate falls along half a cosine wave (Loshchilov and Hutter, SGDR, 2017, equation 5, no restarts)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["cosine"] = Field(default="cosine", description="The learning rate falls along half a cosine wave.")
    to: float = Field(default=0.0, ge=0, lt=1, description="The share of the learning rate that is left at the end.")

    def factor(self, done: float) -> float:
        return self.to + (1 - self.to) * (1 + math.cos(math.pi * done)) / 2


class LinearDecay(BaseModel):
    """The learning rate stays, then falls in a straight line to nothing (CycleGAN: from the middle on)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["linear"] = Field(default="linear", description="The learning rate stays, then falls evenly to 0.")
    begin: float = Field(default=0.5, ge=0, lt=1, description="The share of the stage after which it begins to fall.")

    def factor(self, done: float) -> float:
        return min(1.0, (1 - done) / (1 - self.begin))


Schedule = Annotated[Constant | MultiStep | Cosine | LinearDecay, Field(discriminator="type")]
"""How the learning rate changes within a stage."""


class Optimiser(BaseModel):
    """Adam (Kingma and Ba, 2015). With a weight decay it is AdamW's, apart from the gradient."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    learning_rate: float = Field(default=1e-4, gt=0, allow_inf_nan=False, description="Adam's learning rate.")
    betas: tuple[float, float] = Field(
        default=(0.9, 0.99), description="How slowly Adam's means of the gradient and of its square move; 0 to below 1."
    )
    weight_decay: float = Field(default=0.0, ge=0, description="How much weights shrink; AdamW's form.")
    warm_up: int = Field(default=0, ge=0, description="Steps at the beginning in which the rate rises from 0.")
    schedule: Schedule = Field(default=Constant(), description="How the learning rate changes within a stage.")

    @field_validator("betas")
    @classmethod
    def _below_one(cls, betas: tuple[float, float]) -> tuple[float, float]:
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError("Adam's betas are numbers from 0 to below 1")
        return betas

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of step `step` (the first is 0) of a stage of so many steps."""
        rising = min(1.0, (step + 1) / (self.warm_up + 1))
        return self.learning_rate * rising * self.schedule.factor(step / steps)
