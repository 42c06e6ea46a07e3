"""Files as the judges see them: every depth, every colour space, transparency, orientation, and broken ones."""

from __future__ import annotations

import io
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from burnish.wire.sentences import BurnishError
from burnish_models.metrics.picture import read_picture
from metrics.variants import DATA, picture


def as_levels(path: Path, peak: float = 255.0) -> np.ndarray:
    """[h, w, 3] in levels of the file's depth."""
    return read_picture(path).permute(1, 2, 0).double().numpy() * peak


@pytest.mark.parametrize("name", ["astronaut.png", "chelsea.png"])
def test_8_bit_levels_are_those_of_the_file(name: str) -> None:
    np.testing.assert_allclose(as_levels(DATA / name), picture(name), atol=1e-4)


@pytest.mark.parametrize("ending", ["png", "tif", "bmp"])
def test_what_loses_nothing_comes_back(tmp_path: Path, ending: str) -> None:
    levels = picture("chelsea.png")[:40, :50]
    Image.fromarray(levels.astype(np.uint8)).save(tmp_path / f"x.{ending}")
    np.testing.assert_allclose(as_levels(tmp_path / f"x.{ending}"), levels, atol=1e-4)


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_16_bit_levels_keep_their_depth(tmp_path: Path, ending: str) -> None:
    levels = np.random.default_rng(0).integers(0, 65536, (20, 30, 3)).astype(np.uint16)
    cv2.imwrite(str(tmp_path / f"x.{ending}"), levels[:, :, ::-1])
    np.testing.assert_allclose(as_levels(tmp_path / f"x.{ending}", 65535.0), levels, atol=0.01)


def test_grey_becomes_three_equal_channels(tmp_path: Path) -> None:
    grey = np.random.default_rng(0).integers(0, 256, (20, 30)).astype(np.uint8)
    Image.fromarray(grey).save(tmp_path / "x.png")
    np.testing.assert_allclose(as_levels(tmp_path / "x.png"), np.repeat(grey[:, :, None], 3, axis=2), atol=1e-4)


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:, :, 0] = 200
    pixels[:2, :, 3] = 255
    Image.fromarray(pixels).save(tmp_path / "x.png")
    found = as_levels(tmp_path / "x.png")
    np.testing.assert_allclose(found[:2], np.broadcast_to([200, 0, 0], (2, 4, 3)), atol=1e-4)
    np.testing.assert_allclose(found[2:], 255, atol=1e-4)


def test_a_picture_is_turned_upright(tmp_path: Path) -> None:
    levels = picture("chelsea.png")[:40, :50].astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° clockwise
    Image.fromarray(levels).save(tmp_path / "x.png", exif=exif)
    np.testing.assert_allclose(as_levels(tmp_path / "x.png"), np.rot90(levels, -1), atol=1e-4)


def profile(description: str, gamma: float) -> bytes:
    """An RGB profile with sRGB's primaries and another tone curve."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(made[128:132], "big")
    for entry in range(count):
        tag = made[132 + 12 * entry : 144 + 12 * entry]
        name, offset = bytes(tag[:4]), int.from_bytes(tag[4:8], "big")
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            made[offset : offset + 16] = b"curv" + bytes(4) + (1).to_bytes(4, "big") + bytes(4)
            made[offset + 12 : offset + 14] = int(gamma * 256).to_bytes(2, "big")
        if name == b"desc":
            text = description.encode("utf-16-be")
            start = offset + int.from_bytes(made[offset + 24 : offset + 28], "big")
            length = int.from_bytes(made[offset + 20 : offset + 24], "big")
            made[start : start + length] = (text + b"\0\x20" * length)[:length]
    return bytes(made)


def test_another_profile_is_converted_to_srgb(tmp_path: Path) -> None:
    levels = np.repeat(np.arange(0, 256, 5, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(8, axis=0)
    linear = profile("line", 1.0)
    assert "rgb" not in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(linear))).lower()
    Image.fromarray(levels).save(tmp_path / "x.png", icc_profile=linear)
    light = levels / 255.0
    expected = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    np.testing.assert_allclose(as_levels(tmp_path / "x.png"), expected, atol=1.6)


def test_an_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    levels = picture("chelsea.png")[:40, :50]
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(levels.astype(np.uint8)).save(tmp_path / "x.png", icc_profile=srgb)
    np.testing.assert_allclose(as_levels(tmp_path / "x.png"), levels, atol=1e-4)


def failure(path: Path) -> str:
    with pytest.raises(BurnishError) as caught:
        read_picture(path)
    assert str(path) in caught.value.failure.message and caught.value.failure.hint
    return caught.value.failure.code


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("no picture at all")
    for name in ("astronaut.png", "coffee.jpg"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes()[:20_000])
    cv2.imwrite(str(tmp_path / "float.tif"), np.zeros((4, 4, 3), np.float32))
    assert failure(tmp_path / "none.png") == "file-missing"
    assert failure(tmp_path) == "path-is-folder"
    assert failure(tmp_path / "empty.png") == "file-empty"
    assert failure(tmp_path / "text.png") == "file-not-picture"
    assert failure(tmp_path / "astronaut.png") == "file-damaged"
    assert failure(tmp_path / "coffee.jpg") == "file-damaged"
    assert failure(tmp_path / "float.tif") == "pixels-unsupported"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_that_may_not_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes((DATA / "chelsea.png").read_bytes())
    path.chmod(0)
    assert failure(path) == "file-unreadable"
