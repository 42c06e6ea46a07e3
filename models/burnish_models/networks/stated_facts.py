"""The facts that follow from a receptive field: how a network tiles, and with how much context."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from burnish.wire.messages import Tiling
from burnish.wire.request import N_
from burnish_models.catalogue.model import Facts
from burnish_models.networks.network import count_multiply_adds

EXACT_SEAM = N_("Tiles equal the whole picture.")
UNMEASURED_SEAM = N_("Tiles are blended over a feathered seam; the difference was not measured for these weights.")
MOST_CONTEXT = 64  # more than this on each side of a tile costs more than it brings
_BORDER = 16
_COUNTED_SIDE = 256


def facts_for(
    build: Callable[[], nn.Module],
    *,
    field: int,
    activation_bytes: float,
    scale: int = 1,
    multiple: int = 1,
    most_context: int = MOST_CONTEXT,
    aligned: bool = True,
    seam: str = UNMEASURED_SEAM,
    half: bool = True,
) -> Facts:
    """EXACT where the receptive field is within `most_context`, else BLENDED with as much context as that.

    Args:
        build: makes the network that is run; called on the meta device, to count its multiply-adds.
        field: the receptive field, or WHOLE_PICTURE.
        activation_bytes: measured, per input pixel.
        scale, multiple, half: as in Facts.
        most_context: pixels; cheap networks can afford more.
        aligned: False where a tile's own position changes its result, whatever its context (a network that pads its
            input itself before it halves it).
        seam: the sentence where tiles are blended.
    """
    exact = aligned and field <= most_context
    context = field if exact else most_context
    overlap = up_to(context, multiple)
    with torch.device("meta"):
        multiply_adds = count_multiply_adds(build(), _COUNTED_SIDE // multiple * multiple)
    return Facts(
        scale=scale,
        receptive_field=field,
        overlap=overlap,
        feather=0 if exact else overlap // 4 // multiple * multiple,
        border=overlap if exact else up_to(_BORDER, multiple),
        multiple=multiple,
        tiling=Tiling.EXACT if exact else Tiling.BLENDED,
        seam=EXACT_SEAM if exact else seam,
        half=half,
        multiply_adds=multiply_adds,
        activation_bytes=activation_bytes,
    )


def up_to(pixels: int, multiple: int) -> int:
    """The next multiple that is not less than `pixels`."""
    return math.ceil(pixels / multiple) * multiple
