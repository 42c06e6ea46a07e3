"""The JPEG stage is what Pillow does with a real file; quality and colour resolution do what they say."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from burnish_models.data.degradations.jpeg import Jpeg, compressed
from burnish_models.data.pictures import decode

PHOTOGRAPH = Path(__file__).parents[2] / "data" / "chelsea.png"


@pytest.fixture(scope="module")
def photograph() -> NDArray[np.float32]:
    return decode(PHOTOGRAPH)[40:200, 100:300].astype(np.float32) / 255


@pytest.mark.parametrize("quality", [5, 30, 60, 95, 100])
@pytest.mark.parametrize("full_colour", [False, True])
def test_it_is_pillows(photograph: NDArray[np.float32], quality: int, full_colour: bool) -> None:
    """Both use libjpeg-turbo: on one machine equal. One level on average is allowed for other builds of it."""
    file = io.BytesIO()
    pixels = np.round(photograph * 255).astype(np.uint8)
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=0 if full_colour else 2)
    theirs = np.asarray(Image.open(file), np.float32)
    ours = compressed(photograph, quality, full_colour=full_colour) * 255
    assert np.abs(ours - theirs).mean() < 1
    assert np.abs(ours - theirs).mean() < 0.25 * np.abs(ours - pixels).mean() or quality == 100


def test_lower_quality_is_worse(photograph: NDArray[np.float32]) -> None:
    errors = [np.square(compressed(photograph, quality) - photograph).mean() for quality in (95, 75, 50, 30, 10, 3)]
    assert errors == sorted(errors)


def test_low_quality_shows_blocks(photograph: NDArray[np.float32]) -> None:
    """Steps between neighbouring columns are larger at the edges of blocks of 8."""

    def blockiness(image: NDArray[np.float32]) -> float:
        steps = np.abs(np.diff(image[..., 1], axis=1)).mean(axis=0)
        return float(steps[7::8].mean() / np.delete(steps, np.s_[7::8]).mean())

    assert blockiness(photograph) == pytest.approx(1, abs=0.1)
    assert blockiness(compressed(photograph, 8)) > 1.5


def test_full_colour_keeps_fine_colours() -> None:
    stripes = np.zeros((64, 64, 3), np.float32)
    stripes[:, ::2, 0], stripes[:, 1::2, 2] = 1, 1
    full, halved = (np.abs(compressed(stripes, 95, full_colour=full) - stripes).mean() for full in (True, False))
    assert full < 0.05 < 0.2 < halved


def test_options_are_drawn(photograph: NDArray[np.float32]) -> None:
    small = photograph[:32, :32]
    seen = {compressed(small, quality).tobytes() for quality in (40, 41, 42)}
    stage = Jpeg(quality=(40, 42))
    drawn = {stage.apply(small, np.random.default_rng(seed), (32, 32)).tobytes() for seed in range(60)}
    assert drawn == seen


def test_qualities_outside_libjpegs_are_refused() -> None:
    for quality in ((0, 50), (50, 101), (60, 40)):
        with pytest.raises(ValueError, match="quality"):
            Jpeg(quality=quality)
