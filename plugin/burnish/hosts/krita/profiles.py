"""The ICC profile behind a name: libkis tells what a layer's profile is called, and never what is in it."""

from __future__ import annotations

import struct
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from burnish.hosts.krita.program import InfoObject, application
from burnish.wire.geometry import Transfer

# Krita's own sRGB and grey profiles are what pixels without a profile mean, so nothing has to travel or be converted
_PLAIN = {
    "sRGB-elle-V2-srgbtrc.icc": ("sRGB", Transfer.SRGB),
    "sRGB-elle-V4-srgbtrc.icc": ("sRGB", Transfer.SRGB),
    "sRGB-elle-V2-g10.icc": ("sRGB", Transfer.LINEAR),
    "sRGB-elle-V4-g10.icc": ("sRGB", Transfer.LINEAR),
    "Gray-D50-elle-V2-srgbtrc.icc": ("sRGB", Transfer.SRGB),
    "Gray-D50-elle-V4-srgbtrc.icc": ("sRGB", Transfer.SRGB),
    "Gray-D50-elle-V2-g10.icc": ("", Transfer.LINEAR),
    "Gray-D50-elle-V4-g10.icc": ("", Transfer.LINEAR),
}
_PNG_START = 8
_ASK_AGAIN_AFTER_SECONDS = 10.0

_known: dict[tuple[str, str], Profile] = {}
_unknown_since: dict[tuple[str, str], float] = {}


@dataclass(frozen=True)
class Profile:
    """What a layer's values mean. name: as an artist reads it. data: the ICC profile, empty for sRGB itself."""

    name: str
    data: bytes = b""
    transfer: Transfer = Transfer.SRGB


def profile_named(model: str, name: str) -> Profile | None:
    """The profile that Krita calls `name`, for layers of a colour model ("RGBA" or "GRAYA"); None where it gives none.

    The first time a profile is asked for, Krita writes a picture of one pixel with it, which takes about 0.1 s. Where
    that failed, it is tried again now and then.
    """
    if name in _PLAIN:
        shown, transfer = _PLAIN[name]
        return Profile(shown, transfer=transfer)
    key, now = (model, name), time.monotonic()
    if key not in _known and now >= _unknown_since.get(key, 0.0) + _ASK_AGAIN_AFTER_SECONDS:
        _unknown_since[key] = now
        data = _exported(model, name)
        if data:
            _known[key] = Profile(name.strip().removesuffix(".icc"), data)
    return _known.get(key)


def _exported(model: str, name: str) -> bytes:
    """The profile that Krita embeds in a picture; empty where it embeds none, or writes no picture."""
    with tempfile.TemporaryDirectory(prefix="burnish-") as folder:
        path = Path(folder) / "profile.png"
        document = application().createDocument(1, 1, "profile", model, "U8", name, 72.0)
        if document is None:
            return b""
        document.setBatchmode(True)
        options = InfoObject()
        options.setProperty("alpha", True)
        options.setProperty("saveSRGBProfile", True)
        options.setProperty("forceSRGB", False)
        named_so = document.colorProfile() == name  # Krita takes another where it does not know this one
        written = named_so and document.exportImage(str(path), options)
        document.setModified(False)
        document.close()
        return embedded_profile(path.read_bytes()) if written else b""


def embedded_profile(png: bytes) -> bytes:
    """The ICC profile in a PNG file; empty where there is none."""
    offset = _PNG_START
    while offset + 8 <= len(png):
        length, kind = struct.unpack_from(">I4s", png, offset)
        if kind == b"iCCP":
            _name, _, rest = png[offset + 8 : offset + 8 + length].partition(b"\0")
            return zlib.decompress(rest[1:])
        offset += length + 12
    return b""
