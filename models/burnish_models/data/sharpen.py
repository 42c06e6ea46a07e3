"""The unsharp mask that Real-ESRGAN puts on its targets, so that the generator learns crisp edges.

Wang et al., "Real-ESRGAN" (2021), section 4.1; radius, weight and threshold are those of the authors' published code.
"""

from __future__ import annotations

import cv2
import numpy as np

from burnish_models.data.sample import Image

_SIDE, _SIGMA = 51, 8.0  # a kernel of 51 pixels has this σ by OpenCV's rule 0.3 ((side - 1) / 2 - 1) + 0.8
_THRESHOLD = 10 / 255


def sharpened(image: Image, weight: float = 0.5) -> Image:
    """The image plus `weight` of what a Gaussian takes away, softly limited to where that is over 10 levels of 255."""
    lost = image - _soft(image)
    mask = _soft((np.abs(lost) > _THRESHOLD).astype(np.float32))
    crisp = np.clip(image + weight * lost, 0.0, 1.0)
    return np.asarray(mask * crisp + (1 - mask) * image, np.float32)


def _soft(image: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (_SIDE, _SIDE), _SIGMA, borderType=cv2.BORDER_REFLECT_101), np.float32)
