"""Files become upright sRGB arrays; what is kept in memory stays within its bound."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from burnish.wire.sentences import BurnishError
from burnish_models.data.pictures import Pictures, decode, halved
from data_room.pictures_for_tests import ramp, save
from pixels.profiles import ADOBE_PROFILE, LINEAR_CURVE, LINEAR_PROFILE, grey_profile, pillow_srgb


def test_a_png_comes_back_as_it_was(tmp_path: Path) -> None:
    np.testing.assert_array_equal(decode(save(tmp_path / "a.png", ramp(20, 30))), ramp(20, 30))


def test_a_rotated_photograph_is_laid_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter to the right
    Image.fromarray(ramp(20, 30)).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(decode(tmp_path / "a.png"), np.rot90(ramp(20, 30), -1))


def test_grey_palette_and_transparency_become_rgb(tmp_path: Path) -> None:
    grey = ramp(8, 8)[..., 0]
    Image.fromarray(grey).save(tmp_path / "grey.png")
    Image.fromarray(ramp(8, 8)).convert("RGBA").save(tmp_path / "alpha.png")
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    np.testing.assert_array_equal(decode(tmp_path / "grey.png"), np.repeat(grey[..., None], 3, axis=2))
    np.testing.assert_array_equal(decode(tmp_path / "alpha.png"), ramp(8, 8))
    np.testing.assert_array_equal(decode(tmp_path / "deep.png"), np.repeat(grey[..., None], 3, axis=2))


def test_a_profile_is_converted_to_srgb(tmp_path: Path) -> None:
    """In linear light with sRGB's primaries, 55 / 255 = 0.2157 is what sRGB encodes as 0.5019: 128."""
    assert _decoded(tmp_path, (55, 55, 55), LINEAR_PROFILE) == pytest.approx((128, 128, 128), abs=1)
    assert _decoded(tmp_path, (90, 120, 150), pillow_srgb()) == (90, 120, 150)
    red, green, _ = _decoded(tmp_path, (90, 120, 150), ADOBE_PROFILE)
    assert red < 85 and abs(green - 120) < 3, "the same numbers are more colourful in Adobe RGB"


def test_a_profile_that_does_not_fit_is_left_out(tmp_path: Path) -> None:
    assert _decoded(tmp_path, (90, 120, 150), grey_profile(LINEAR_CURVE)) == (90, 120, 150)
    assert _decoded(tmp_path, (90, 120, 150), b"no profile") == (90, 120, 150)


def _decoded(folder: Path, colour: tuple[int, int, int], profile: bytes) -> tuple[int, ...]:
    Image.new("RGB", (4, 4), colour).save(folder / "a.png", icc_profile=profile)
    return tuple(int(value) for value in decode(folder / "a.png")[0, 0])


def test_what_is_no_picture_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    whole = save(
        tmp_path / "b.png", np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    ).read_bytes()
    (tmp_path / "b.png").write_bytes(whole[: len(whole) // 2])
    for name, code in (("a.png", "file-not-picture"), ("b.png", "file-damaged"), ("c.png", "file-missing")):
        with pytest.raises(BurnishError) as caught:
            decode(tmp_path / name)
        assert caught.value.failure.code == code


def test_halving_is_the_mean_of_four() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 6, 3), dtype=np.uint8)
    mean = pixels[:8].reshape(4, 2, 3, 2, 3).mean(axis=(1, 3))
    assert np.abs(halved(pixels) - mean).max() <= 0.5
    assert halved(pixels).shape == (4, 3, 3)


def test_large_pictures_are_halved_and_small_ones_are_not(tmp_path: Path) -> None:
    paths = [save(tmp_path / "large.png", ramp(200, 100)), save(tmp_path / "small.png", ramp(50, 50))]
    pictures = Pictures(paths, halve_above=0.01)
    assert pictures[0].shape == (100, 50, 3)
    assert pictures[1].shape == (50, 50, 3)


def test_memory_stays_within_its_bound(tmp_path: Path) -> None:
    paths = [save(tmp_path / f"{i}.png", ramp(100, 100)) for i in range(4)]
    pictures = Pictures(paths, megabytes=0.0625)  # two of 30 kB
    first = pictures[0]
    assert pictures[0] is first, "decoded once"
    second = pictures[1]
    assert pictures[0] is first
    _ = pictures[2]  # 1 was not used for longest
    assert pictures[0] is first
    assert pictures[1] is not second
    assert sum(kept.nbytes for kept in pictures._kept.values()) <= 62_500


def test_a_picture_larger_than_the_bound_is_used_and_not_kept(tmp_path: Path) -> None:
    pictures = Pictures([save(tmp_path / "a.png", ramp(100, 100))], megabytes=0.01)
    np.testing.assert_array_equal(pictures[0], ramp(100, 100))
    assert not pictures._kept


def test_another_process_gets_the_files_alone(tmp_path: Path) -> None:
    pictures = Pictures([save(tmp_path / "a.png", ramp(100, 100))], halve_above=0.001)
    _ = pictures[0]
    sent = pickle.dumps(pictures)
    assert len(sent) < 1000
    assert pickle.loads(sent)[0].shape == (50, 50, 3)
