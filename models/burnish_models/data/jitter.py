"""Colour jitter: small random changes of a target's exposure and colours, before it is degraded."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from burnish_models.data.sample import Image

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
_TO_YIQ = np.array([[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]], np.float64)


class ColourJitter(BaseModel):
    """How far the colours of a target may move; every change is drawn uniformly, in both directions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brightness: float = Field(default=0.0, ge=0, lt=1, description="values are multiplied by 1 ± this at most")
    contrast: float = Field(
        default=0.0, ge=0, lt=1, description="the distance from the mean luma changes by ± this share"
    )
    saturation: float = Field(default=0.0, ge=0, le=1, description="the distance from grey changes by ± this share")
    hue: float = Field(default=0.0, ge=0, le=0.5, description="hues turn by ± this share of the whole circle")

    def apply(self, image: Image, random: np.random.Generator) -> Image:
        """A jittered copy, held between 0 and 1. Always draws four numbers."""
        brightness, contrast, saturation, hue = random.uniform(-1.0, 1.0, 4)
        if not (self.brightness or self.contrast or self.saturation or self.hue):
            return image
        return jitter(
            image,
            brightness=1 + self.brightness * brightness,
            contrast=1 + self.contrast * contrast,
            saturation=1 + self.saturation * saturation,
            hue=self.hue * hue,
        )


def jitter(
    image: Image, *, brightness: float = 1.0, contrast: float = 1.0, saturation: float = 1.0, hue: float = 0.0
) -> Image:
    """Brightness, contrast, saturation as factors, hue as a share of the circle (in YIQ, which keeps the luma).

    Everything but the contrast's centre is one 3x3 matrix for the colours of a pixel; the result is clipped to 0 to 1.
    """
    angle = 2 * np.pi * hue
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    saturate = np.diag([1.0, saturation, saturation])
    matrix = brightness * contrast * np.linalg.inv(_TO_YIQ) @ saturate @ turn @ _TO_YIQ
    centre = brightness * float((image @ _LUMA).mean()) * (1 - contrast)
    return np.clip(image @ matrix.T.astype(np.float32) + np.float32(centre), 0.0, 1.0)
