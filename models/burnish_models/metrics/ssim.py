"""SSIM, structural similarity: means, variances and covariance of two pictures in a small moving window.

Source: Wang, Bovik, Sheikh and Simoncelli, Image Quality Assessment: From Error Visibility to Structural Similarity
(IEEE TIP 2004), equation 13 with section III.C's window. Like the authors' program we weigh with the Gaussian without a
bias correction of the variances and take only windows that lie inside the picture; unlike it we never shrink the
picture first. Colour pictures are the mean of their channels.
"""

from __future__ import annotations

import cv2
import numpy as np

from burnish_models.metrics.conventions import Channel, Levels, NotJudgedError, Plane, channels, same_size

WINDOW = 11
DEVIATION = 1.5
K1, K2 = 0.01, 0.03
PEAK = 255.0


def ssim(result: Levels, target: Levels, channel: Channel = "rgb") -> float:
    """Mean SSIM, -1 to 1, higher is closer, 1 for equal pictures.

    Args:
        result, target: [h, w, 3], 0 to 255, of one size.
        channel: "rgb" is the mean over the three channels, "y" that of the studio-range luma.

    Raises:
        ValueError: where the sizes differ.
        NotJudgedError: where a side is shorter than the window of 11 pixels.
    """
    same_size(result, target)
    if min(result.shape[:2]) < WINDOW:
        raise NotJudgedError(f"SSIM needs at least {WINDOW}×{WINDOW} pixels")
    pairs = zip(channels(result, channel), channels(target, channel), strict=True)
    return float(np.mean([_ssim_of_planes(a, b) for a, b in pairs]))


def _ssim_of_planes(a: Plane, b: Plane) -> float:
    mean_a, mean_b = _windowed(a), _windowed(b)
    variance_a = _windowed(a * a) - mean_a * mean_a
    variance_b = _windowed(b * b) - mean_b * mean_b
    covariance = _windowed(a * b) - mean_a * mean_b
    c1, c2 = (K1 * PEAK) ** 2, (K2 * PEAK) ** 2
    numerator = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    denominator = (mean_a * mean_a + mean_b * mean_b + c1) * (variance_a + variance_b + c2)
    return float(np.mean(numerator / denominator))


def _windowed(plane: Plane) -> Plane:
    """The Gaussian-weighted mean of every window that lies inside."""
    taps = gaussian(WINDOW, DEVIATION)
    edge = WINDOW // 2
    return cv2.sepFilter2D(plane, cv2.CV_64F, taps, taps)[edge:-edge, edge:-edge].astype(np.float64, copy=False)


def gaussian(size: int, deviation: float) -> Plane:
    """`size` samples of a Gaussian around its middle, of sum 1."""
    offsets = np.arange(size) - size // 2
    taps = np.exp(-np.square(offsets) / (2 * deviation**2))
    return taps / taps.sum()
