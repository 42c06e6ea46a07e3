"""Zero-DCE's four losses, which brighten a picture without ever having seen it bright.

Source: Guo et al., Zero-Reference Deep Curve Estimation (CVPR 2020), arXiv 2001.06826, equations 4 to 7. The paper and
the authors' training code disagree in every one of the four, and the weights that everyone quotes (1, 10, 5, 200) are
the code's: so each function takes a form, "paper" or "code", and says what each is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from burnish_models.losses.step import Step, at_least_float32, needed, same_shape
from burnish_models.losses.total_variation import neighbour_differences

Form = Literal["paper", "code"]


def spatial_consistency(result: Tensor, original: Tensor, form: Form = "paper", region: int = 4) -> Tensor:
    """How much the contrast between neighbouring regions was changed (equation 4).

    With Y and I the mean brightness of a region of the result and of the original, summed over a region's four
    neighbours and averaged over all regions and the batch:

    - "paper": (|Y_i - Y_j| - |I_i - I_j|)² over the neighbours that exist.
    - "code": ((Y_i - Y_j) - (I_i - I_j))², so that an inverted contrast is no consistency, and with black
      neighbours beyond the border, so that it also pulls the border's regions towards their old brightness.

    Args:
        result: [N, 3, h, w].
        original: of the same shape.
        form: as above.
        region: side of a region in pixels; an incomplete last row or column of regions is left out.

    Raises:
        ValueError: where the shapes differ, or where there are not two regions each way.
    """
    result, original = same_shape(result, original)
    bright, before = _regions(result, region), _regions(original, region)
    if min(bright.shape[-2:]) < 2:
        raise ValueError(f"Spatial consistency compares regions: it needs at least {2 * region} × {2 * region} pixels.")
    if form == "code":
        change = bright - before
        beyond = functional.pad(change, (1, 1, 1, 1))
        neighbours = (beyond[..., 1:-1, :-2], beyond[..., 1:-1, 2:], beyond[..., :-2, 1:-1], beyond[..., 2:, 1:-1])
        return torch.stack([(change - neighbour).square() for neighbour in neighbours]).sum(0).mean()
    terms = [
        (now.abs() - then.abs()).square().sum()
        for now, then in zip(neighbour_differences(bright), neighbour_differences(before), strict=True)
    ]
    return 2 * (terms[0] + terms[1]) / bright.numel()  # each pair counts for both of its regions


def exposure(result: Tensor, form: Form = "paper", level: float = 0.6, region: int = 16) -> Tensor:
    """How far regions are from a well-exposed level (equation 5), averaged over all regions and the batch.

    - "paper": |Y - level|.
    - "code": (Y - level)².

    Args:
        result: [N, 3, h, w], at least `region` pixels each way.
        form: as above.
        level: the paper's E, 0 to 1.
        region: side of a region in pixels; an incomplete last row or column of regions is left out.

    Raises:
        ValueError: where the picture is smaller than a region.
    """
    distance = _regions(at_least_float32(result), region) - level
    return distance.abs().mean() if form == "paper" else distance.square().mean()


def colour_constancy(result: Tensor, form: Form = "paper") -> Tensor:
    """How far the means of red, green and blue are apart (equation 6), averaged over the batch.

    With J the mean of a channel and pq the pairs RG, RB, GB:

    - "paper": the sum of (J_p - J_q)².
    - "code": the root of the sum of (J_p - J_q)⁴.

    Args:
        result: [N, 3, h, w].
        form: as above.
    """
    red, green, blue = at_least_float32(result).mean((2, 3)).unbind(1)
    squares = torch.stack((red - green, red - blue, green - blue), 1).square()
    if form == "paper":
        return squares.sum(1).mean()
    return torch.linalg.vector_norm(squares, dim=1).mean()  # unlike a root, it has a gradient (0) for grey pictures


def illumination_smoothness(curves: Tensor, form: Form = "paper") -> Tensor:
    """How rough the curve maps are (equation 7), averaged over the batch.

    - "paper": (|dx| + |dy|)² summed over RGB, averaged over the iterations and over the pixels that have a right and a
      lower neighbour (the equation leaves the pixels open).
    - "code": 2 · (mean dx² + mean dy²) summed over all maps, RGB and iterations alike.

    Args:
        curves: [N, 3 · iterations, h, w].
        form: as above.

    Raises:
        ValueError: where the maps do not come in threes, or are a single row or column.
    """
    if curves.shape[1] % 3:
        raise ValueError(f"Curve maps come in threes, for red, green and blue, but there are {curves.shape[1]}.")
    across, down = neighbour_differences(curves)
    if form == "code":
        return 2 * (across.square().mean((0, 2, 3)).sum() + down.square().mean((0, 2, 3)).sum())
    roughness = (across[..., :-1, :].abs() + down[..., :, :-1].abs()).square()
    return 3 * roughness.mean()


def _regions(pictures: Tensor, side: int) -> Tensor:
    """[N, 1, h // side, w // side]: the mean over the channels and the pixels of each region. Raises ValueError."""
    if min(pictures.shape[-2:]) < side:
        raise ValueError(
            f"Regions of {side} × {side} pixels do not fit into {pictures.shape[-1]} × {pictures.shape[-2]}."
        )
    return functional.avg_pool2d(pictures.mean(1, keepdim=True), side)


@dataclass(frozen=True)
class SpatialConsistency:
    """`spatial_consistency` of result and input."""

    form: Form = "paper"
    region: int = 4

    def __call__(self, step: Step) -> Tensor:
        return spatial_consistency(step.result, step.input, self.form, self.region)


@dataclass(frozen=True)
class Exposure:
    """`exposure` of the result."""

    form: Form = "paper"
    level: float = 0.6
    region: int = 16

    def __call__(self, step: Step) -> Tensor:
        return exposure(step.result, self.form, self.level, self.region)


@dataclass(frozen=True)
class ColourConstancy:
    """`colour_constancy` of the result."""

    form: Form = "paper"

    def __call__(self, step: Step) -> Tensor:
        return colour_constancy(step.result, self.form)


@dataclass(frozen=True)
class IlluminationSmoothness:
    """`illumination_smoothness` of the step's curves."""

    form: Form = "paper"

    def __call__(self, step: Step) -> Tensor:
        return illumination_smoothness(needed(step, "curves"), self.form)
