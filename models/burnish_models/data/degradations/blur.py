"""Blur by a random kernel, and the ringing of a sinc filter: Real-ESRGAN's (Wang et al. 2021, section 3.2).

Their code draws half of the exponents below 1; the paper says that they are uniform in their range, and so are ours.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from pydantic import Field, field_validator

from burnish_models.data.degradations.kernels import Kernel, Shape, Spread, bell, sinc
from burnish_models.data.degradations.stage import Range, Size, Stage, choose, draw
from burnish_models.data.sample import Image

_KINDS: tuple[tuple[Shape, bool], ...] = (  # the shape of the kernel, and whether it is stretched
    ("gaussian", False),
    ("gaussian", True),
    ("generalised", False),
    ("generalised", True),
    ("plateau", False),
    ("plateau", True),
)
_SMALL_SINC = 13  # a smaller kernel cannot hold the long waves of a low cutoff


class KernelSizes(Stage):
    """What the two blurs share: the size of their kernels."""

    size: tuple[int, int] = Field(
        default=(7, 21), description="smallest and largest side of the kernel in pixels; both odd"
    )

    @field_validator("size")
    @classmethod
    def _odd(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not (1 <= value[0] <= value[1] and value[0] % 2 and value[1] % 2):
            raise ValueError("size is two odd numbers, the smaller first")
        return value

    def _draw_size(self, random: np.random.Generator) -> int:
        return self.size[0] + 2 * int(random.integers((self.size[1] - self.size[0]) // 2 + 1))


class Blur(KernelSizes):
    """Blurs by a kernel whose kind and width are drawn."""

    type: Literal["blur"] = "blur"
    isotropic_share: float = Field(default=0.45, ge=0, description="how often it is a round Gaussian, in proportion")
    anisotropic_share: float = Field(default=0.25, ge=0, description="how often it is a stretched Gaussian")
    generalised_share: float = Field(default=0.12, ge=0, description="how often it is a round generalised Gaussian")
    generalised_anisotropic_share: float = Field(default=0.03, ge=0, description="how often it is that, but stretched")
    plateau_share: float = Field(default=0.12, ge=0, description="how often it is a round plateau")
    plateau_anisotropic_share: float = Field(default=0.03, ge=0, description="how often it is that, but stretched")
    sinc_probability: float = Field(default=0.1, ge=0, le=1, description="how often it is a sinc instead of all these")
    sigma: Range = Field(
        default=(0.2, 3), description="standard deviation of the Gaussian in pixels, along each of its axes"
    )
    generalised_beta: Range = Field(
        default=(0.5, 4), description="exponent of the generalised Gaussian: 1 is the Gaussian"
    )
    plateau_beta: Range = Field(default=(1, 2), description="exponent of the plateau: larger is flatter")

    @field_validator("sigma")
    @classmethod
    def _wide(cls, value: tuple[float, float]) -> tuple[float, float]:
        if value[0] <= 0:
            raise ValueError("sigma is above 0")
        return value

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        return filtered(image, self.draw_kernel(random))

    def draw_kernel(self, random: np.random.Generator) -> Kernel:
        """A kernel by these probabilities."""
        size = self._draw_size(random)
        if random.random() < self.sinc_probability:
            lowest = np.pi / 3 if size < _SMALL_SINC else np.pi / 5
            return sinc(size, draw(random, (lowest, np.pi)))
        shape, stretched = _KINDS[choose(random, self._shares)]
        along = draw(random, self.sigma)
        spread = Spread(along, along)
        if stretched:
            spread = Spread(along, draw(random, self.sigma), draw(random, (-np.pi, np.pi)))
        if shape == "gaussian":
            return bell(size, spread)
        return bell(size, spread, shape, draw(random, getattr(self, f"{shape}_beta")))

    @property
    def _shares(self) -> tuple[float, ...]:
        return (
            self.isotropic_share,
            self.anisotropic_share,
            self.generalised_share,
            self.generalised_anisotropic_share,
            self.plateau_share,
            self.plateau_anisotropic_share,
        )


class Sinc(KernelSizes):
    """An ideal low-pass: the ringing and overshoot of sharpened and recompressed pictures."""

    type: Literal["sinc"] = "sinc"
    cutoff: Range = Field(
        default=(np.pi / 3, np.pi), description="the highest frequency that passes, in radians a pixel"
    )

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        return np.clip(filtered(image, sinc(self._draw_size(random), draw(random, self.cutoff))), 0.0, 1.0)


def filtered(image: Image, kernel: Kernel) -> Image:
    """The image convolved with a kernel that is symmetric about its centre; beyond the edges it is mirrored."""
    blurred = cv2.filter2D(image, -1, kernel.astype(np.float32), borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(blurred, np.float32)
