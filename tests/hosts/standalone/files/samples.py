"""Image files made without the library under test: by Pillow, tifffile, or byte by byte."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

DATA = Path(__file__).parents[3] / "data"

_PNG_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}


def noise(height: int, width: int, channels: int, dtype: type, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    if np.issubdtype(dtype, np.floating):
        return generator.random((height, width, channels)).astype(dtype)
    return generator.integers(0, np.iinfo(dtype).max + 1, (height, width, channels), dtype=dtype)


def png_bytes(pixels: np.ndarray, chunks: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    """A PNG by its specification: filter 0, one IDAT."""
    height, width, channels = pixels.shape
    big_endian = pixels.astype(pixels.dtype.newbyteorder(">"))
    rows = b"".join(b"\0" + big_endian[row].tobytes() for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, pixels.dtype.itemsize * 8, _PNG_COLOURS[channels], 0, 0, 0)
    return png_file(header, *chunks, (b"IDAT", zlib.compress(rows)))


def png_file(header: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    parts = [(b"IHDR", header), *chunks, (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(data)) + name + data + _crc(name + data) for name, data in parts)
    return b"\x89PNG\r\n\x1a\n" + body


def png_claiming(width: int, height: int) -> bytes:
    """A small file whose header claims a picture of any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png_file(header, (b"IDAT", zlib.compress(b"\0" * 100_000)))


def _crc(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))


def decode_png(data: bytes) -> np.ndarray:
    """Pixels of a non-interlaced PNG of 8 or 16 bits, by its specification."""
    position, parts = 8, {}
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        name = data[position + 4 : position + 8]
        parts[name] = parts.get(name, b"") + data[position + 8 : position + 8 + length]
        position += 12 + length
    width, height, bits, colour, *_ = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    channels = {number: count for count, number in _PNG_COLOURS.items()}[colour]
    step, raw = channels * bits // 8, zlib.decompress(parts[b"IDAT"])
    row_bytes = width * step
    above, rows = bytearray(row_bytes), []
    for start in range(0, height * (row_bytes + 1), row_bytes + 1):
        above = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + row_bytes]), above, step)
        rows.append(bytes(above))
    pixels = np.frombuffer(b"".join(rows), ">u2" if bits == 16 else np.uint8)
    return pixels.reshape(height, width, channels).astype(np.uint16 if bits == 16 else np.uint8)


def _unfiltered(kind: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    for place in range(len(row)):
        left = row[place - step] if place >= step else 0
        corner = above[place - step] if place >= step else 0
        up = above[place]
        paeth = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
        row[place] = (row[place] + (0, left, up, (left + up) // 2, paeth)[kind]) & 0xFF
    return row


@cache
def srgb_profile() -> bytes:
    """One for the whole run: a profile carries the second in which it was made."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def wide_profile() -> bytes:
    """A profile that is not sRGB: its primaries' columns are rotated, which only has to be carried along."""
    profile = bytearray(srgb_profile())
    profile[-1] ^= 0x01
    return bytes(profile)


def photo(width: int = 80, height: int = 60) -> Image.Image:
    return Image.open(DATA / "chelsea.png").convert("RGB").resize((width, height))


def camera_exif(orientation: int = 1, width: int = 80, height: int = 60) -> bytes:
    """EXIF as a camera writes it, with a thumbnail-less main directory, exposure, dimensions and a position."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010F] = "Maker & Sons"
    block[0x0132] = "2026:11:22 12:00:00"
    block.get_ifd(0x8769).update(
        {0x829A: IFDRational(1, 125), 0x9003: "2026:11:22 12:00:00", 0xA002: width, 0xA003: height}
    )
    block.get_ifd(0x8825).update({0x0001: "N", 0x0002: (48.0, 8.0, 14.5)})
    return block.tobytes()
