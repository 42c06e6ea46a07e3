"""Inputs of one kind and targets of another, which have nothing to do with each other: for CycleGAN and its kin."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from burnish_models.data.cropped import RandomPieces
from burnish_models.data.degradations.stage import Stage
from burnish_models.data.sample import Sample, tensor_of


@dataclass(frozen=True)
class Side:
    """One kind of pictures: random crops of them, after degradations that keep their size."""

    pieces: RandomPieces
    degradations: tuple[Stage, ...] = ()
    margin: int = 8

    def crop(self, index: int, size: int) -> Tensor:
        """float32 [3, size, size]."""
        margin = self.margin if self.degradations else 0
        whole = size + 2 * margin
        degraded = self.pieces.degraded(self.pieces.piece(index, whole), index, self.degradations, (whole, whole))
        y, x = self.pieces.offset(index, margin)
        return tensor_of(degraded[y : y + size, x : x + size])


@dataclass(frozen=True)
class UnpairedCrops:
    """The input is a crop of the first side, the target one of the second; the two are drawn independently."""

    inputs: Side
    targets: Side
    crop: int

    def __getitem__(self, index: int) -> Sample:
        return Sample(self.inputs.crop(index, self.crop), self.targets.crop(index, self.crop))


@dataclass(frozen=True)
class UnreferencedCrops:
    """Inputs alone: a generator like Zero-DCE is trained by what its results look like, without any target."""

    inputs: Side
    crop: int

    def __getitem__(self, index: int) -> Sample:
        return Sample(self.inputs.crop(index, self.crop), None)
