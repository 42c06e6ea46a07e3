"""PSNR: the mean squared error of 8-bit levels, in decibels below the largest level."""

from __future__ import annotations

import math

import numpy as np

from burnish_models.metrics.conventions import Channel, Levels, channels, same_size

PEAK = 255.0


def psnr(result: Levels, target: Levels, channel: Channel = "rgb") -> float:
    """10 · log10(255² / MSE) in dB, higher is closer, infinite for equal pictures.

    Args:
        result, target: [h, w, 3], 0 to 255, of one size.
        channel: "rgb" takes the error of all three channels together; "y" that of the studio-range luma, whose peak
            is 255 by convention all the same.

    Raises:
        ValueError: where the sizes differ.
    """
    same_size(result, target)
    pairs = zip(channels(result, channel), channels(target, channel), strict=True)
    error = float(np.mean([np.mean(np.square(a - b)) for a, b in pairs]))
    return 10.0 * math.log10(PEAK**2 / error) if error else math.inf
