"""What photographs of the world have in common, and distortions destroy: the statistics behind NIQE and BRISQUE.

Source: Mittal, Moorthy and Bovik, No-Reference Image Quality Assessment in the Spatial Domain (IEEE TIP 2012), sections
III.A and III.B; Lasmar, Stitou and Berthoumieu (2009) for fitting the asymmetric distribution. Where the authors'
program says more than the paper (grid of shapes, borders, circular neighbours), we follow the program.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

import cv2
import numpy as np

from burnish_models.metrics.conventions import Plane
from burnish_models.metrics.ssim import gaussian

WINDOW = 7
DEVIATION = 7 / 6
_BORDERS = {"repeated": cv2.BORDER_REPLICATE, "zero": cv2.BORDER_CONSTANT}

# In a flat part of a picture the contrast is 0, but comes out as about 1e-14 of either sign. The authors' program takes
# the sign and the size of this noise for statistics, so its figure for pictures with flat parts differs between
# machines (NIQE of one TID2013 picture between 8.70 and 9.13 from the order of additions alone). Here it counts as 0.
_NO_CONTRAST = 1e-9


def normalised_contrast(plane: Plane, border: Literal["repeated", "zero"]) -> Plane:
    """MSCN coefficients, equation 1: (x - local mean) / (local deviation + 1).

    Args:
        plane: [h, w], 0 to 255.
        border: what lies outside of the picture: its outermost pixels again (NIQE), or zero (BRISQUE).
    """
    taps = gaussian(WINDOW, DEVIATION)
    kind = _BORDERS[border]
    mean = cv2.sepFilter2D(plane, cv2.CV_64F, taps, taps, borderType=kind)
    mean_of_squares = cv2.sepFilter2D(plane * plane, cv2.CV_64F, taps, taps, borderType=kind)
    contrast = (plane - mean) / (np.sqrt(np.abs(mean_of_squares - mean * mean)) + 1.0)
    contrast[np.abs(contrast) < _NO_CONTRAST] = 0.0
    return contrast


@dataclass(frozen=True)
class Asymmetric:
    """An asymmetric generalised Gaussian, equation 7: its shape, and its deviation on either side of 0.

    All are NaN where there are no values on one of the sides.
    """

    shape: float
    left: float
    right: float

    @property
    def width(self) -> float:
        """β of a deviation σ is σ times this: sqrt(Γ(1/shape) / Γ(3/shape))."""
        return math.sqrt(math.gamma(1 / self.shape) / math.gamma(3 / self.shape))

    @property
    def mean(self) -> float:
        """η, equation 8."""
        ratio = math.gamma(2 / self.shape) / math.gamma(1 / self.shape)
        return (self.right - self.left) * self.width * ratio


def fit_asymmetric(values: Plane) -> Asymmetric:
    """The asymmetric generalised Gaussian with the moments of the values; the shape is sought in steps of 0.001."""
    below, above = values[values < 0], values[values > 0]
    if not below.size or not above.size:
        return Asymmetric(math.nan, math.nan, math.nan)
    left, right = math.sqrt(np.mean(np.square(below))), math.sqrt(np.mean(np.square(above)))
    ratio = left / right
    observed = float(np.mean(np.abs(values)) ** 2 / np.mean(np.square(values)))
    observed *= (ratio**3 + 1) * (ratio + 1) / (ratio**2 + 1) ** 2
    shapes, kurtosis = _shapes()
    return Asymmetric(float(shapes[np.argmin(np.square(kurtosis - observed))]), left, right)


def fit_symmetric(values: Plane) -> tuple[float, float]:
    """Shape and variance of the generalised Gaussian (equation 4) with the values' moments; NaN where all are 0."""
    variance, magnitude = float(np.mean(np.square(values))), float(np.mean(np.abs(values)))
    if not magnitude:
        return math.nan, math.nan
    shapes, kurtosis = _shapes()
    return float(shapes[np.argmin(np.abs(variance / magnitude**2 - 1 / kurtosis))]), variance


@cache
def _shapes() -> tuple[Plane, Plane]:
    """Shapes from 0.2 to 10, and (E|x|)² / E x² of the generalised Gaussian of each: Γ(2/a)² / (Γ(1/a) Γ(3/a))."""
    shapes = np.arange(200, 10001) / 1000.0
    moments = [math.gamma(2 / a) ** 2 / (math.gamma(1 / a) * math.gamma(3 / a)) for a in shapes.tolist()]
    return shapes, np.array(moments)


def neighbour_products(contrast: Plane) -> list[Plane]:
    """Each coefficient times its neighbour below, to the side, and on both diagonals, equation 6.

    The last row and column meet the first, as the authors' program has it.
    """
    steps = ((0, 1), (1, 0), (1, 1), (-1, 1))
    return [contrast * np.roll(contrast, step, axis=(0, 1)) for step in steps]


def halved(plane: Plane) -> Plane:
    """Half as large, an odd side rounded up: MATLAB's imresize(x, 0.5), bicubic with antialiasing.

    Keys (1981), a = -1/2, widened by two; what lies outside of the picture is mirrored with its outermost pixel.
    """
    return _halved_rows(_halved_rows(plane).T).T.copy()


def _halved_rows(plane: Plane) -> Plane:
    height = plane.shape[0]
    centres = 2.0 * np.arange((height + 1) // 2) + 0.5
    reached = np.floor(centres).astype(int)[:, None] + np.arange(-3, 5)
    weights = _keys(np.abs(centres[:, None] - reached) / 2)
    weights /= weights.sum(axis=1, keepdims=True)
    mirrored = np.concatenate([np.arange(height), np.arange(height)[::-1]])[reached % (2 * height)]
    result = np.zeros((len(centres), plane.shape[1]))
    for place in range(weights.shape[1]):
        result += weights[:, place, None] * plane[mirrored[:, place]]
    return result


def _keys(distance: Plane) -> Plane:
    near = 1.5 * distance**3 - 2.5 * distance**2 + 1
    far = -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2
    return np.where(distance <= 1, near, np.where(distance <= 2, far, 0.0))
