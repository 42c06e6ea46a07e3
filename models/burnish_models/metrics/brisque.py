"""BRISQUE: the statistics of a picture, and what people said of pictures with such statistics. No reference.

Source: Mittal, Moorthy and Bovik, No-Reference Image Quality Assessment in the Spatial Domain (IEEE TIP 2012), table I
for the 36 features, and the support vector regression of the authors' release, learnt from the LIVE database: see
parameters/README.md. The authors' program writes features with six decimals to a file before it scales them; we do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from burnish_models.metrics.conventions import Levels, NotJudgedError, Plane, grey
from burnish_models.metrics.natural_scenes import (
    fit_asymmetric,
    fit_symmetric,
    halved,
    neighbour_products,
    normalised_contrast,
)

FEATURES = 36
SCALES = 2
SMALLEST = 16
MODEL = Path(__file__).parent / "parameters" / "brisque_allmodel.txt"
RANGES = Path(__file__).parent / "parameters" / "brisque_allrange.txt"


@dataclass(frozen=True)
class SupportVectors:
    """A regression with the kernel exp(-gamma · |x - y|²), as LIBSVM writes it.

    Attributes:
        vectors: [n, 36], features scaled to -1 to 1.
        weights: [n], each vector's part in the answer.
        gamma: how quickly a vector's influence fades.
        offset: what is subtracted from the sum (rho).
    """

    vectors: Plane
    weights: Plane
    gamma: float
    offset: float

    def __call__(self, scaled: Plane) -> float:
        """The answer for one point [36]."""
        squares = np.square(self.vectors - scaled).sum(axis=1)
        return float(self.weights @ np.exp(-self.gamma * squares) - self.offset)


def brisque(picture: Levels) -> float:
    """BRISQUE, about 0 (best) to 100, but not bounded: good photographs may be below 0.

    Args:
        picture: [h, w, 3], 0 to 255, integers; judged in grey, as by the authors' program.

    Raises:
        NotJudgedError: where a side is shorter than 16 pixels, or the picture is flat.
    """
    if min(picture.shape[:2]) < SMALLEST:
        raise NotJudgedError(f"BRISQUE needs at least {SMALLEST}×{SMALLEST} pixels")
    features = brisque_features(grey(picture))
    if np.isnan(features).any():
        raise NotJudgedError("BRISQUE finds no contrast in it")
    lowest, highest = _ranges()
    return support_vectors()(2 * (features - lowest) / (highest - lowest) - 1)


def brisque_features(plane: Plane) -> Plane:
    """[36], table I at two scales: shape and variance, then shape, η, variance on the left and right of each pair."""
    features: list[float] = []
    for scale in range(SCALES):
        if scale:
            plane = halved(plane)
        contrast = normalised_contrast(plane, "zero")
        features += fit_symmetric(contrast)
        for products in neighbour_products(contrast):
            pair = fit_asymmetric(products)
            features += [pair.shape, pair.mean, pair.left**2, pair.right**2]
    return np.array(features)


@cache
def support_vectors() -> SupportVectors:
    """The regression of the authors' release: 774 vectors."""
    head, _, body = MODEL.read_text(encoding="ascii").partition("\nSV\n")
    values = dict(line.split(maxsplit=1) for line in head.splitlines())
    rows = [line.split() for line in body.splitlines()]
    vectors = np.zeros((len(rows), FEATURES))
    for row, (_, *entries) in enumerate(rows):
        for number, value in (entry.split(":") for entry in entries):
            vectors[row, int(number) - 1] = float(value)  # what is not written is 0
    weights = np.array([float(row[0]) for row in rows])
    return SupportVectors(vectors, weights, float(values["gamma"]), float(values["rho"]))


@cache
def _ranges() -> tuple[Plane, Plane]:
    """The least and the greatest value of each feature among the pictures that the regression learnt from."""
    lines = RANGES.read_text(encoding="ascii").splitlines()[2:]
    ranges = np.array([[float(value) for value in line.split()[1:]] for line in lines])
    return ranges[:, 0], ranges[:, 1]
