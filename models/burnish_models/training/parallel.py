"""What differs between one process and several: each takes its share of every batch, and gradients are averaged.

Gradients are averaged here, by one reduction of all of them, and not by DistributedDataParallel: a gradient penalty
takes gradients of gradients, a GAN runs its discriminator several times in a step, and both are what that wrapper
forbids.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import torch
from accelerate import Accelerator
from torch import Tensor, nn


def average_gradients(accelerator: Accelerator, parameters: Iterable[nn.Parameter]) -> None:
    """Give every process the mean of all processes' gradients; nothing happens where there is one process."""
    if accelerator.num_processes == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    if not gradients:
        return
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    averaged = _reduced(accelerator, flat, "mean")
    for gradient, part in zip(gradients, averaged.split([gradient.numel() for gradient in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def averaged_values(accelerator: Accelerator, values: dict[str, Tensor]) -> dict[str, float]:
    """Means over the processes of what each of them measured, as numbers."""
    if not values:
        return {}
    stacked = torch.stack([value.detach().float().reshape(()) for value in values.values()])
    if accelerator.num_processes > 1:
        stacked = _reduced(accelerator, stacked, "mean")
    return dict(zip(values, stacked.tolist(), strict=True))


def any_process(accelerator: Accelerator, here: bool) -> bool:
    """Whether it is so in any process; every process must ask at the same moment."""
    if accelerator.num_processes == 1:
        return here
    flag = torch.tensor(float(here), device=accelerator.device)
    return bool(_reduced(accelerator, flag, "sum") > 0)


def _reduced(accelerator: Accelerator, values: Tensor, how: Literal["mean", "sum"]) -> Tensor:
    reduced = accelerator.reduce(values, reduction=how)
    assert isinstance(reduced, Tensor), "a tensor comes back as a tensor"
    return reduced
