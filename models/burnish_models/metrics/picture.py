"""Reads a picture file for the judges: upright, in sRGB, with all the depth that the file has."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyvips
import torch
from numpy.typing import NDArray
from PIL import ImageCms
from torch import Tensor

from burnish.wire.sentences import BurnishError
from burnish_models.data.pictures import decode

_PEAKS = {"uchar": 255.0, "ushort": 65535.0}
_PROFILE = "icc-profile-data"
# The compact sRGB profile calls itself c2.
_SRGB_NAMES = ("srgb", "c2")


def read_picture(path: Path) -> Tensor:
    """[3, h, w], RGB, sRGB-encoded, 0 to 1, float32.

    Turned upright as the file says, converted to sRGB where it names another profile, laid on white where it is
    transparent; grey becomes three equal channels.

    Raises:
        BurnishError: "file-missing", "path-is-folder", "file-unreadable", "file-empty", "file-not-picture",
            "file-damaged" where a part of it is missing, or "pixels-unsupported" where it has no 8 or 16 bits.
    """
    data = _read(path)
    try:
        opened = pyvips.Image.new_from_buffer(data, "", fail_on="truncated")
    except pyvips.Error:
        return _tensor(decode(path))  # BMP, say, is none of libvips's formats
    if str(opened.format) not in _PEAKS:
        raise BurnishError("pixels-unsupported", path=str(path), kind=str(opened.format))
    try:
        return _tensor(_pixels_of(opened.autorot()))
    except pyvips.Error as error:
        raise BurnishError("file-damaged", detail=str(error), path=str(path)) from error


def _tensor(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Tensor:
    scaled = pixels.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)
    return torch.from_numpy(np.ascontiguousarray(scaled.transpose(2, 0, 1)))


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise BurnishError("path-is-folder", path=str(path))
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BurnishError("file-missing", path=str(path)) from error
    except OSError as error:
        raise BurnishError("file-unreadable", path=str(path), reason=error.strerror or str(error)) from error
    if not data:
        raise BurnishError("file-empty", path=str(path))
    return data


def _pixels_of(picture: pyvips.Image) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """uint8 or uint16 [h, w, 3] in sRGB. Raises pyvips.Error where the file is damaged."""
    wide = picture.format == "ushort"
    peak = _PEAKS[str(picture.format)]
    if picture.hasalpha():
        picture = picture.flatten(background=[peak], max_alpha=peak).cast(picture.format)
    profile = picture.get(_PROFILE) if picture.get_typeof(_PROFILE) else None
    if isinstance(profile, bytes) and not _is_srgb(profile):
        picture = picture.icc_transform("srgb", embedded=True, intent="relative", depth=16 if wide else 8)
    elif picture.interpretation == "cmyk":
        picture = picture.icc_transform("srgb", input_profile="cmyk", intent="relative", depth=16 if wide else 8)
    if picture.bands < 3:
        picture = picture[0].bandjoin([picture[0], picture[0]])
    return picture[0:3].numpy()


def _is_srgb(profile: bytes) -> bool:
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return True  # what cannot be read cannot be applied either
    return name.strip().lower().startswith(_SRGB_NAMES) or "srgb" in name.lower()
