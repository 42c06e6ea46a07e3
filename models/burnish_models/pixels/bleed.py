"""Gives fully transparent pixels the colour of the nearest visible one, so that no hidden colour fringes an edge."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray


def bleed_margin(reach: int) -> int:
    """How much further than what is needed one has to look, so that a bled colour does not depend on where one looked.

    A hidden pixel matters only within `reach` of a visible one, along each axis. The nearest visible pixel then lies
    within √2 times that; the distance used here is a little longer than the true one, hence 1.5.

    Args:
        reach: pixels, along each axis, over which a colour can influence another.
    """
    return math.ceil(1.5 * reach) + 1


def bleed(colours: NDArray, alpha: NDArray) -> NDArray:
    """Colours bled under alpha == 0.

    Args:
        colours: [height, width, channels] of any depth; not changed.
        alpha: [height, width] of any depth; 0 or less is hidden.

    Returns:
        [height, width, channels]; `colours` itself where nothing or everything is hidden.
    """
    hidden = (alpha <= 0).astype(np.uint8)
    if not hidden.any() or hidden.all():
        return colours
    found = cv2.distanceTransformWithLabels(hidden, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)
    labels = np.asarray(found[1], np.int32)
    visible = np.flatnonzero(hidden.reshape(-1) == 0)
    nearest = np.zeros(labels.max() + 1, np.intp)
    nearest[labels.reshape(-1)[visible]] = visible
    flat = colours.reshape(-1, colours.shape[2])
    bled = colours.copy()
    mask = hidden.astype(bool)
    bled[mask] = flat[nearest[labels[mask]]]
    return bled
