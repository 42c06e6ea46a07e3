"""Blur kernels: Gaussian, generalised Gaussian, plateau, each round or stretched, and the sinc of an ideal low-pass.

Wang et al., "Real-ESRGAN" (2021), section 3.2 and appendix: with q = cᵀ Σ⁻¹ c for the offset c from the centre,
Gaussian exp(-q/2), generalised Gaussian exp(-q^β / 2), plateau 1 / (1 + q^β); sinc (a disc in frequency)
ω J₁(ω r) / (2π r). Every kernel is a square of odd size, float64, with the sum 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

Kernel = NDArray[np.float64]
Shape = Literal["gaussian", "generalised", "plateau"]


@dataclass(frozen=True)
class Spread:
    """An ellipse of standard deviations: `along` and `across` in pixels, turned by `angle` radians from the x axis."""

    along: float
    across: float
    angle: float = 0.0

    def quadratic_form(self, size: int) -> Kernel:
        """q = cᵀ Σ⁻¹ c for every offset c of a kernel of `size`."""
        x, y = _offsets(size)
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        return ((cosine * x + sine * y) / self.along) ** 2 + ((cosine * y - sine * x) / self.across) ** 2


def bell(size: int, spread: Spread, shape: Shape = "gaussian", beta: float = 1.0) -> Kernel:
    """A kernel that falls off from its centre. beta: the shape's exponent; a Gaussian has none."""
    q = spread.quadratic_form(size)
    if shape == "gaussian":
        kernel = np.exp(-q / 2)
    elif shape == "generalised":
        kernel = np.exp(-(q**beta) / 2)
    else:
        kernel = 1 / (1 + q**beta)
    return kernel / kernel.sum()


def sinc(size: int, cutoff: float) -> Kernel:
    """The low-pass whose cutoff is `cutoff` radians a pixel in every direction; it rings, as sharpening does.

    Its weights are exact to 1e-6, because torch's Bessel function is to 5e-7.
    """
    x, y = _offsets(size)
    radius = np.hypot(x, y)
    safe = np.where(radius == 0, 1.0, radius)
    bessel = torch.special.bessel_j1(torch.from_numpy(cutoff * safe)).numpy()
    kernel = np.where(radius == 0, cutoff**2 / (4 * np.pi), cutoff * bessel / (2 * np.pi * safe))
    return kernel / kernel.sum()


def _offsets(size: int) -> tuple[Kernel, Kernel]:
    if size < 1 or size % 2 == 0:
        raise ValueError(f"a kernel's size is odd and positive, not {size}")
    half = size // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    return x, y
