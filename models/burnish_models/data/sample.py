"""What a data set is, what it hands to a trainer, and where its random numbers come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Image = NDArray[np.float32]
"""[h, w, 3], RGB, sRGB-encoded, nominally 0 to 1."""


@dataclass(frozen=True)
class Sample:
    """One training example, or a batch of them.

    Attributes:
        input: float32 [3, h, w], what the generator is given; [N, 3, h, w] in a batch.
        target: float32 [3, h * scale, w * scale]: what the generator should have made of it. In an unpaired data set
            it is a picture of the other kind that has nothing else to do with the input; None where there is none.
    """

    input: Tensor
    target: Tensor | None


class DataSet(Protocol):
    """An endless list: sample i is a function of the seed and of i, and of nothing else.

    Step k of a training with batches of n is samples k * n to k * n + n - 1, so that a training which is resumed needs
    no state of the data set; any number of processes may compute any samples.
    """

    def __getitem__(self, index: int) -> Sample: ...


def batch(data: DataSet, indices: Iterable[int]) -> Sample:
    """These samples as one: a new first dimension."""
    samples = [data[index] for index in indices]
    targets = [sample.target for sample in samples if sample.target is not None]
    return Sample(torch.stack([sample.input for sample in samples]), torch.stack(targets) if targets else None)


class Purpose(IntEnum):
    """What random numbers are for. Each purpose has a stream of its own, so that more dice in one move no other."""

    ORDER = 0
    CROP = 1
    JITTER = 2
    OFFSET = 3
    DEGRADATION = 4


def random_numbers(seed: int, index: int, purpose: Purpose, number: int = 0, side: int = 0) -> np.random.Generator:
    """The random numbers of sample `index`: PCG64, the same on every machine.

    number: which degradation of a list. side: 0 for the input's pictures, 1 for the target's in an unpaired data set.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, index, side, purpose, number])))


def tensor_of(image: Image) -> Tensor:
    """float32 [3, h, w] of [h, w, 3], held between 0 and 1."""
    return torch.from_numpy(np.ascontiguousarray(np.clip(image, 0.0, 1.0, dtype=np.float32).transpose(2, 0, 1)))
