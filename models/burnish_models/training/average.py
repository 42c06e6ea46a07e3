"""The moving average of a network's weights, which makes better pictures than the weights of the last step."""

from __future__ import annotations

import copy

import torch
from torch import nn


def averaged_copy(network: nn.Module) -> nn.Module:
    """Where the average begins: the network as it is, in eval mode, without gradients."""
    return copy.deepcopy(network).eval().requires_grad_(False)


@torch.no_grad()
def move_average(average: nn.Module, network: nn.Module, decay: float, step: int) -> None:
    """average <- decay * average + (1 - decay) * network; buffers are taken over as they are.

    So that the random beginning is forgotten in short trainings, too, the decay rises with the step (the first is 0):
    min(decay, (1 + step) / (10 + step)), as TensorFlow's ExponentialMovingAverage has it.
    """
    keep = min(decay, (1 + step) / (10 + step))
    for old, new in zip(average.parameters(), network.parameters(), strict=True):
        old.lerp_(new, 1 - keep)
    for old, new in zip(average.buffers(), network.buffers(), strict=True):
        old.copy_(new)
