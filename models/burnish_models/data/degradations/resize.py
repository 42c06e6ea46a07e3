"""Random resizing, and resizing to the final size, by a random method: what pictures go through on the web.

Wang et al., "Real-ESRGAN" (2021), section 3.2: area, bilinear or bicubic, without anti-aliasing for the last two.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from pydantic import Field, model_validator

from burnish_models.data.degradations.stage import Range, Size, Stage, choose, draw
from burnish_models.data.sample import Image

Method = Literal["area", "bilinear", "bicubic"]
METHODS: dict[Method, int] = {"area": cv2.INTER_AREA, "bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC}


class Resize(Stage):
    """Enlarges, reduces or keeps an image, by a random factor."""

    type: Literal["resize"] = "resize"
    up_share: float = Field(
        default=0.2, ge=0, description="how often it is enlarged, in proportion to the other two shares"
    )
    down_share: float = Field(default=0.7, ge=0, description="how often it is reduced")
    keep_share: float = Field(default=0.1, ge=0, description="how often the factor is 1")
    factor: Range = Field(
        default=(0.15, 1.5), description="the smallest factor (1 at most) and the largest (1 at least)"
    )
    relative_to: Literal["image", "input"] = Field(
        default="image",
        description="what the factor multiplies: the image's present size, or that of the generator's input",
    )
    methods: tuple[Method, ...] = Field(
        default=("area", "bilinear", "bicubic"), min_length=1, description="one is drawn"
    )

    @model_validator(mode="after")
    def _check(self) -> Resize:
        if not 0 < self.factor[0] <= 1 <= self.factor[1]:
            raise ValueError("factor goes from above 0 and at most 1 to at least 1")
        if self.up_share + self.down_share + self.keep_share <= 0:
            raise ValueError("one of up_share, down_share and keep_share must be above 0")
        return self

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        limits = ((1.0, self.factor[1]), (self.factor[0], 1.0), (1.0, 1.0))
        factor = draw(random, limits[choose(random, (self.up_share, self.down_share, self.keep_share))])
        height, width = image.shape[:2] if self.relative_to == "image" else size
        wanted = max(1, int(height * factor)), max(1, int(width * factor))
        return resize(image, wanted, self.methods[int(random.integers(len(self.methods)))])

    def fits(self) -> bool:
        return False


class Fit(Stage):
    """Resizes to the size of the generator's input, by a random method."""

    type: Literal["fit"] = "fit"
    methods: tuple[Method, ...] = Field(
        default=("area", "bilinear", "bicubic"), min_length=1, description="one is drawn"
    )

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        return resize(image, size, self.methods[int(random.integers(len(self.methods)))])

    def fits(self) -> bool:
        return self.probability == 1


def resize(image: Image, size: Size, method: Method) -> Image:
    """The image at `size`, pixel centres at half integers; held between 0 and 1, which bicubic would leave."""
    if image.shape[:2] == size:
        return image
    resized = cv2.resize(image, (size[1], size[0]), interpolation=METHODS[method])
    return np.clip(resized, 0.0, 1.0, dtype=np.float32)
