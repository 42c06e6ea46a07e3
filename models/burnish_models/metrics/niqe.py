"""NIQE: how far the statistics of a picture's blocks are from those of 125 undistorted photographs. No reference.

Source: Mittal, Soundararajan and Bovik, Making a Completely Blind Image Quality Analyzer (IEEE SPL 2013), equation 10,
with the model of the authors' release: see parameters/README.md. The paper's choice of sharp blocks belongs to the
making of that model; a picture to judge counts with all its blocks, as in the authors' program. MATLAB's own niqe()
is another model: its figures cannot be compared with these.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from burnish_models.metrics.conventions import Levels, NotJudgedError, Plane, grey, studio_luma
from burnish_models.metrics.natural_scenes import fit_asymmetric, halved, neighbour_products, normalised_contrast

BLOCK = 96
SCALES = 2
PARAMETERS = Path(__file__).parent / "parameters" / "niqe_pris_params.npz"

Luma = Literal["studio", "grey"]


@dataclass(frozen=True)
class Pristine:
    """The multivariate Gaussian of undistorted photographs: mean [36] and covariance [36, 36] of a block's features."""

    mean: Plane
    covariance: Plane


@cache
def pristine() -> Pristine:
    """The model of the authors' release."""
    with np.load(PARAMETERS) as file:
        return Pristine(file["mu_pris_param"].ravel(), file["cov_pris_param"])


def niqe(picture: Levels, luma: Luma = "studio") -> float:
    """NIQE, above 0, lower is more natural. Of pictures under about 400 pixels a side it means little.

    Args:
        picture: [h, w, 3], 0 to 255, integers.
        luma: "studio" is Y in studio range, rounded, as papers on super-resolution report it; "grey" is the
            rgb2gray of the authors' program.

    Raises:
        NotJudgedError: where a side is shorter than a block of 96 pixels, or every block has a flat part.
    """
    if min(picture.shape[:2]) < BLOCK:
        raise NotJudgedError(f"NIQE needs at least {BLOCK}×{BLOCK} pixels")
    plane = np.floor(studio_luma(picture) + 0.5) if luma == "studio" else grey(picture)
    features = block_features(plane)
    whole = features[~np.isnan(features).any(axis=1)]
    if not len(whole):
        raise NotJudgedError("NIQE finds no contrast in any block of it")
    model = pristine()
    covariance = np.cov(whole, rowvar=False) if len(whole) > 1 else np.zeros_like(model.covariance)
    distance = model.mean - whole.mean(axis=0)
    inverse = np.linalg.pinv((model.covariance + covariance) / 2, rcond=len(distance) * np.finfo(float).eps)
    return math.sqrt(distance @ inverse @ distance)


def block_features(plane: Plane) -> Plane:
    """[blocks, 36]: 18 features of every whole block of 96 × 96 pixels at each of two scales; NaN where it is flat."""
    rows, columns = plane.shape[0] // BLOCK, plane.shape[1] // BLOCK
    plane = plane[: rows * BLOCK, : columns * BLOCK]
    of_scales: list[list[list[float]]] = []
    for scale in range(SCALES):
        if scale:
            plane = halved(plane)
        contrast = normalised_contrast(plane, "repeated")
        side = BLOCK // 2**scale
        corners = [(side * row, side * column) for row in range(rows) for column in range(columns)]
        of_scales.append([_features(contrast[y : y + side, x : x + side]) for y, x in corners])
    return np.concatenate([np.array(features) for features in of_scales], axis=1)


def _features(contrast: Plane) -> list[float]:
    """Shape and mean β of the block, then shape, η, β on the left and on the right of its pairs: section II.B."""
    own = fit_asymmetric(contrast)
    features = [own.shape, (own.left + own.right) * own.width / 2]
    for products in neighbour_products(contrast):
        pair = fit_asymmetric(products)
        features += [pair.shape, pair.mean, pair.left * pair.width, pair.right * pair.width]
    return features
