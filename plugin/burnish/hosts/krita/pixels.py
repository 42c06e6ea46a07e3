"""Krita's colour models and depths as the wire's pixel formats."""

from __future__ import annotations

from burnish.hosts.krita.profiles import Profile
from burnish.wire.geometry import Depth, PixelFormat

_DEPTHS = {"U8": Depth.UINT8, "U16": Depth.UINT16, "F16": Depth.FLOAT16, "F32": Depth.FLOAT32}
_CHANNELS = {"RGBA": 4, "GRAYA": 2}
_INTEGERS = (Depth.UINT8, Depth.UINT16)


def can_be_read(model: str, depth: str) -> bool:
    """Whether layers of this colour model ("RGBA", "CMYKA", ...) and depth ("U8", "F16", ...) can be enhanced."""
    return model in _CHANNELS and depth in _DEPTHS


def pixel_format(model: str, depth: str, profile: Profile, width: int, height: int) -> PixelFormat:
    """What `Node.pixelData` gives for a layer that can be read: blue comes first in integers, red in floats."""
    kind = _DEPTHS[depth]
    return PixelFormat(
        width,
        height,
        kind,
        _CHANNELS[model],
        bgr=model == "RGBA" and kind in _INTEGERS,
        profile=profile.data,
        transfer=profile.transfer,
    )
