"""What keeps an unpaired translation faithful: there and back again is the input, and what is right already stays.

Source: Zhu et al., CycleGAN (ICCV 2017), equation 2 (cycle consistency) and section 5.2 (identity), both L1.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from burnish_models.losses.pixel import l1
from burnish_models.losses.step import Step, needed


@dataclass(frozen=True)
class Cycle:
    """L1 between the input and what came back of it: the term ‖F(G(x)) - x‖ of this direction."""

    def __call__(self, step: Step) -> Tensor:
        return l1(needed(step, "reconstructed"), step.input)


@dataclass(frozen=True)
class Identity:
    """L1 between a target and what the generator made of it: ‖G(y) - y‖, which keeps colours where they are."""

    def __call__(self, step: Step) -> Tensor:
        return l1(needed(step, "identity"), needed(step, "target"))
