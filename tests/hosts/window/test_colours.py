"""Pixels on the screen: every depth, with and without alpha and profile, against Pillow's LittleCMS."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from burnish.hosts.standalone.colours import ScreenColours, picture_from_image, profile_name
from burnish.hosts.standalone.files.contents import DTYPES
from burnish.qt import QtGui
from burnish.wire.geometry import Depth, PixelFormat, Transfer


def shown(image: QtGui.QImage) -> np.ndarray:
    """[height, width, 4] straight RGBA as the screen would get it."""
    rgba = image.convertToFormat(QtGui.QImage.Format.Format_RGBA8888)
    return np.frombuffer(rgba.constBits().asstring(rgba.sizeInBytes()), np.uint8).reshape(
        image.height(), image.width(), 4
    )


def block(depth: Depth, channels: int, seed: int = 3) -> np.ndarray:
    values = np.random.default_rng(seed).random((16, 24, channels))
    if depth in (Depth.UINT8, Depth.UINT16):
        values = values * np.iinfo(DTYPES[depth]).max
    return values.astype(DTYPES[depth])


def as_bytes(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "f":
        return np.clip(values.astype(np.float64), 0, 1) * 255
    return values.astype(np.float64) * 255 / np.iinfo(values.dtype).max


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("channels", [1, 3])
def test_values_without_a_profile_are_shown_as_they_are(depth, channels):
    values = block(depth, channels)
    image = ScreenColours(PixelFormat(24, 16, depth, channels)).image(values)
    assert image.format() == QtGui.QImage.Format.Format_RGB32
    expected = np.broadcast_to(as_bytes(values), (16, 24, 3))
    assert np.abs(shown(image)[..., :3] - expected).max() <= 1


@pytest.mark.parametrize("channels", [2, 4])
def test_alpha_is_kept(channels):
    values = block(Depth.UINT8, channels)
    values[..., -1] = np.linspace(0, 255, 24).astype(np.uint8)
    image = ScreenColours(PixelFormat(24, 16, Depth.UINT8, channels)).image(values)
    assert image.format() == QtGui.QImage.Format.Format_ARGB32_Premultiplied
    assert np.array_equal(shown(image)[..., 3], values[..., -1])


def test_blue_first_is_understood():
    values = block(Depth.UINT8, 3)
    image = ScreenColours(PixelFormat(24, 16, Depth.UINT8, 3, bgr=True)).image(values)
    assert np.array_equal(shown(image)[..., :3], values[..., ::-1])


def test_linear_float_is_encoded_for_the_screen():
    values = np.full((2, 2, 3), 0.2140411, np.float32)  # sRGB 0.5, by IEC 61966-2-1
    image = ScreenColours(PixelFormat(2, 2, Depth.FLOAT32, 3, transfer=Transfer.LINEAR)).image(values)
    assert np.abs(shown(image)[..., :3].astype(int) - 127.5).max() <= 0.5


def test_numbers_that_are_none_do_not_break_the_display():
    values = np.array([[[np.nan, np.inf, -np.inf]]], np.float32)
    image = ScreenColours(PixelFormat(1, 1, Depth.FLOAT32, 3)).image(values)
    assert shown(image)[0, 0, :3].tolist() == [0, 255, 0]


def test_what_is_not_finished_is_transparent():
    mask = np.zeros((16, 24), bool)
    mask[4:8, 2:10] = True
    image = ScreenColours(PixelFormat(24, 16, Depth.UINT8, 3)).image(block(Depth.UINT8, 3), mask)
    assert np.array_equal(shown(image)[..., 3] == 255, mask)
    assert np.array_equal(shown(image)[..., 3] == 0, ~mask)


@pytest.mark.parametrize("depth", [Depth.UINT8, Depth.UINT16, Depth.FLOAT32])
def test_a_wide_profile_is_brought_to_srgb(depth):
    profile = wide_profile()
    values = np.clip(block(depth, 3), None, None)
    image = ScreenColours(PixelFormat(24, 16, depth, 3, profile=profile)).image(values)
    eight = np.round(as_bytes(values)).astype(np.uint8)
    reference = ImageCms.profileToProfile(
        Image.fromarray(eight),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    difference = np.abs(shown(image)[..., :3].astype(int) - np.asarray(reference).astype(int))
    assert np.abs(np.asarray(reference).astype(int) - eight).max() > 20  # the profile does something
    # dark values of 8-bit linear-light mathematics differ most between the two engines
    assert difference.max() <= 4
    assert difference.mean() < 0.7


def wide_profile() -> bytes:
    """Display P3, as Qt writes it."""
    space = QtGui.QColorSpace(QtGui.QColorSpace.NamedColorSpace.DisplayP3)
    return bytes(space.iccProfile().data())


def test_a_grey_profile_changes_the_greys():
    profile = grey_profile(1.0)
    values = np.full((4, 4, 1), 128, np.uint8)
    image = ScreenColours(PixelFormat(4, 4, Depth.UINT8, 1, profile=profile)).image(values)
    assert abs(int(shown(image)[0, 0, 0]) - 188) <= 1  # half the light is 188 in sRGB


def grey_profile(gamma: float) -> bytes:
    """A minimal ICC v2 profile of one grey channel with a pure gamma, written by hand from the specification."""
    import struct

    white = b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in (0.9642, 1.0, 0.8249)))
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"grey\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + b"\0" * (78 + 4)
    description += b"\0" * (-len(description) % 4)
    tags = ((b"wtpt", white), (b"kTRC", curve), (b"desc", description))
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        table += name + struct.pack(">II", offset + len(data), len(content))
        data += content
    size = 128 + len(table) + len(data)
    header = struct.pack(">I4sI4s4s4s", size, b"test", 0x02400000, b"mntr", b"GRAY", b"XYZ ") + b"\0" * 12 + b"acsp"
    header += b"\0" * 28 + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + table + data


def test_a_clipboard_image_becomes_pixels():
    image = QtGui.QImage(5, 4, QtGui.QImage.Format.Format_ARGB32)
    image.fill(QtGui.QColor(10, 20, 30, 40))
    pixel_format, pixels = picture_from_image(image)
    assert (pixel_format.width, pixel_format.height, pixel_format.channels) == (5, 4, 4)
    assert pixels[0, 0].tolist() == [10, 20, 30, 40]
    opaque = QtGui.QImage(5, 4, QtGui.QImage.Format.Format_RGB32)
    opaque.fill(QtGui.QColor(1, 2, 3))
    assert picture_from_image(opaque)[1].shape == (4, 5, 3)


def test_a_profile_says_its_name():
    assert "P3" in profile_name(wide_profile())
    assert profile_name(b"") == ""
