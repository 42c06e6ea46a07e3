"""How a drawable's bytes are exchanged: as GIMP stores them wherever both sides can say so, as 32-bit float elsewhere.

babl is never asked to convert between kinds that a PixelFormat can name: its fast paths are not exact at 16 bits.
"""

from __future__ import annotations

import zlib
from array import array
from dataclasses import dataclass
from enum import Enum
from typing import Any

from burnish.hosts.gimp.program import Babl, Gegl
from burnish.wire.geometry import Depth, PixelFormat, Rect, Transfer
from burnish.wire.sentences import BurnishError

_CHANNELS = {"Y": 1, "YA": 2, "RGB": 3, "RGBA": 4}
_DEPTHS = {"u8": Depth.UINT8, "u16": Depth.UINT16, "half": Depth.FLOAT16, "float": Depth.FLOAT32}
_ARRAYS = {Depth.UINT8: "B", Depth.UINT16: "H", Depth.FLOAT16: "H", Depth.FLOAT32: "I"}
_OPAQUE = {Depth.UINT8: 0xFF, Depth.UINT16: 0xFFFF, Depth.FLOAT16: 0x3C00, Depth.FLOAT32: 0x3F800000}
_STRIP_BYTES = 8 << 20


class Curve(Enum):
    """How values relate to light: as the profile says, not at all (they are light), or as in sRGB."""

    PROFILE = "'"
    LINEAR = ""
    SRGB = "~"


@dataclass(frozen=True)
class Encoding:
    """What the bytes of a drawable are. babl: the format's name for GEGL."""

    babl: str
    depth: Depth
    channels: int
    curve: Curve

    @property
    def has_alpha(self) -> bool:
        return self.channels in (2, 4)

    @property
    def pixel_bytes(self) -> int:
        return self.depth.bytes * self.channels


def encoding_of(drawable: Any) -> Encoding:
    """How this drawable's pixels are read and written; an indexed one's are read as they are once it is RGB."""
    native = drawable.get_format()
    if drawable.is_indexed():
        letters = "RGBA" if drawable.has_alpha() else "RGB"
        model = "R'G'B'A u8" if drawable.has_alpha() else "R'G'B' u8"
        name = Babl.get_name(Babl.format_with_space(model, Babl.format_get_space(native)))
        return Encoding(name, Depth.UINT8, _CHANNELS[letters], Curve.PROFILE)
    name = Babl.get_name(native)
    model, _, kind = name.partition(" ")
    depth = _DEPTHS.get(kind.split("-")[0])
    if depth is None:  # 32-bit integers and 64-bit floats
        space = Babl.format_get_space(native)
        name, depth = Babl.get_name(Babl.format_with_space(f"{model} float", space)), Depth.FLOAT32
    letters = model.replace("'", "").replace("~", "")
    return Encoding(name, depth, _CHANNELS[letters], Curve(model[1:2].strip("AG")))


@dataclass(frozen=True)
class Colours:
    """What a drawable's values mean. icc: empty without a profile, in which case `transfer` says it."""

    icc: bytes
    name: str
    transfer: Transfer


def colours_of(image: Any, encoding: Encoding) -> Colours:
    """The profile of an image, in the form that describes values of this encoding.

    Raises BurnishError where the profile has no such form, because it describes colours by tables.
    """
    profile, curve = image.get_color_profile(), encoding.curve
    if profile is None:
        return Colours(b"", "", Transfer.LINEAR if curve is Curve.LINEAR else Transfer.SRGB)
    name = profile.get_label() or profile.get_description() or ""
    # the profile of an image does not change with its encoding, and always describes the non-linear one
    if curve is Curve.LINEAR:
        profile = profile.new_linear_from_color_profile()
    elif curve is Curve.SRGB:
        profile = profile.new_srgb_trc_from_color_profile()
    if profile is None:
        raise BurnishError("profile-without-curve", profile=name, command="Image > Precision")
    return Colours(bytes(profile.get_icc_profile()), name, Transfer.SRGB)


def format_of(encoding: Encoding, colours: Colours, channels: int, width: int, height: int) -> PixelFormat:
    """The format of an image of these pixels. channels: one more than the encoding's where an alpha is added."""
    return PixelFormat(width, height, encoding.depth, channels, profile=colours.icc, transfer=colours.transfer)


def rectangle(rect: Rect) -> Any:
    return Gegl.Rectangle.new(rect.x, rect.y, rect.width, rect.height)


def read(buffer: Any, rect: Rect, babl: str) -> bytes:
    """The rows of a rectangle, packed; zero beyond the buffer's edges."""
    return bytes(buffer.get(rectangle(rect), 1.0, babl, Gegl.AbyssPolicy.NONE))


def write(buffer: Any, rect: Rect, encoding: Encoding, data: Any) -> None:
    """Put the packed rows of a rectangle in place. GEGL would only warn about a wrong size, so it is checked here."""
    if len(data) != rect.area * encoding.pixel_bytes:
        raise ValueError(f"{len(data)} bytes for {rect} in {encoding.babl}")
    buffer.set(rectangle(rect), encoding.babl, bytes(data))


def strips(rect: Rect, pixel_bytes: int) -> list[Rect]:
    """The rectangle in pieces of some megabytes, from the top."""
    rows = max(1, _STRIP_BYTES // max(1, rect.width * pixel_bytes))
    return [
        Rect(rect.x, y, rect.width, min(rows, rect.bottom - y)) for y in range(rect.y, rect.bottom, rows)
    ]  # fmt: skip


def checksum(buffer: Any, rect: Rect, encoding: Encoding) -> int:
    """A number that changes when a pixel of this part of a buffer does."""
    number = 0
    for strip in strips(rect, encoding.pixel_bytes):
        number = zlib.crc32(read(buffer, strip, encoding.babl), number)
    return number


def fitted(data: Any, depth: Depth, channels: int, wanted: int) -> Any:
    """Pixels with an opaque alpha added, or their alpha left out, so that they have `wanted` channels.

    Both keep the colours' bits as they are. Raises ValueError where the colours themselves differ.
    """
    if channels == wanted:
        return data
    if sorted((channels, wanted)) not in ([1, 2], [3, 4]):
        raise ValueError(f"{channels} channels where {wanted} are wanted")
    values = _values(data, depth)
    pixels = len(values) // channels
    out = array(_ARRAYS[depth], [_OPAQUE[depth]]) * (pixels * wanted)
    for channel in range(min(channels, wanted)):
        out[channel::wanted] = values[channel::channels]
    return out.tobytes()


def with_alpha_of(data: Any, other: Any, depth: Depth, channels: int) -> bytes:
    """Pixels with the alpha of others of the same kind."""
    values = _values(data, depth)
    values[channels - 1 :: channels] = _values(other, depth)[channels - 1 :: channels]
    return values.tobytes()


def _values(data: Any, depth: Depth) -> array[int]:
    values = array(_ARRAYS[depth])
    values.frombytes(data)
    return values
