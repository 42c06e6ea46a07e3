"""Steps of training for tests: small random batches with everything that a loss may look at."""

from __future__ import annotations

import torch
from torch import Tensor

from burnish_models.losses.step import Step


def picture(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def full_step(height: int = 37, width: int = 53, count: int = 2, dtype: torch.dtype = torch.float32) -> Step:
    """Pictures of an odd size; the result, the fake logits and whatever is made of them want gradients."""
    shape = (count, 3, height, width)
    result = picture(*shape, seed=1, dtype=dtype).requires_grad_()
    return Step(
        input=picture(*shape, seed=2, dtype=dtype),
        result=result,
        target=picture(*shape, seed=3, dtype=dtype),
        real_logits=picture(count, 1, 4, 5, seed=4, dtype=dtype) * 4 - 2,
        fake_logits=result.mean(1, keepdim=True) * 4 - 2,
        reconstructed=(result * 0.5).sin(),
        identity=(result * 0.7).cos(),
        curves=torch.cat((result, result.square()), 1) * 2 - 1,
        discriminator=lambda x: x.mean((1, 2, 3)),
    )
