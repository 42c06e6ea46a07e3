"""sRGB's transfer curve (IEC 61966-2-1), there and back: sensors and lamps work in linear light."""

from __future__ import annotations

import numpy as np

from burnish_models.data.sample import Image


def to_linear(image: Image) -> Image:
    """Linear light of sRGB-encoded values; what leaves 0 to 1 is clipped."""
    encoded = np.clip(image, 0.0, 1.0)
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_encoded(light: Image) -> Image:
    """sRGB-encoded values of linear light; what leaves 0 to 1 is clipped."""
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)
