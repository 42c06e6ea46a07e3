"""Colour profiles that GIMP has no call for."""

from __future__ import annotations

import struct
from itertools import product
from typing import Any

from gi.repository import Gimp

_PRIMARIES = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))  # CIE XYZ (D50) of sRGB's
_BACK = ((3.1339, -1.6169, -0.4907), (-0.9788, 1.9161, 0.0335), (0.0719, -0.2290, 1.4052))
_ONE = 32768 / 65535  # how a lut16Type stores an X, Y or Z of 1
_GAMMA = 2.2
_STEPS = 256


def by_tables() -> Any:
    """A profile like sRGB's with a gamma of 2.2, which says so by tables, as printers' and scanners' do."""
    tags = {
        b"desc": _description("By tables"),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.9642, 1.0, 0.8249),
        b"A2B0": _table(_identity(3), _curve(_GAMMA), _to_xyz(), [0, 65535]),
        b"B2A0": _table(
            [value / _ONE for row in _BACK for value in row], [0, 65535], _to_rgb(), _curve(1 / _GAMMA)
        ),
    }  # fmt: skip
    directory, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        directory += struct.pack(">4sII", name, offset + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = 128 + len(directory) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"scnr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp"
    head += bytes(28) + _fixed(0.9642, 1.0, 0.8249)
    return Gimp.ColorProfile.new_from_icc_profile(head.ljust(128, b"\0") + directory + body)


def _table(matrix: list[float], entry: list[int], grid: list[int], exit_: list[int]) -> bytes:
    """A lut16Type of three channels each way: the matrix (for XYZ only), a curve, a grid of two steps, a curve."""
    head = b"mft2\0\0\0\0" + bytes([3, 3, 2, 0]) + _fixed(*matrix) + struct.pack(">HH", len(entry), len(exit_))
    return head + struct.pack(f">{3 * len(entry) + len(grid) + 3 * len(exit_)}H", *entry * 3, *grid, *exit_ * 3)


def _to_xyz() -> list[int]:
    corners = product((0, 1), repeat=3)
    return [
        round(65535 * _ONE * sum(on * primary[axis] for on, primary in zip(corner, _PRIMARIES, strict=True)))
        for corner in corners
        for axis in range(3)
    ]  # fmt: skip


def _to_rgb() -> list[int]:
    return [65535 * on for corner in product((0, 1), repeat=3) for on in corner]


def _curve(gamma: float) -> list[int]:
    return [round(65535 * (step / (_STEPS - 1)) ** gamma) for step in range(_STEPS)]


def _identity(size: int) -> list[float]:
    return [float(row == column) for row in range(size) for column in range(size)]


def _fixed(*values: float) -> bytes:
    """s15Fixed16 numbers."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _description(text: str) -> bytes:
    line = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(line)) + line + bytes(4 + 4 + 2 + 1 + 67)
