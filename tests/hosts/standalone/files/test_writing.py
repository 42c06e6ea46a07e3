"""Writing: what a format can hold comes back unchanged, what it cannot is said, and no half-written file is left."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from burnish.hosts.standalone.files.picture import Metadata, Picture, read_picture, write_picture
from burnish.wire.geometry import Depth, PixelFormat, Transfer
from burnish.wire.sentences import BurnishError
from hosts.standalone.files.samples import (
    camera_exif,
    decode_png,
    noise,
    photo,
    srgb_profile,
    wide_profile,
)

SUFFIXES = (".png", ".jpg", ".webp", ".tif")


def picture_of(pixels: np.ndarray, profile: bytes = b"", metadata: Metadata | None = None) -> Picture:
    height, width, channels = pixels.shape
    transfer = Transfer.LINEAR if pixels.dtype.kind == "f" and not profile else Transfer.SRGB
    pixel_format = PixelFormat(width, height, Depth(pixels.dtype.name), channels, profile=profile, transfer=transfer)
    return Picture(pixel_format, pixels, metadata or Metadata())


def exif_values(path: Path) -> dict[int, object]:
    with Image.open(path) as image:
        block = image.getexif()
        return {**block, **block.get_ifd(0x8769), "position": dict(block.get_ifd(0x8825))}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_holds_every_integer_format(tmp_path: Path, channels: int, dtype: type) -> None:
    pixels = noise(13, 17, channels, dtype)
    notes = write_picture(picture_of(pixels), tmp_path / "out.png")
    assert np.array_equal(decode_png((tmp_path / "out.png").read_bytes()), pixels)
    assert notes == ()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_tiff_holds_every_format(tmp_path: Path, channels: int, dtype: type) -> None:
    pixels = noise(13, 17, channels, dtype)
    notes = write_picture(picture_of(pixels), tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        page = file.pages[0]
        extra = [sample.name for sample in page.extrasamples]
        assert extra == (["UNASSALPHA"] if channels in (2, 4) else [])
    assert notes == ()
    assert np.array_equal(read_picture(tmp_path / "out.tif").pixels, pixels)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bit_rgba_with_a_profile_returns_whole(tmp_path: Path, suffix: str) -> None:
    pixels = noise(40, 50, 4, np.uint16)
    pixels[:10, :, 3] = 0  # colours under full transparency are kept, too
    path = tmp_path / f"out{suffix}"
    write_picture(picture_of(pixels, wide_profile(), Metadata(dpi=(300, 150))), path)
    again = read_picture(path)
    assert np.array_equal(again.pixels, pixels)
    assert again.format.profile == wide_profile() != srgb_profile()
    assert again.metadata.dpi == pytest.approx((300, 150), rel=1e-3)


@pytest.mark.parametrize("source", SUFFIXES)
@pytest.mark.parametrize("target", SUFFIXES)
def test_metadata_goes_from_any_format_to_any(tmp_path: Path, source: str, target: str) -> None:
    first, second = tmp_path / f"in{source}", tmp_path / f"out{target}"
    original = read_picture(_photo_with_everything(tmp_path))
    write_picture(original, first)
    scaled = read_picture(first)
    doubled = np.repeat(np.repeat(scaled.pixels, 2, axis=0), 2, axis=1)
    write_picture(scaled.with_pixels(replace(scaled.format, width=160, height=120), doubled), second)

    values = exif_values(second)
    assert values[0x010F] == "Maker & Sons"
    assert values[0x829A] == pytest.approx(1 / 125)
    assert values["position"][2] == pytest.approx((48.0, 8.0, 14.5))
    assert (values[0xA002], values[0xA003]) == (160, 120), "the dimensions are those of the new picture"
    assert values.get(0x0112, 1) == 1
    again = read_picture(second)
    assert again.format.profile == srgb_profile()
    assert again.metadata.dpi == pytest.approx((300, 300), rel=1e-3)
    assert b'tiff:Orientation="1"' in again.metadata.xmp
    assert b"<exif:PixelXDimension>160<" in again.metadata.xmp


def _photo_with_everything(folder: Path) -> Path:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6" '
        b'xmlns:exif="http://ns.adobe.com/exif/1.0/"><exif:PixelXDimension>60</exif:PixelXDimension>'
        b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    path = folder / "camera.jpg"
    turned = photo(80, 60).transpose(Image.Transpose.ROTATE_90)
    turned.save(path, exif=camera_exif(6, 60, 80), icc_profile=srgb_profile(), dpi=(300, 300), xmp=packet, quality=95)
    return path


def test_the_old_thumbnail_is_not_kept(tmp_path: Path) -> None:
    photo().save(tmp_path / "in.jpg", exif=_with_thumbnail(camera_exif()))
    with Image.open(tmp_path / "in.jpg") as image:
        assert 0x0201 in image.getexif().get_ifd(ExifTags.IFD.IFD1), "the file under test has a thumbnail"
    write_picture(read_picture(tmp_path / "in.jpg"), tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as image:
        assert 0x0201 not in image.getexif().get_ifd(ExifTags.IFD.IFD1)
        assert image.getexif()[0x010F] == "Maker & Sons"


def _with_thumbnail(block: bytes) -> bytes:
    """A camera's EXIF with a second directory that points to a small JPEG."""
    structure = bytearray(block.removeprefix(b"Exif\0\0"))
    order = "<" if structure.startswith(b"II") else ">"
    (count,) = struct.unpack_from(f"{order}H", structure, 8)
    struct.pack_into(f"{order}I", structure, 10 + 12 * count, len(structure))
    jpeg = io.BytesIO()
    photo(16, 12).save(jpeg, "JPEG")
    place = len(structure) + 2 + 2 * 12 + 4
    values = (2, 0x0201, 4, 1, place, 0x0202, 4, 1, len(jpeg.getvalue()), 0)
    structure += struct.pack(f"{order}HHHIIHHIII", *values) + jpeg.getvalue()
    return b"Exif\0\0" + bytes(structure)


@given(exif=st.binary(max_size=200), cut=st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_damaged_exif_costs_the_exif_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, exif: bytes, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("exif")
    pixels = noise(8, 8, 3, np.uint8)
    for number, block in enumerate((b"II*\0\x08\0\0\0" + exif, camera_exif()[6:][:cut])):
        for suffix in (".png", ".tif", ".jpg"):
            path = folder / f"{number}{suffix}"
            write_picture(picture_of(pixels, metadata=Metadata(exif=block)), path)
            assert read_picture(path).pixels.shape == pixels.shape


def test_jpeg_gets_8_bits_on_white_and_says_so(tmp_path: Path) -> None:
    pixels = np.full((16, 16, 4), 65535, np.uint16)
    pixels[:, :8] = (0, 0, 0, 0)
    pixels[:, 8:] = (30000, 30000, 30000, 32768)
    notes = write_picture(picture_of(pixels), tmp_path / "out.jpg", quality=100)
    assert [note.code for note in notes] == ["depth-reduced", "alpha-flattened"]
    assert all(note.text for note in notes)
    written = np.asarray(Image.open(tmp_path / "out.jpg").convert("RGB")).astype(int)
    assert np.abs(written[:, :8] - 255).max() <= 1
    expected = 30000 / 257 * 0.5 + 255 * 0.5
    assert np.abs(written[:, 8:] - expected).max() <= 2


def test_16_bits_become_the_nearest_8(tmp_path: Path) -> None:
    pixels = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1).repeat(3, axis=2)
    write_picture(picture_of(np.ascontiguousarray(pixels)), tmp_path / "out.webp", quality=100)
    written = np.asarray(Image.open(tmp_path / "out.webp").convert("RGB"))
    assert np.array_equal(written, np.rint(pixels / 257).astype(np.uint8))


def test_linear_float_is_encoded_when_it_becomes_png(tmp_path: Path) -> None:
    light = np.array([[[-0.5], [0.0], [0.002], [0.2140], [0.5], [1.0], [7.0], [np.nan]]], np.float32)
    notes = write_picture(picture_of(light), tmp_path / "out.png")
    written = decode_png((tmp_path / "out.png").read_bytes())[0, :, 0] / 65535
    assert written == pytest.approx([0, 0, 0.02584, 0.5, 0.735357, 1, 1, 0], abs=2e-4)
    assert [note.code for note in notes] == ["depth-reduced"]


def test_float_with_a_profile_keeps_its_values(tmp_path: Path) -> None:
    values = noise(8, 8, 4, np.float32)
    write_picture(picture_of(values, wide_profile()), tmp_path / "out.png")
    written = decode_png((tmp_path / "out.png").read_bytes()) / 65535
    assert np.abs(written - values).max() <= 0.5 / 65535 + 1e-7


def test_grey_becomes_colour_in_webp(tmp_path: Path) -> None:
    pixels = noise(8, 8, 1, np.uint8)
    write_picture(picture_of(pixels), tmp_path / "out.webp", quality=100)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out.webp").convert("L")), pixels[..., 0])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nothing_is_overwritten_unasked(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    path.write_bytes(b"precious")
    picture = picture_of(noise(8, 8, 3, np.uint8))
    with pytest.raises(BurnishError) as caught:
        write_picture(picture, path)
    assert caught.value.failure.code == "file-exists"
    assert path.read_bytes() == b"precious"
    write_picture(picture, path, overwrite=True)
    assert read_picture(path).pixels.shape == (8, 8, 3)
    assert os.listdir(tmp_path) == [path.name]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    picture = picture_of(noise(8, 8, 3, np.uint8))
    (tmp_path / "file.txt").touch()
    (tmp_path / "folder.png").mkdir()
    for name, code in (
        ("missing/out.png", "folder-missing"),
        ("file.txt/out.png", "folder-missing"),
        ("out.bmp", "format-unknown"),
        ("out", "format-unknown"),
        ("folder.png", "path-is-folder"),
    ):
        with pytest.raises(BurnishError) as caught:
            write_picture(picture, tmp_path / name)
        assert caught.value.failure.code == code
        assert caught.value.failure.message and caught.value.failure.hint
    assert sorted(os.listdir(tmp_path)) == ["file.txt", "folder.png"]


def test_a_picture_too_large_for_its_format(tmp_path: Path) -> None:
    wide = picture_of(np.zeros((1, 16384, 3), np.uint8))
    with pytest.raises(BurnishError) as caught:
        write_picture(wide, tmp_path / "out.webp")
    assert caught.value.failure.code == "format-too-small"
    assert os.listdir(tmp_path) == []


_FILL = """
import resource, sys
import numpy as np
from pathlib import Path
from burnish.hosts.standalone.files.picture import Picture, write_picture
from burnish.wire.geometry import Depth, PixelFormat
from burnish.wire.sentences import BurnishError
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
pixels = np.random.default_rng(0).integers(0, 256, (600, 600, 3), dtype=np.uint8)
try:
    write_picture(Picture(PixelFormat(600, 600, Depth.UINT8, 3), pixels), Path(sys.argv[1]), quality=100)
except BurnishError as error:
    print(error.failure.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's files")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_cannot_grow_is_said_and_removed(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    finished = subprocess.run([sys.executable, "-c", _FILL, str(path)], capture_output=True, text=True, check=False)
    assert finished.stdout.strip() == "save-failed", finished.stderr
    assert finished.stderr == ""
    assert os.listdir(tmp_path) == []
