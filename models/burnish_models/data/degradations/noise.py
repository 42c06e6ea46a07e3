"""Noise of a sensor: Gaussian or Poisson, in colour or grey, white or in grains.

Gaussian: x + n, n ~ N(0, σ²). Poisson, of strength a: x + a (P - x) with 256 P ~ Poisson(256 x), whose variance is
a² x / 256; this is Real-ESRGAN's (Wang et al. 2021, section 3.2). Their code counts the levels that an image has and
rounds that up to a power of two; we take 256 always, so that the noise does not depend on how empty a crop is.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from pydantic import Field

from burnish_models.data.degradations.stage import Range, Size, Stage, draw
from burnish_models.data.sample import Image

_LEVELS = 256
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


class Noise(Stage):
    """Adds Gaussian or Poisson noise."""

    type: Literal["noise"] = "noise"
    sigma: Range = Field(default=(1, 30), description="standard deviation of Gaussian noise, in levels of 255")
    poisson: Range = Field(
        default=(0.05, 3), description="strength of Poisson noise; 1 is the noise of 256 photons at white"
    )
    poisson_share: float = Field(
        default=0.0, ge=0, le=1, description="how often the noise is Poisson's; else it is Gaussian"
    )
    grey_share: float = Field(default=0.0, ge=0, le=1, description="how often all three channels get the same noise")
    grain: Range = Field(
        default=(0, 0),
        description="σ in pixels of a blur of the noise itself, which keeps its strength; 0 is white noise",
    )
    clip: bool = Field(default=True, description="hold the result between 0 and 1, as a file would")

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        is_poisson, grey = random.random(2) < (self.poisson_share, self.grey_share)
        strength = draw(random, self.poisson if is_poisson else self.sigma)
        grain = draw(random, self.grain)
        if is_poisson:
            noise = poisson_noise(image, strength, random, grey=bool(grey))
        else:
            noise = gaussian_noise(image, strength, random, grey=bool(grey))
        noisy = image + (grained(noise, grain) if grain > 0 else noise)
        return np.clip(noisy, 0.0, 1.0) if self.clip else noisy


def gaussian_noise(image: Image, sigma: float, random: np.random.Generator, *, grey: bool = False) -> Image:
    """Noise of `sigma` levels of 255, [h, w, 3] ([h, w, 1] if grey), to be added to the image."""
    shape = (*image.shape[:2], 1 if grey else image.shape[2])
    return np.multiply(random.standard_normal(shape, np.float32), sigma / 255, dtype=np.float32)


def poisson_noise(image: Image, strength: float, random: np.random.Generator, *, grey: bool = False) -> Image:
    """Noise with the variance strength² x / 256 where the image (its luma, if grey) is x; to be added to the image."""
    light = np.clip(image @ _LUMA[:, None] if grey else image, 0.0, 1.0)
    counted = random.poisson(light * _LEVELS).astype(np.float32) / _LEVELS
    return np.multiply(counted - light, strength, dtype=np.float32)


def grained(noise: Image, sigma: float) -> Image:
    """The noise blurred by a Gaussian of `sigma` pixels and amplified to the variance it had."""
    reach = int(np.ceil(3 * sigma))
    offsets = np.arange(-reach, reach + 1)
    taps = np.exp(-0.5 * (offsets / sigma) ** 2)
    taps /= np.sqrt((taps**2).sum())  # in each direction the variance of white noise is multiplied by this sum: 1
    blurred = cv2.sepFilter2D(noise, -1, taps, taps, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(blurred, np.float32).reshape(noise.shape)
