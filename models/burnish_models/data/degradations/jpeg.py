"""What saving as JPEG does to a picture: a real encoder and a real decoder (libjpeg-turbo, in OpenCV)."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from pydantic import Field, field_validator

from burnish_models.data.degradations.stage import Size, Stage
from burnish_models.data.sample import Image

_HALVED, _FULL = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444


class Jpeg(Stage):
    """Saves as JPEG and reads it again."""

    type: Literal["jpeg"] = "jpeg"
    quality: tuple[int, int] = Field(
        default=(30, 95), description="lowest and highest quality, 1 to 100, as in libjpeg"
    )
    full_colour_share: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="how often colours are kept at full resolution (4:4:4); else at half (4:2:0)",
    )

    @field_validator("quality")
    @classmethod
    def _ordered(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not 1 <= value[0] <= value[1] <= 100:
            raise ValueError("quality is two whole numbers from 1 to 100, the smaller first")
        return value

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        quality = int(random.integers(self.quality[0], self.quality[1] + 1))
        return compressed(image, quality, full_colour=bool(random.random() < self.full_colour_share))


def compressed(image: Image, quality: int, *, full_colour: bool = False) -> Image:
    """The image [h, w, 3] after a JPEG of this quality; what leaves 0 to 1 is clipped, and 8 bits remain."""
    pixels = np.round(np.clip(image, 0.0, 1.0) * 255).astype(np.uint8)
    sampling = _FULL if full_colour else _HALVED
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    done, file = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options)
    decoded = cv2.imdecode(file, cv2.IMREAD_COLOR_RGB)
    assert done and decoded is not None, "libjpeg takes every 8-bit picture, and reads what it wrote"
    return np.multiply(decoded, np.float32(1 / 255), dtype=np.float32)
