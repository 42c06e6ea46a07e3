"""A picture's own values as sRGB images for the screen. Runs on any thread but is meant for the display thread."""

from __future__ import annotations

import numpy as np

from burnish.qt import QtCore, QtGui
from burnish.wire.geometry import Depth, PixelFormat, Transfer

_Format = QtGui.QImage.Format
_LUT_STEPS = 4096


class ScreenColours:
    """Converts blocks of one picture, whatever its depth, channels and profile, to images that Qt draws fastest."""

    def __init__(self, pixels: PixelFormat) -> None:
        self._pixels = pixels
        self._srgb = QtGui.QColorSpace(QtGui.QColorSpace.NamedColorSpace.SRgb)
        self._space = self._profile_space()
        self._grey = self._grey_table() if self._space is not None and pixels.channels < 3 else None

    def image(self, block: np.ndarray, mask: np.ndarray | None = None) -> QtGui.QImage:
        """A block [height, width, channels] of the picture as RGB32, or ARGB32_Premultiplied where it has alpha.

        mask: bool [height, width]; what is False becomes transparent.
        """
        deep = self._space is not None and block.dtype != np.uint8
        values = self._as_integers(block, deep)
        colour, alpha = self._split(values)
        image = self._wrapped(colour, alpha if mask is None else self._masked(colour, alpha, mask))
        if self._space is not None and self._grey is None:
            image.setColorSpace(self._space)
            image.convertToColorSpace(self._srgb)
        transparent = alpha is not None or mask is not None
        image = image.convertToFormat(_Format.Format_ARGB32_Premultiplied if transparent else _Format.Format_RGB32)
        image.setColorSpace(QtGui.QColorSpace())
        return image

    def _profile_space(self) -> QtGui.QColorSpace | None:
        """The profile as Qt understands it; None where it is sRGB, missing or beyond Qt, which all look as sRGB."""
        if not self._pixels.profile:
            return None
        space = QtGui.QColorSpace.fromIccProfile(QtCore.QByteArray(self._pixels.profile))
        if not space.isValid() or space == self._srgb:
            return None
        return space

    def _grey_table(self) -> np.ndarray | None:
        """What a grey profile makes of each value: its ramp, converted once."""
        assert self._space is not None
        ramp = np.linspace(0, 65535, _LUT_STEPS).round().astype(np.uint16)
        image = QtGui.QImage(ramp.tobytes(), _LUT_STEPS, 1, _LUT_STEPS * 2, _Format.Format_Grayscale16).copy()
        image.setColorSpace(self._space)
        if not image.colorSpace().isValid():
            return None
        converted = image.convertedToColorSpace(self._srgb, _Format.Format_RGBA8888)
        if converted.isNull():
            return None
        return _bytes_of(converted)[0, :_LUT_STEPS, 0].copy()

    def _as_integers(self, block: np.ndarray, deep: bool) -> np.ndarray:
        """uint8, or uint16 where a profile is still to be applied to more than 8 bits."""
        if block.dtype == np.uint8:
            return block
        if block.dtype == np.uint16:
            return block if deep else (block >> 8).astype(np.uint8)
        values = np.clip(np.nan_to_num(block.astype(np.float32), nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
        if not self._pixels.profile and self._pixels.transfer is Transfer.LINEAR:
            colours = values.shape[2] - (1 if self._pixels.has_alpha else 0)
            values[..., :colours] = _srgb_encoded(values[..., :colours])
        return (values * 65535 + 0.5).astype(np.uint16) if deep else (values * 255 + 0.5).astype(np.uint8)

    def _split(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """RGB [h, w, 3] and alpha [h, w] or None."""
        alpha = values[..., -1] if self._pixels.has_alpha else None
        if self._pixels.channels < 3:
            grey = values[..., 0]
            if self._grey is not None:
                top = np.iinfo(grey.dtype).max
                grey = self._grey[(grey.astype(np.uint32) * (_LUT_STEPS - 1) // top)]
                alpha = alpha if alpha is None or alpha.dtype == np.uint8 else (alpha >> 8).astype(np.uint8)
            return np.repeat(grey[..., None], 3, axis=2), alpha
        colour = values[..., :3]
        return (colour[..., ::-1] if self._pixels.bgr else colour), alpha

    @staticmethod
    def _masked(colour: np.ndarray, alpha: np.ndarray | None, mask: np.ndarray) -> np.ndarray:
        opaque = np.full(mask.shape, np.iinfo(colour.dtype).max, colour.dtype) if alpha is None else alpha
        return np.where(mask, opaque, 0).astype(colour.dtype)

    @staticmethod
    def _wrapped(colour: np.ndarray, alpha: np.ndarray | None) -> QtGui.QImage:
        """An image with its own copy of the values, four channels of them because Qt converts those fastest."""
        height, width = colour.shape[:2]
        rgba = np.empty((height, width, 4), colour.dtype)
        rgba[..., :3] = colour
        rgba[..., 3] = np.iinfo(colour.dtype).max if alpha is None else alpha
        eight = colour.dtype == np.uint8
        if alpha is None:
            kind = _Format.Format_RGBX8888 if eight else _Format.Format_RGBX64
        else:
            kind = _Format.Format_RGBA8888 if eight else _Format.Format_RGBA64
        return QtGui.QImage(rgba.tobytes(), width, height, width * rgba.itemsize * 4, kind).copy()


def picture_from_image(image: QtGui.QImage) -> tuple[PixelFormat, np.ndarray]:
    """A Qt image (from the clipboard) as pixels [height, width, 3 or 4], 8 bits, with its profile if it has one."""
    has_alpha = image.hasAlphaChannel()
    converted = image.convertToFormat(_Format.Format_RGBA8888)
    rgba = _bytes_of(converted)
    pixels = np.ascontiguousarray(rgba if has_alpha else rgba[..., :3])
    space = image.colorSpace()
    profile = bytes(space.iccProfile().data()) if space.isValid() else b""
    return PixelFormat(image.width(), image.height(), Depth.UINT8, pixels.shape[2], profile=profile), pixels


def profile_name(profile: bytes) -> str:
    """What a profile calls itself, such as "Display P3"; empty without one."""
    if not profile:
        return ""
    return QtGui.QColorSpace.fromIccProfile(QtCore.QByteArray(profile)).description()


def _bytes_of(image: QtGui.QImage) -> np.ndarray:
    """The values of a four-channel 8-bit image: [height, width, 4], a copy."""
    bits = image.constBits()
    assert bits is not None
    rows = np.frombuffer(bits.asstring(image.sizeInBytes()), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)


def _srgb_encoded(light: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1, on values from 0 to 1."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
