"""Pairs of an input and the target it was made from, or of two files that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from burnish.wire.sentences import BurnishError
from burnish_models.data.cropped import RandomPieces
from burnish_models.data.crops import cut, draw_corner, draw_orientation, to_float
from burnish_models.data.degradations.stage import Stage
from burnish_models.data.pictures import Pictures
from burnish_models.data.sample import Purpose, Sample, tensor_of
from burnish_models.data.sharpen import sharpened


@dataclass(frozen=True)
class DegradedPairs:
    """The input is a target after degradations.

    Attributes:
        pieces: where targets come from.
        crop: side of the target in pixels, a multiple of `scale`.
        scale: how much smaller the input is; the degradations see to that.
        degradations: what happens to the target, in this order.
        margin: pixels of the input that are degraded around the crop, and then left out with all that happens at edges.
        sharpen_target: the target gets an unsharp mask, before it is degraded.
    """

    pieces: RandomPieces
    crop: int
    scale: int
    degradations: tuple[Stage, ...]
    margin: int = 8
    sharpen_target: bool = False

    def __getitem__(self, index: int) -> Sample:
        side = self.crop // self.scale
        whole = side + 2 * self.margin
        target = self.pieces.piece(index, whole * self.scale)
        if self.sharpen_target:
            target = sharpened(target)
        degraded = self.pieces.degraded(target, index, self.degradations, (whole, whole))
        y, x = self.pieces.offset(index, self.margin)
        above, left = y * self.scale, x * self.scale
        return Sample(
            tensor_of(degraded[y : y + side, x : x + side]),
            tensor_of(target[above : above + self.crop, left : left + self.crop]),
        )


@dataclass(frozen=True)
class GivenPairs:
    """Input and target are two files each. Picture i of `inputs` belongs to picture i of `pieces`, the targets.

    Crops are aligned to the pixel: the target's begins at `scale` times where the input's begins.
    """

    pieces: RandomPieces
    inputs: Pictures
    crop: int
    scale: int

    def __getitem__(self, index: int) -> Sample:
        number = self.pieces.picture_number(index)
        source, target = self.inputs[number], self.pieces.pictures[number]
        self._check(number, source, target)
        random, augment = self.pieces.random(index, Purpose.CROP), self.pieces.augment
        orientation = draw_orientation(random, flip=augment.flip, turn=augment.turn)
        side = self.crop // self.scale
        y, x = draw_corner(random, source.shape[0], source.shape[1], side)
        return Sample(
            tensor_of(to_float(orientation.of(cut(source, (y, x), side)))),
            tensor_of(to_float(orientation.of(cut(target, (y * self.scale, x * self.scale), self.crop)))),
        )

    def _check(self, number: int, source: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
        (high, wide), (height, width) = source.shape[:2], target.shape[:2]
        path = str(self.pieces.pictures.paths[number])
        if (height, width) != (high * self.scale, wide * self.scale):
            values = {"width": width, "height": height, "wide": wide, "high": high, "scale": self.scale}
            raise BurnishError("pair-sizes", path=path, **values)
        if min(height, width) < self.crop:
            raise BurnishError("crop-too-large", path=path, width=width, height=height, crop=self.crop)


def matched(targets: Sequence[Path], inputs: Sequence[Path], folder: str) -> list[Path]:
    """The input for each target: the one whose name, without its suffix, is the same.

    Raises BurnishError("pair-missing") where a target has none, or more than one.
    """
    by_name: dict[str, list[Path]] = {}
    for path in inputs:
        by_name.setdefault(path.stem, []).append(path)
    for target in targets:
        if len(by_name.get(target.stem, ())) != 1:
            raise BurnishError("pair-missing", path=str(target), folder=folder)
    return [by_name[target.stem][0] for target in targets]
