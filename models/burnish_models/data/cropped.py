"""Random pieces of pictures by their index: which picture, where, how it is laid, with which colours."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from burnish_models.data.crops import draw_crop, draw_orientation, to_float
from burnish_models.data.degradations.stage import Size, Stage
from burnish_models.data.jitter import ColourJitter
from burnish_models.data.pictures import Pictures
from burnish_models.data.sample import Image, Purpose, random_numbers


class Augment(BaseModel):
    """Changes that leave a picture as good as it was, so that few pictures teach as much as many."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flip: bool = Field(default=True, description="mirror every second crop")
    turn: bool = Field(default=True, description="turn crops by 0, 90, 180 or 270 degrees")
    jitter: ColourJitter = Field(
        default_factory=ColourJitter, description="change colours, before anything is degraded; not of given pairs"
    )


@dataclass(frozen=True)
class RandomPieces:
    """Endless pieces of the pictures of one side.

    Attributes:
        pictures: what is cut.
        seed: another seed is another list.
        augment: what changes beside the place.
        candidates: of so many places the one with the most detail is taken.
        side: 0 for inputs (and pairs), 1 for the targets of an unpaired data set.
    """

    pictures: Pictures
    seed: int
    augment: Augment = field(default_factory=Augment)
    candidates: int = 1
    side: int = 0

    def picture_number(self, index: int) -> int:
        """Which picture sample `index` is cut from: a new random order for each round through all of them."""
        round_, position = divmod(index, len(self.pictures))
        return int(_order(self.seed, round_, self.side, len(self.pictures))[position])

    def piece(self, index: int, size: int) -> Image:
        """float32 [size, size, 3], sRGB, 0 to 1: mirrored at the edges where the picture is smaller."""
        pixels = self.pictures[self.picture_number(index)]
        random = self.random(index, Purpose.CROP)
        orientation = draw_orientation(random, flip=self.augment.flip, turn=self.augment.turn)
        piece = to_float(orientation.of(draw_crop(random, pixels, size, self.candidates)))
        return self.augment.jitter.apply(piece, self.random(index, Purpose.JITTER))

    def degraded(self, image: Image, index: int, stages: tuple[Stage, ...], size: Size) -> Image:
        """The image after these degradations, each with its own random numbers; it has `size` in the end."""
        for number, stage in enumerate(stages):
            image = stage.apply(image, self.random(index, Purpose.DEGRADATION, number), size)
        assert image.shape[:2] == size, f"the degradations made {image.shape[:2]} of {size}"
        return image

    def offset(self, index: int, margin: int) -> tuple[int, int]:
        """Where (y, x) the wanted part begins in a piece with a margin around it: half a margin away from any edge.

        JPEG's blocks of 8 and a reduction's phase therefore lie anywhere in the crop, as they do in a real tile.
        """
        free = margin // 2
        y, x = self.random(index, Purpose.OFFSET).integers(margin - free, margin + free + 1, 2)
        return int(y), int(x)

    def random(self, index: int, purpose: Purpose, number: int = 0) -> np.random.Generator:
        return random_numbers(self.seed, index, purpose, number, self.side)


@lru_cache(maxsize=8)
def _order(seed: int, round_: int, side: int, count: int) -> NDArray[np.int64]:
    return random_numbers(seed, round_, Purpose.ORDER, side=side).permutation(count)
