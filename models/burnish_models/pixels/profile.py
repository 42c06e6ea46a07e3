"""What a layer's values mean: from the layer's own encoding to sRGB-encoded values, as networks know them, and back.

Matrix and grey profiles are followed exactly. The values of any other profile (lookup tables, damaged bytes) are taken
as they are: the network then sees slightly foreign colours, but what comes back still belongs to the profile.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish.wire.geometry import PixelFormat, Transfer
from burnish_models.pixels.curves import SRGB_CURVE, Curve, ParametricCurve
from burnish_models.pixels.icc import GreyProfile, MatrixProfile, read_icc
from burnish_models.pixels.pieces import in_pieces
from burnish_models.pixels.transfer import linear_to_srgb, srgb_to_linear

# The XYZ (D50) of sRGB's primaries, in columns, as sRGB profiles state them.
SRGB_COLORANTS = np.array(
    [
        [0.43606567, 0.38514709, 0.14306641],
        [0.22248840, 0.71687317, 0.06060791],
        [0.01391602, 0.09707642, 0.71409607],
    ]
)
_SAME = 2e-3  # profiles that say sRGB differ by less than this among themselves


class ColourTransform:
    """Between a layer's values, the light they stand for, and sRGB-encoded values: all nominally 0 to 1, never clipped.

    Works on tensors [channels, ...] of 3 channels, or of 1 for grey layers; precision and device are the tensor's. In
    float64 the way there and back is exact to far below half a code value of 16 bits; in float32 it is exact to half a
    code value of 8 bits, and of 16 bits wherever a channel is not more than some ten thousand times darker in light
    than the brightest (float32 has no more digits than that to mix channels with).

    Args:
        curves: one for each channel, or none where values are sRGB-encoded already.
        matrix: float64 [3, 3] from the layer's linear RGB to linear sRGB; None where they have the same primaries.
    """

    def __init__(self, curves: tuple[Curve, ...] = (), matrix: NDArray[np.float64] | None = None) -> None:
        self.curves = curves
        self.matrix = matrix
        self.inverse = None if matrix is None else np.linalg.inv(matrix).astype(np.float64)

    @property
    def identity(self) -> bool:
        return not self.curves

    def to_srgb(self, values: Tensor) -> Tensor:
        """sRGB-encoded values of the layer's."""
        return (
            values if self.identity else in_pieces(lambda v: self._srgb_of_light(self._each(v, forward=True)), values)
        )

    def to_layer(self, encoded: Tensor) -> Tensor:
        """The layer's values of sRGB-encoded ones; the inverse of to_srgb."""
        return encoded if self.identity else in_pieces(self._layer_of_srgb, encoded)

    def to_light(self, values: Tensor) -> Tensor:
        """The light, in the layer's own primaries, of the layer's values."""
        return srgb_to_linear(values) if self.identity else in_pieces(lambda v: self._each(v, forward=True), values)

    def from_light(self, light: Tensor) -> Tensor:
        """The inverse of to_light."""
        return linear_to_srgb(light) if self.identity else in_pieces(lambda v: self._each(v, forward=False), light)

    def srgb_to_light(self, encoded: Tensor) -> Tensor:
        """The light, in sRGB's primaries, of sRGB-encoded values within 0 to 1."""
        return srgb_to_linear(encoded)

    def srgb_light_to_layer(self, light: Tensor) -> Tensor:
        """The layer's values of light in sRGB's primaries."""
        return linear_to_srgb(light) if self.identity else in_pieces(self._layer_of_light, light)

    def integers_to_srgb(self, codes: NDArray) -> Tensor:
        """sRGB-encoded float32 values of uint8 or uint16 codes [channels, height, width]."""
        light = self.integers_to_light(codes)
        return linear_to_srgb(light) if self.matrix is None else in_pieces(self._srgb_of_light, light)

    def integers_to_light(self, codes: NDArray) -> Tensor:
        """Light in the layer's own primaries, float32, of uint8 or uint16 codes [channels, height, width]."""
        tables = _light_of_codes(self, int(np.iinfo(codes.dtype).max))
        light = [np.take(tables[min(channel, len(tables) - 1)], plane) for channel, plane in enumerate(codes)]
        return torch.from_numpy(np.stack(light))

    def _layer_of_srgb(self, encoded: Tensor) -> Tensor:
        return self._layer_of_light(srgb_to_linear(encoded))

    def _srgb_of_light(self, light: Tensor) -> Tensor:
        return linear_to_srgb(mixed(light, self.matrix))

    def _layer_of_light(self, srgb_light: Tensor) -> Tensor:
        return self._each(mixed(srgb_light, self.inverse), forward=False)

    def _each(self, values: Tensor, *, forward: bool) -> Tensor:
        """Every channel through its own curve; all at once where they share one."""
        first = self.curves[0]
        if all(curve == first for curve in self.curves):
            return first.to_linear(values) if forward else first.to_encoded(values)
        pairs = zip(self.curves, values, strict=True)
        return torch.stack([curve.to_linear(v) if forward else curve.to_encoded(v) for curve, v in pairs])


def colour_transform(pixels: PixelFormat) -> ColourTransform:
    """The transform for a layer. Never fails: see the module's description."""
    return _transform(pixels.profile, pixels.transfer, pixels.channels <= 2)


@lru_cache(maxsize=16)
def _transform(profile: bytes, transfer: Transfer, grey: bool) -> ColourTransform:
    channels = 1 if grey else 3
    if not profile:
        linear = transfer is Transfer.LINEAR
        return ColourTransform((ParametricCurve(1.0),) * channels) if linear else ColourTransform()
    read = read_icc(profile)
    if grey:
        curve = read.curve if isinstance(read, GreyProfile) else read.curves[1] if read else SRGB_CURVE
        return ColourTransform() if _is_srgb(curve) else ColourTransform((curve,))
    if not isinstance(read, MatrixProfile):
        return ColourTransform()
    matrix = _white_kept(np.linalg.inv(SRGB_COLORANTS) @ read.colorants)
    same_primaries = bool(np.abs(matrix - np.eye(3)).max() < _SAME)
    if same_primaries and all(_is_srgb(curve) for curve in read.curves):
        return ColourTransform()
    return ColourTransform(read.curves, None if same_primaries else matrix)


def _white_kept(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix without the profile's rounding: white goes to white, so greys stay grey and in range."""
    white = matrix.sum(axis=1)
    return matrix / white[:, None] if np.abs(white - 1).max() < 0.01 else matrix


def _is_srgb(curve: Curve) -> bool:
    samples = torch.linspace(0, 1, 257, dtype=torch.float64)
    return bool((SRGB_CURVE.to_encoded(curve.to_linear(samples)) - samples).abs().max() < _SAME)


def mixed(linear: Tensor, matrix: NDArray[np.float64] | None) -> Tensor:
    """Linear [3, n] in other primaries."""
    if matrix is None:
        return linear
    return torch.from_numpy(matrix).to(linear.dtype).to(linear.device) @ linear


@lru_cache(maxsize=8)
def _light_of_codes(transform: ColourTransform, top: int) -> tuple[NDArray[np.float32], ...]:
    """For each curve the light of every integer code."""
    codes = torch.arange(top + 1, dtype=torch.float64) / top
    return tuple(curve.to_linear(codes).float().numpy() for curve in transform.curves or (SRGB_CURVE,))
