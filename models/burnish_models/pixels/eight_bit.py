"""Colour for 8-bit layers on a processor: tables instead of powers, right to a quarter of a code value and much faster.

The layer's values are clipped to 0 to 1, which is all that an 8-bit layer can hold; sRGB-encoded ones may lie outside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish_models.pixels.profile import ColourTransform, mixed
from burnish_models.pixels.transfer import linear_to_srgb, srgb_to_linear

_TOP = 65535
_LOWEST, _SPAN = -1.0, 3.0  # sRGB-encoded values of colours outside sRGB lie well within -1 to 2
_NEAR_BLACK = 1e-5  # light; what rounding light to 16 bits may be wrong by


class EightBitTransform(ColourTransform):
    """A ColourTransform whose ways to the layer take tables. For float32 tensors in the host's memory."""

    def __init__(self, exact: ColourTransform) -> None:
        super().__init__(exact.curves, exact.matrix)
        self._light_of_srgb = _table(lambda position: srgb_to_linear(position * _SPAN + _LOWEST))
        encoders = [curve.to_encoded for curve in exact.curves] or [linear_to_srgb]
        shared = all(curve == exact.curves[0] for curve in exact.curves)
        self._encoders = [_table(encode) for encode in (encoders[:1] if shared else encoders)]

    def to_layer(self, encoded: Tensor) -> Tensor:
        return encoded if self.identity else self.srgb_light_to_layer(self.srgb_to_light(encoded))

    def from_light(self, light: Tensor) -> Tensor:
        if len(self._encoders) == 1:
            return _looked_up(self._encoders[0], light)
        return torch.stack([_looked_up(table, plane) for table, plane in zip(self._encoders, light, strict=True)])

    def srgb_to_light(self, encoded: Tensor) -> Tensor:
        return _looked_up(self._light_of_srgb, encoded, 1 / _SPAN, -_LOWEST / _SPAN)

    def srgb_light_to_layer(self, light: Tensor) -> Tensor:
        own = light if self.inverse is None else mixed(light.flatten(1), self.inverse).view(light.shape)
        return self.from_light(own)


@lru_cache(maxsize=16)
def for_eight_bits(exact: ColourTransform) -> ColourTransform:
    """The quick form of a transform; the transform itself where tables would be too coarse.

    They are for curves that rise so steeply from black that 16 bits of light tell its darkest 8-bit codes not apart:
    plain powers such as Adobe RGB's.
    """
    darkest = torch.full((1,), _NEAR_BLACK, dtype=torch.float64)
    steep = any(float(curve.to_encoded(darkest)) > 0.1 / 255 for curve in exact.curves)
    return exact if steep else EightBitTransform(exact)


def _table(function: Callable[[Tensor], Tensor]) -> NDArray[np.float32]:
    return function(torch.linspace(0, 1, _TOP + 1, dtype=torch.float64)).float().numpy()


def _looked_up(table: NDArray[np.float32], values: Tensor, factor: float = 1.0, offset: float = 0.0) -> Tensor:
    """The table's function of factor * values + offset, any shape, clipped to 0 to 1."""
    plain = values.reshape(-1, values.shape[-1]).numpy()
    codes = cv2.addWeighted(plain, factor * _TOP, plain, 0.0, offset * _TOP, dtype=cv2.CV_16U)
    return torch.from_numpy(np.take(table, np.asarray(codes, np.uint16))).view(values.shape)
