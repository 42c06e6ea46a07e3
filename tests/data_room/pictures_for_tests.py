"""Pictures whose pixels say where they are, and others that the tests of data sets need."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from burnish_models.data.cropped import Augment, RandomPieces
from burnish_models.data.pictures import Pictures


def ramp(height: int, width: int, step: int = 1) -> NDArray[np.uint8]:
    """Red is `step` times the column, green `step` times the row: at most 256 / step pixels a side."""
    y, x = np.mgrid[:height, :width].astype(np.uint8)
    return np.stack([x * step, y * step, np.full_like(x, 60)], axis=2)


def save(path: Path, pixels: NDArray[np.uint8]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def pieces_of(*paths: Path, seed: int = 1, augment: Augment | None = None, candidates: int = 1) -> RandomPieces:
    return RandomPieces(Pictures(paths), seed, augment or Augment(), candidates)


def flat(value: float, side: int = 128) -> NDArray[np.float32]:
    """A grey image, float32 [side, side, 3]."""
    return np.full((side, side, 3), value, np.float32)
