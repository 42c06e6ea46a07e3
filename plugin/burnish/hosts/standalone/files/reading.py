"""Reads image files: upright, straight alpha, full depth, with everything the file says about its picture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from burnish.hosts.standalone.files import exif, tags, vips
from burnish.hosts.standalone.files.contents import Metadata, Picture
from burnish.hosts.standalone.files.formats import (
    HEAD_BYTES,
    JPEG,
    PNG,
    TIFF,
    WEBP,
    FileFormat,
    every_suffix,
    format_of,
)
from burnish.hosts.standalone.files.tags import Directory
from burnish.wire.geometry import Depth, PixelFormat, Transfer
from burnish.wire.sentences import BurnishError, Note

MOST_PIXELS = 500_000_000
"""A picture beyond this is refused unless asked for: a small file can claim any size and fill the memory."""

_LOADERS = {PNG: "pngload", JPEG: "jpegload", WEBP: "webpload", TIFF: "tiffload"}
_GREY = ("b-w", "grey16")
_COLOUR = ("srgb", "rgb", "rgb16", "scrgb")
_COUNTED = ("multiband", "matrix", "histogram")  # libvips names no meaning; the number of channels gives it
_PROFILE_SPACES = {1: b"GRAY", 2: b"GRAY", 3: b"RGB ", 4: b"RGB "}

_STRIPS_AND_TILES = ((273, 279), (324, 325))  # where the pixels are, and how many bytes they take
_RESOLUTION = 282


def read_picture(path: Path, *, allow_huge: bool = False) -> Picture:
    """Read a picture, upright, as the file's own depth has it.

    Palettes and single bits become 8-bit values; CMYK and Lab become sRGB, through the embedded profile where there
    is one. Float values without a profile are taken as linear light. Only the first page of several is read.

    Args:
        allow_huge: read pictures of more than MOST_PIXELS pixels.

    Raises:
        BurnishError: "file-missing", "path-is-folder", "file-unreadable", "file-empty", "file-not-picture",
            "file-damaged", "file-too-large" or "pixels-unsupported".
    """
    file_format = _sniff(path)
    directory = _tiff_directory(path) if file_format is TIFF else None
    try:
        image = _opened(path, file_format, allow_huge)
        return _Reader(path, file_format, directory, image).picture()
    except vips.VipsError as error:
        raise BurnishError("file-damaged", detail=str(error), path=str(path)) from error
    except UnicodeEncodeError as error:  # libvips takes UTF-8 names only
        raise BurnishError("file-unreadable", path=str(path), reason=error.reason) from error
    except MemoryError as error:
        raise BurnishError("picture-memory", path=str(path)) from error


def _sniff(path: Path) -> FileFormat:
    """The format by the file's first bytes."""
    try:
        if path.is_dir():
            raise BurnishError("path-is-folder", path=str(path))
        # a pipe or a device is not opened: it could make us wait for ever
        head = _head(path) if path.is_file() or not path.exists() else b"\0"
    except FileNotFoundError as error:
        raise BurnishError("file-missing", path=str(path)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BurnishError("file-unreadable", path=str(path), reason=reason) from error
    if not head:
        raise BurnishError("file-empty", path=str(path))
    file_format = format_of(head)
    if file_format is None:
        raise BurnishError("file-not-picture", path=str(path), known=", ".join(every_suffix()))
    return file_format


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _opened(path: Path, file_format: FileFormat, allow_huge: bool) -> Any:
    """The image with its header read and its size checked; no pixel has been decoded."""
    options: dict[str, Any] = {"access": "sequential", "fail_on": "error"}
    if allow_huge and file_format is not WEBP:
        options["unlimited"] = True
    image = getattr(vips.Image, _LOADERS[file_format])(str(path), **options)
    if image.width * image.height > MOST_PIXELS and not allow_huge:
        size = {"width": image.width, "height": image.height}
        raise BurnishError("file-too-large", path=str(path), limit=MOST_PIXELS // 1_000_000, **size)
    return image


class _Reader:
    """One file on its way to a Picture; collects the notes for the user."""

    def __init__(self, path: Path, file_format: FileFormat, directory: Directory | None, image: Any) -> None:
        self.path = path
        self.file_format = file_format
        self.directory = directory
        self.image = image
        self.notes: list[Note] = []
        self.pages = vips.number(image, "n-pages", 1)

    def picture(self) -> Picture:
        orientation = vips.number(self.image, "orientation", 1)
        exif_block = exif.without_marker(vips.blob(self.image, "exif-data"))
        if self.directory is not None:
            exif_block = exif.from_tiff(self.directory)
        xmp = vips.blob(self.image, "xmp-data")
        iptc = vips.blob(self.image, "iptc-data")
        dpi = self._resolution(exif_block)
        if self.pages > 1:
            self.notes.append(Note("first-page", {"pages": self.pages}))

        self._bring_to_grey_or_rgb()
        pixels = self._decoded()
        profile = self._profile(pixels.shape[2])
        pixels = _turned_upright(pixels, orientation)
        if orientation >= 5 and dpi is not None:
            dpi = dpi[1], dpi[0]

        height, width, channels = pixels.shape
        depth = Depth(pixels.dtype.name)
        transfer = Transfer.LINEAR if depth is Depth.FLOAT32 and not profile else Transfer.SRGB
        return Picture(
            PixelFormat(width, height, depth, channels, profile=profile, transfer=transfer),
            pixels,
            Metadata(
                kind=self.file_format.name,
                exif=exif.upright(exif_block, width, height),
                xmp=exif.upright_xmp(xmp, width, height),
                iptc=iptc,
                dpi=dpi,
            ),
            tuple(self.notes),
        )

    def _resolution(self, exif_block: bytes) -> tuple[float, float] | None:
        if self.file_format is WEBP:
            return exif.resolution_of(exif_block)
        if self.directory is not None and _RESOLUTION not in self.directory.entries:
            return None
        return self.image.xres * 25.4, self.image.yres * 25.4

    def _bring_to_grey_or_rgb(self) -> None:
        """Convert colour spaces that are neither grey nor RGB, and drop channels that no layer has."""
        space = self.image.interpretation
        deep = self.image.format != "uchar"
        if space == "cmyk":
            self.image = self.image.icc_transform(
                "srgb", input_profile="cmyk", embedded=True, intent="relative", depth=16 if deep else 8
            )
            self.notes.append(Note("converted-to-srgb", {"space": "CMYK"}))
        elif space not in (*_GREY, *_COLOUR, *_COUNTED):
            self.image = self.image.colourspace("rgb16" if deep else "srgb")
            self.notes.append(Note("converted-to-srgb", {"space": space.capitalize()}))
        channels = {"grey": 2, "colour": 4}["grey" if self.image.interpretation in _GREY else "colour"]
        if self.image.bands > channels:
            self.image = self.image.extract_band(0, n=channels)
            self.notes.append(Note("channels-dropped"))

    def _decoded(self) -> np.ndarray:
        """All pixels as [height, width, channels] of a depth that Burnish has."""
        pixels: np.ndarray = self.image.numpy()
        if pixels.ndim == 2:
            pixels = pixels[..., np.newaxis]
        kind = pixels.dtype.name
        if kind in ("uint8", "uint16", "float32"):
            return pixels
        if kind == "uint32":
            return (pixels >> 16).astype(np.uint16)
        if kind == "float64":
            return pixels.astype(np.float32)
        raise BurnishError("pixels-unsupported", path=str(self.path), kind=kind)

    def _profile(self, channels: int) -> bytes:
        """The ICC profile, unless it is damaged or made for another kind of pixels."""
        profile = vips.blob(self.image, "icc-profile-data")
        if profile and (profile[36:40] != b"acsp" or profile[16:20] != _PROFILE_SPACES[channels]):
            self.notes.append(Note("profile-dropped"))
            return b""
        return profile


def _turned_upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Pixels as EXIF's orientation (1 to 8) wants them seen."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _tiff_directory(path: Path) -> Directory | None:
    """A TIFF's first directory, after making sure that all of it and of its pixels is there; None for BigTIFF."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size

        def read_at(offset: int, length: int) -> bytes:
            if offset + length > size:
                raise EOFError(f"{length} bytes wanted at {offset} of {size}")
            file.seek(offset)
            return file.read(length)

        if file.read(4) in (b"II+\0", b"MM\0+"):
            return None
        try:
            directory = tags.read_structure(read_at)
        except (EOFError, ValueError) as error:
            raise BurnishError("file-damaged", detail=str(error), path=str(path)) from error
    for offsets, counts in _STRIPS_AND_TILES:
        ends = [
            start + count for start, count in zip(directory.numbers(offsets), directory.numbers(counts), strict=False)
        ]
        if ends and max(ends) > size:
            raise BurnishError("file-damaged", detail=f"pixels until {max(ends)} of {size}", path=str(path))
    return directory
