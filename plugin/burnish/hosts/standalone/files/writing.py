"""Writes image files: complete or not at all, and with a note about whatever the format could not hold."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path
from typing import Any

import numpy as np

from burnish.hosts.standalone.files import exif, vips
from burnish.hosts.standalone.files.contents import DTYPES, Picture
from burnish.hosts.standalone.files.destination import check_destination
from burnish.hosts.standalone.files.formats import JPEG, PNG, WEBP, FileFormat
from burnish.wire.geometry import Depth, PixelFormat, Transfer
from burnish.wire.sentences import BurnishError, Note

QUALITY = 92
"""Of JPEG and WebP, 1 to 100. From 90 on, JPEG keeps colour at full resolution; at 100, WebP loses nothing."""

_STRIP_ROWS = 256
_BIGTIFF_FROM = 3_900_000_000  # classic TIFF ends at 4 GiB, and compression may even enlarge noise


def write_picture(picture: Picture, path: Path, *, overwrite: bool = False, quality: int = QUALITY) -> tuple[Note, ...]:
    """Write a picture in the format that the file's ending names.

    It is written beside its place and moved there once it is whole, so that no half-written file ever bears the name.

    Args:
        overwrite: replace a file that is there already.
        quality: of JPEG and WebP, 1 to 100.

    Returns:
        Notes about what the format could not hold: depth or transparency.

    Raises:
        BurnishError: as check_destination does, and "format-too-small", "disk-full" or "save-failed".
    """
    file_format = check_destination(path, overwrite=overwrite)
    file_format.check_size(picture.format.width, picture.format.height)
    pixels, notes = _fitted(picture, file_format)
    target = path.resolve() if path.is_symlink() else path
    beside = target.with_name(f".{target.stem[:40]}.{secrets.token_hex(4)}{target.suffix}")
    try:
        _save(_image(picture, pixels, file_format), picture, beside, file_format, quality)
        if not overwrite and path.exists():  # somebody else made it meanwhile
            raise BurnishError("file-exists", path=str(path))
        beside.replace(target)
    except (vips.VipsError, OSError, UnicodeEncodeError) as error:
        raise _failure(error, path) from error
    except MemoryError as error:
        raise BurnishError("picture-memory", path=str(path)) from error
    finally:
        beside.unlink(missing_ok=True)
    return notes


def _fitted(picture: Picture, file_format: FileFormat) -> tuple[np.ndarray, tuple[Note, ...]]:
    """The pixels as the format can hold them, and notes about what that cost."""
    pixels, had = picture.pixels, picture.format
    notes: list[Note] = []
    depth = file_format.stored_depth(had.depth)
    if depth is not had.depth:
        pixels = _to_depth(pixels, had, depth)
        if depth is not Depth.FLOAT32:
            notes.append(Note("depth-reduced", {"name": file_format.name, "bits": depth.bytes * 8}))
    if had.has_alpha and not file_format.alpha:
        pixels = _on_white(pixels)
        notes.append(Note("alpha-flattened", {"name": file_format.name}))
    return pixels, tuple(notes)


def _to_depth(pixels: np.ndarray, pixel_format: PixelFormat, depth: Depth) -> np.ndarray:
    """Values stored otherwise, strip by strip. Linear light is encoded as sRGB where it becomes integers."""
    converted = np.empty(pixels.shape, DTYPES[depth])
    if depth is Depth.FLOAT32:
        converted[:] = pixels
        return converted
    white = int(np.iinfo(np.uint8 if depth is Depth.UINT8 else np.uint16).max)
    encode = pixel_format.transfer is Transfer.LINEAR and not pixel_format.profile
    for top in range(0, len(pixels), _STRIP_ROWS):
        strip = pixels[top : top + _STRIP_ROWS]
        if strip.dtype.kind == "u":
            narrowed = (strip.astype(np.uint32) * white + 32767) // 65535
        else:
            values = np.nan_to_num(strip.astype(np.float32), nan=0.0)
            if encode:
                colours = values.shape[2] - (1 if pixel_format.has_alpha else 0)
                values[..., :colours] = _srgb_encoded(values[..., :colours])
            narrowed = np.rint(np.clip(values, 0, 1) * white)
        converted[top : top + _STRIP_ROWS] = narrowed
    return converted


def _srgb_encoded(light: np.ndarray) -> np.ndarray:
    """Linear light, 0 to 1, by the sRGB curve (IEC 61966-2-1)."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)


def _on_white(pixels: np.ndarray) -> np.ndarray:
    """8-bit pixels with alpha in the last channel, laid over white."""
    flat = np.empty((*pixels.shape[:2], pixels.shape[2] - 1), np.uint8)
    for top in range(0, len(pixels), _STRIP_ROWS):
        strip = pixels[top : top + _STRIP_ROWS].astype(np.uint32)
        alpha = strip[..., -1:]
        flat[top : top + _STRIP_ROWS] = (strip[..., :-1] * alpha + 255 * (255 - alpha) + 127) // 255
    return flat


def _image(picture: Picture, pixels: np.ndarray, file_format: FileFormat) -> Any:
    """libvips' view of the pixels, with the profile and the metadata attached."""
    image = vips.Image.new_from_array(np.ascontiguousarray(pixels))
    grey = pixels.shape[2] <= 2
    spaces = {1: ("b-w", "srgb"), 2: ("grey16", "rgb16"), 4: ("b-w", "scrgb")}[pixels.dtype.itemsize]
    image = image.copy(interpretation=spaces[0 if grey else 1])
    metadata = picture.metadata
    if metadata.dpi is not None:
        image = image.copy(xres=metadata.dpi[0] / 25.4, yres=metadata.dpi[1] / 25.4)
    else:
        image = image.copy(xres=72 / 25.4, yres=72 / 25.4)
    profile = picture.format.profile
    if profile:
        vips.set_blob(image, "icc-profile-data", profile)
        if grey and not file_format.grey:
            image = image.icc_transform("srgb", embedded=True)
    height, width = pixels.shape[:2]
    blobs = {
        "exif-data": exif.for_saving(metadata.exif, width, height, metadata.dpi if file_format is WEBP else None),
        "xmp-data": exif.upright_xmp(metadata.xmp, width, height),
        "iptc-data": metadata.iptc,
    }
    for name, data in blobs.items():
        if data:
            vips.set_blob(image, name, data)
    vips.set_number(image, "orientation", 1)
    return image


def _save(image: Any, picture: Picture, path: Path, file_format: FileFormat, quality: int) -> None:
    name = str(path)
    if file_format is PNG:
        image.pngsave(name, compression=3, filter="all")
    elif file_format is JPEG:
        image.jpegsave(name, Q=quality, optimize_coding=True)
    elif file_format is WEBP:
        image.webpsave(name, Q=quality, lossless=quality == 100, exact=quality == 100)
    else:
        floating = image.format == "float"
        predictor = "float" if floating else "horizontal"
        big = picture.format.total_bytes > _BIGTIFF_FROM
        image.tiffsave(name, compression="lzw", predictor=predictor, bigtiff=big)
        height, width = picture.pixels.shape[:2]
        exif.add_to_tiff(path, exif.upright(picture.metadata.exif, width, height))


def _failure(error: Exception, path: Path) -> BurnishError:
    """What went wrong while writing, for the user."""
    text = str(error)
    code = getattr(error, "errno", None)
    full = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    if code in full or any(os.strerror(number) in text for number in full):
        return BurnishError("disk-full", detail=text, folder=str(path.parent))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    system = [line.removeprefix("system error:").strip() for line in lines if line.startswith("system error:")]
    reason = getattr(error, "strerror", None) or (system or lines[-1:] or ["?"])[0]
    return BurnishError("save-failed", detail=text, path=str(path), reason=reason)
