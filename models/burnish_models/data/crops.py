"""Where a sample is cut out of a picture, and how it is turned. Pure functions of numbers that were drawn before."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from burnish_models.data.sample import Image

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Orientation:
    """One of the eight ways to lay a square: mirrored left to right or not, then turned by quarters to the left."""

    mirrored: bool = False
    quarters: int = 0

    def of(self, image: Pixels) -> Pixels:
        """The image [h, w, 3] laid so; odd quarters swap its sides."""
        mirrored = image[:, ::-1] if self.mirrored else image
        return np.rot90(mirrored, self.quarters)


def draw_orientation(random: np.random.Generator, *, flip: bool, turn: bool) -> Orientation:
    """Each possible orientation with the same probability. Always draws the same count of numbers."""
    mirrored, quarters = int(random.integers(2)), int(random.integers(4))
    return Orientation(bool(mirrored) and flip, quarters if turn else 0)


def draw_corner(random: np.random.Generator, height: int, width: int, size: int) -> tuple[int, int]:
    """The upper left corner (y, x) of a square of `size` inside height x width; 0 along a side that is too short."""
    y, x = random.random(2)
    return int(y * (max(height - size, 0) + 1)), int(x * (max(width - size, 0) + 1))


def cut(pixels: Pixels, corner: tuple[int, int], size: int) -> Pixels:
    """The square of `size` at this corner. What reaches beyond the picture is mirrored at its edge."""
    y, x = corner
    piece = pixels[y : y + size, x : x + size]
    missing = size - piece.shape[0], size - piece.shape[1]
    return np.pad(piece, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="symmetric") if any(missing) else piece


def detail(pixels: Pixels) -> float:
    """How much there is to learn in a crop: the mean magnitude of the Laplacian of its luma, in levels of 255."""
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    return float(np.abs(cv2.Laplacian(grey, cv2.CV_16S)).mean())


def draw_crop(random: np.random.Generator, pixels: Pixels, size: int, candidates: int) -> Pixels:
    """A random square; of several candidates the one with the most detail."""
    height, width = pixels.shape[:2]
    pieces = [cut(pixels, draw_corner(random, height, width, size), size) for _ in range(candidates)]
    return pieces[0] if candidates == 1 else max(pieces, key=detail)


def to_float(pixels: Pixels) -> Image:
    """float32, 0 to 1, in memory of its own."""
    return np.multiply(pixels, np.float32(1 / 255), dtype=np.float32, order="C")
