"""The sRGB curve between encoded values and light, continued symmetrically below 0 and beyond 1."""

from __future__ import annotations

import torch
from torch import Tensor

from burnish_models.pixels.pieces import in_pieces

_TOE_ENCODED = 0.04045
_TOE_LINEAR = 0.0031308
_TOE_SLOPE = 12.92


def srgb_to_linear(encoded: Tensor) -> Tensor:
    """Light of sRGB-encoded values, any shape; f(-x) = -f(x). IEC 61966-2-1."""
    return in_pieces(_decode, encoded.reshape(1, -1)).view(encoded.shape)


def linear_to_srgb(linear: Tensor) -> Tensor:
    """sRGB-encoded values of light, any shape; the inverse of srgb_to_linear."""
    return in_pieces(_encode, linear.reshape(1, -1)).view(linear.shape)


def _decode(encoded: Tensor) -> Tensor:
    size = encoded.abs()
    power = size.add(0.055).mul_(1 / 1.055).pow_(2.4)
    return torch.where(size <= _TOE_ENCODED, size.mul_(1 / _TOE_SLOPE), power).copysign_(encoded)


def _encode(linear: Tensor) -> Tensor:
    size = linear.abs()
    power = size.pow(1 / 2.4).mul_(1.055).sub_(0.055)
    return torch.where(size <= _TOE_LINEAR, size.mul_(_TOE_SLOPE), power).copysign_(linear)
