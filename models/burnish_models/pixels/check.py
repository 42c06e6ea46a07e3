"""Notices the output of a network that went wrong, as half precision does when its numbers overflow."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

LARGEST_SANE = 16.0
FLAT = 0.5 / 255
CONTRAST = 32 / 255
BLACK = 1 / 255
NOT_BLACK = 12 / 255
GRAIN = 8  # pixels; finer contrast than this may rightly vanish in a denoised picture


def looks_broken(output: Tensor, given: Tensor) -> bool:
    """Whether a tile must be run again in full precision.

    True for values that are not finite or absurdly large, and for a black or featureless output of an input that
    clearly was neither.

    Args:
        output: float [3, h * scale, w * scale], what the network gave.
        given: float [3, h, w], 0 to 1, what it was given.
    """
    dense = output.permute(1, 2, 0) if output.stride(0) == 1 else output  # channels_last is read in its own order
    low, high = (float(value) for value in torch.aminmax(dense))  # a NaN anywhere makes both NaN
    if not (low > -LARGEST_SANE and high < LARGEST_SANE):
        return True
    if high - low >= FLAT and high >= BLACK:
        return False
    coarse = avg_pool2d(given[None], min(GRAIN, *given.shape[1:]), ceil_mode=True)
    if high < BLACK and float(coarse.max()) > NOT_BLACK:
        return True
    darkest, brightest = (float(value) for value in torch.aminmax(coarse))
    return high - low < FLAT and brightest - darkest > CONTRAST
