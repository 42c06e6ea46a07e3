"""What a loss may look at in one step of training, and what a loss is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


@dataclass
class Step:
    """One batch on its way through the generator. Pictures are [N, 3, h, w], RGB, sRGB-encoded, 0 to 1.

    What a recipe does not have is None; a loss that needs it says so.

    Attributes:
        input: what the generator was given.
        result: what it made of it.
        target: what it should have made; for unpaired sets a picture of the other kind.
        real_logits: the discriminator's on the target, of any shape [N, ...].
        fake_logits: the discriminator's on the result; gradients flow through them to the generator.
        reconstructed: the result, brought back by the generator of the other direction.
        identity: what the generator made of a picture that already is of the kind it makes (of `target`).
        curves: Zero-DCE's maps [N, 3 * iterations, h, w], -1 to 1; iteration by iteration, RGB in each.
        discriminator: the discriminator itself, for a loss that asks it something of its own.
    """

    input: Tensor
    result: Tensor
    target: Tensor | None = None
    real_logits: Tensor | None = None
    fake_logits: Tensor | None = None
    reconstructed: Tensor | None = None
    identity: Tensor | None = None
    curves: Tensor | None = None
    discriminator: Callable[[Tensor], Tensor] | None = None


class Loss(Protocol):
    """A scalar to be made small, in float32 (float64 for float64 pictures)."""

    def __call__(self, step: Step) -> Tensor:
        """Raises ValueError where the step lacks what this loss looks at, or is of another shape."""
        ...


def needed(step: Step, field: str) -> Tensor:
    """A tensor of the step. Raises ValueError where this step has none."""
    value = getattr(step, field)
    if value is None:
        raise ValueError(f"A loss of this recipe needs the step's {field.replace('_', ' ')}, but there is none.")
    return value


def at_least_float32(x: Tensor) -> Tensor:
    """Half precision as float32: sums over many pixels, squares and exponentials need the digits."""
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def same_shape(result: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Both, in float32 or better. Raises ValueError where broadcasting would hide that one is of another size."""
    if result.shape != target.shape:
        raise ValueError(f"The result is {list(result.shape)}, but what it is compared with {list(target.shape)}.")
    return at_least_float32(result), at_least_float32(target)
