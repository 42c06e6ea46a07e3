"""Total variation: how much neighbouring pixels differ, in the two forms that go by this name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from burnish_models.losses.step import Step, at_least_float32

Form = Literal["anisotropic", "squared"]


def total_variation(x: Tensor, form: Form = "anisotropic") -> Tensor:
    """How rough x, [N, channels, h, w] with h and w of at least 2, is.

    Args:
        x: pictures or maps.
        form: "anisotropic" is mean |dx| + mean |dy| (Rudin, Osher and Fatemi's total variation in its anisotropic L1
            form, as means, so that it does not depend on the size); it keeps edges. "squared" is
            mean dx² + mean dy², each a mean over the batch, the channels and the pixel pairs; it blurs edges.
            Zero-DCE's smoothness of its curves is built of squares, too, but is summed differently: see zero_dce.py.

    Raises:
        ValueError: where x is a single row or column, in which one direction has no neighbours.
    """
    across, down = neighbour_differences(x)
    if form == "anisotropic":
        return across.abs().mean() + down.abs().mean()
    return across.square().mean() + down.square().mean()


def neighbour_differences(x: Tensor) -> tuple[Tensor, Tensor]:
    """x[.., j + 1] - x[.., j] along the rows, and the same down the columns. Raises ValueError below 2 x 2 pixels."""
    if min(x.shape[-2:]) < 2:
        raise ValueError(f"Total variation needs at least 2 × 2 pixels, not {x.shape[-1]} × {x.shape[-2]}.")
    x = at_least_float32(x)
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


@dataclass(frozen=True)
class TotalVariation:
    """`total_variation` of the result."""

    form: Form = "anisotropic"

    def __call__(self, step: Step) -> Tensor:
        return total_variation(step.result, self.form)
