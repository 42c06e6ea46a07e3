"""Reading: depth, alpha, profile and metadata as the file has them, and a clear failure for what is no picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from burnish.hosts.standalone.files.picture import read_picture
from burnish.wire.geometry import Depth, Transfer
from burnish.wire.sentences import BurnishError
from hosts.standalone.files.samples import (
    DATA,
    camera_exif,
    noise,
    photo,
    png_bytes,
    png_claiming,
    srgb_profile,
)


def failure_code(path: Path, **options: bool) -> str:
    with pytest.raises(BurnishError) as caught:
        read_picture(path, **options)
    failure = caught.value.failure
    assert failure.message and failure.hint, "both sentences can be made from the failure's values"
    assert str(path.name) in failure.message
    return failure.code


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_values_are_those_of_the_file(tmp_path: Path, channels: int, dtype: type) -> None:
    pixels = noise(13, 17, channels, dtype)
    (tmp_path / "in.png").write_bytes(png_bytes(pixels))
    picture = read_picture(tmp_path / "in.png")
    assert np.array_equal(picture.pixels, pixels)
    assert (picture.format.width, picture.format.height, picture.format.channels) == (17, 13, channels)
    assert picture.format.depth is Depth(np.dtype(dtype).name)
    assert picture.pixels.flags.c_contiguous
    assert picture.notes == ()


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_tiff_values_are_those_of_the_file(tmp_path: Path, dtype: type, byteorder: str) -> None:
    pixels = noise(13, 17, 4, dtype)
    tifffile.imwrite(
        tmp_path / "in.tif",
        pixels,
        photometric="rgb",
        extrasamples=["unassalpha"],
        byteorder=byteorder,
        resolution=(240, 120),
        resolutionunit="INCH",
    )
    picture = read_picture(tmp_path / "in.tif")
    assert np.array_equal(picture.pixels, pixels)
    assert picture.metadata.dpi == pytest.approx((240, 120), rel=1e-6)
    assert picture.format.transfer is (Transfer.LINEAR if dtype is np.float32 else Transfer.SRGB)


def test_half_and_big_tiffs_are_read(tmp_path: Path) -> None:
    pixels = noise(13, 17, 3, np.float16)
    tifffile.imwrite(tmp_path / "half.tif", pixels, photometric="rgb")
    tifffile.imwrite(tmp_path / "big.tif", pixels.astype(np.float32), photometric="rgb", bigtiff=True)
    for name in ("half.tif", "big.tif"):
        assert np.array_equal(read_picture(tmp_path / name).pixels, pixels.astype(np.float32))


def test_premultiplied_alpha_is_undone(tmp_path: Path) -> None:
    straight = noise(20, 30, 4, np.uint16)
    straight[..., 3] = np.maximum(straight[..., 3], 6000)
    premultiplied = straight.copy()
    premultiplied[..., :3] = np.rint(straight[..., :3] * (straight[..., 3:] / 65535.0))
    tifffile.imwrite(tmp_path / "in.tif", premultiplied, photometric="rgb", extrasamples=["assocalpha"])
    difference = read_picture(tmp_path / "in.tif").pixels.astype(int) - straight
    assert np.abs(difference).max() <= 65535 / 6000 / 2 + 1, "no more than the file's own rounding"


def test_palette_with_transparency_becomes_rgba(tmp_path: Path) -> None:
    indexed = photo().convert("P", palette=Image.Palette.ADAPTIVE, colors=16)
    indexed.save(tmp_path / "in.png", transparency=3)
    expected = np.asarray(Image.open(tmp_path / "in.png").convert("RGBA"))
    assert np.array_equal(read_picture(tmp_path / "in.png").pixels, expected)


@pytest.mark.parametrize("name", ["in.png", "in.tif"])
def test_single_bits_become_grey(tmp_path: Path, name: str) -> None:
    bits = photo().convert("1")
    bits.save(tmp_path / name, **({"compression": "group4"} if name.endswith("tif") else {}))
    picture = read_picture(tmp_path / name)
    assert np.array_equal(picture.pixels[..., 0], np.asarray(bits.convert("L")))
    assert picture.format.channels == 1


@pytest.mark.parametrize("name", ["in.jpg", "in.tif"])
def test_cmyk_becomes_srgb_with_a_note(tmp_path: Path, name: str) -> None:
    original = photo()
    original.convert("CMYK").save(tmp_path / name, **({"quality": 100} if name.endswith("jpg") else {}))
    picture = read_picture(tmp_path / name)
    assert picture.format.channels == 3
    assert [note.code for note in picture.notes if note.code != "profile-dropped"] == ["converted-to-srgb"]
    difference = np.abs(picture.pixels.astype(int) - np.asarray(original))
    assert difference.mean() < 25, "a press profile changes colours, an inverted or swapped ink would destroy them"


def test_only_the_first_page_is_read(tmp_path: Path) -> None:
    pages = noise(3 * 12, 16, 3, np.uint8).reshape(3, 12, 16, 3)
    tifffile.imwrite(tmp_path / "in.tif", pages, photometric="rgb")
    picture = read_picture(tmp_path / "in.tif")
    assert np.array_equal(picture.pixels, pages[0])
    assert [(note.code, note.values) for note in picture.notes] == [("first-page", {"pages": 3})]


def test_the_profile_is_read_unless_it_belongs_to_other_pixels(tmp_path: Path) -> None:
    photo().save(tmp_path / "colour.png", icc_profile=srgb_profile())
    photo().convert("L").save(tmp_path / "grey.png", icc_profile=srgb_profile())
    photo().save(tmp_path / "broken.png", icc_profile=b"no profile at all" * 20)
    assert read_picture(tmp_path / "colour.png").format.profile == srgb_profile()
    for name in ("grey.png", "broken.png"):
        assert read_picture(tmp_path / name).format.profile == b""


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_orientation_is_applied_once(tmp_path: Path, orientation: int, suffix: str) -> None:
    upright = np.asarray(photo(24, 16))
    turned = _as_camera_stores(upright, orientation)
    options = {"lossless": True} if suffix == ".webp" else {}
    path = tmp_path / f"in{suffix}"
    Image.fromarray(turned).save(path, exif=camera_exif(orientation), **options)
    picture = read_picture(path)
    assert np.array_equal(picture.pixels, upright)
    if suffix == ".tif":  # its orientation is a tag of the file, not of EXIF
        return
    block = Image.Exif()
    block.load(picture.metadata.exif)
    assert block[0x0112] == 1
    assert (block.get_ifd(0x8769)[0xA002], block.get_ifd(0x8769)[0xA003]) == (24, 16)


def _as_camera_stores(upright: np.ndarray, orientation: int) -> np.ndarray:
    """What the file must hold so that Pillow, too, shows `upright`."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = Image.fromarray(upright)
    return np.asarray(image.transpose(undo[orientation]) if orientation in undo else image)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_file_cut_off_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    whole = tmp_path / f"whole{suffix}"
    Image.open(DATA / "chelsea.png").save(whole)
    data = whole.read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(data[: int(len(data) * share)])
    assert failure_code(cut) == "file-damaged"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_a_file_with_overwritten_bytes_never_escapes_as_another_error(tmp_path: Path, suffix: str) -> None:
    whole = tmp_path / f"whole{suffix}"
    photo(160, 120).save(whole)
    data = whole.read_bytes()
    generator = np.random.default_rng(1)
    for attempt in range(40):
        damaged = bytearray(data)
        for place in generator.integers(12, len(data), 8):
            damaged[place] ^= int(generator.integers(1, 256))
        path = tmp_path / f"{attempt}{suffix}"
        path.write_bytes(damaged)
        try:
            picture = read_picture(path)
        except BurnishError as error:
            assert error.failure.message
        else:
            assert picture.pixels.size == picture.format.total_bytes // picture.format.depth.bytes


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("This is a text.\n")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "nothing.png").write_bytes(png_claiming(0, 0))
    assert failure_code(tmp_path / "empty.png") == "file-empty"
    assert failure_code(tmp_path / "text.png") == "file-not-picture"
    assert failure_code(tmp_path / "folder.png") == "path-is-folder"
    assert failure_code(tmp_path / "nothing.png") == "file-damaged"
    assert failure_code(tmp_path / "missing.png") == "file-missing"


def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_claiming(60_000, 60_000))
    assert failure_code(path) == "file-too-large"
    path.write_bytes(png_claiming(22_361, 22_360))  # just under the limit: refused for what it is, cut off
    assert failure_code(path) == "file-damaged"


def test_the_name_does_not_decide_what_a_file_is(tmp_path: Path) -> None:
    photo().save(tmp_path / "really.png", format="JPEG")
    assert read_picture(tmp_path / "really.png").metadata.kind == "JPEG"
