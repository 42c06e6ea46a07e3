"""Reads the part of an ICC profile that matrix and grey profiles consist of; anything else is reported as None.

ICC.1:2022 (version 4.4) and ICC.1:2001-04 (version 2). No colour management library is used, because the way back has
to undo the way there exactly, in every depth and beyond the range 0 to 1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from burnish_models.pixels.curves import Curve, ParametricCurve, TableCurve, is_usable

_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
_LARGEST_EXPONENT = 16.0


@dataclass(frozen=True)
class MatrixProfile:
    """An RGB profile. colorants: float64 [3, 3], the CIE XYZ (D50) of red, green and blue in its columns."""

    curves: tuple[Curve, Curve, Curve]
    colorants: NDArray[np.float64]


@dataclass(frozen=True)
class GreyProfile:
    curve: Curve


def read_icc(profile: bytes) -> MatrixProfile | GreyProfile | None:
    """What the profile says, or None where it is damaged or of a kind that cannot be undone exactly (tables, CMYK)."""
    try:
        return _read(profile)
    except (struct.error, ValueError, ArithmeticError):
        return None


def _read(profile: bytes) -> MatrixProfile | GreyProfile | None:
    if len(profile) < 132 or profile[36:40] != b"acsp" or profile[20:24] != b"XYZ ":
        return None
    tags = _tags(profile)
    space = profile[16:20]
    if space == b"GRAY" and b"kTRC" in tags:
        curve = _curve(tags[b"kTRC"])
        return GreyProfile(curve) if curve else None
    names = (b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC")
    if space != b"RGB " or any(name not in tags for name in names):
        return None
    red, green, blue = (_curve(tags[name]) for name in names[3:])
    colorants = np.stack([_xyz(tags[name]) for name in names[:3]], axis=1)
    if not (red and green and blue) or abs(np.linalg.det(colorants)) < 1e-6:
        return None
    return MatrixProfile((red, green, blue), colorants)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    tags = {}
    for index in range(min(count, 200)):
        name, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        tags[name] = profile[offset : offset + size]
    return tags


def _xyz(data: bytes) -> NDArray[np.float64]:
    if data[:4] != b"XYZ ":
        raise ValueError("no XYZ")
    return np.array(struct.unpack_from(">3i", data, 8), np.float64) / 65536


def _curve(data: bytes) -> Curve | None:
    curve = _table(data) if data[:4] == b"curv" else _parametric(data) if data[:4] == b"para" else None
    return curve if curve and is_usable(curve) else None


def _table(data: bytes) -> Curve | None:
    (count,) = struct.unpack_from(">I", data, 8)
    if count == 0:
        return ParametricCurve(1.0)
    entries = np.frombuffer(data, ">u2", count, 12)
    if count == 1:
        return _power(entries[0] / 256)
    return TableCurve(tuple((entries / 65535).tolist()))


def _parametric(data: bytes) -> Curve | None:
    (kind,) = struct.unpack_from(">H", data, 8)
    if kind not in _PARAMETERS:
        return None
    numbers = struct.unpack_from(f">{_PARAMETERS[kind]}i", data, 12)
    gamma, *rest = (number / 65536 for number in numbers)
    if kind == 0:
        return _power(gamma)
    if not 0 < gamma <= _LARGEST_EXPONENT or rest[0] <= 0:
        return None
    a, b = rest[0], rest[1]
    if kind == 1:
        return ParametricCurve(gamma, a, b, d=-b / a)
    if kind == 2:
        return ParametricCurve(gamma, a, b, d=-b / a, e=rest[2], f=rest[2])
    if kind == 3:
        return ParametricCurve(gamma, a, b, c=rest[2], d=rest[3])
    return ParametricCurve(gamma, a, b, c=rest[2], d=rest[3], e=rest[4], f=rest[5])


def _power(gamma: float) -> Curve | None:
    return ParametricCurve(float(gamma)) if 0 < gamma <= _LARGEST_EXPONENT else None
