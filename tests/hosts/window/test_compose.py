"""What is saved: the result as a whole picture, in every combination of region, size and completeness."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.hosts.standalone.compose import composed
from burnish.hosts.standalone.files.contents import DTYPES, Metadata, Picture
from burnish.hosts.standalone.stage import covered_area
from burnish.wire.geometry import Depth, PixelFormat, Rect


def picture(width, height, depth=Depth.UINT8, channels=3, seed=0) -> Picture:
    generator = np.random.default_rng(seed)
    pixels = generator.random((height, width, channels))
    if depth in (Depth.UINT8, Depth.UINT16):
        pixels = pixels * np.iinfo(DTYPES[depth]).max
    pixel_format = PixelFormat(width, height, depth, channels, profile=b"a profile")
    return Picture(pixel_format, pixels.astype(DTYPES[depth]), Metadata(kind="PNG", dpi=(300.0, 300.0)))


def test_a_whole_result_is_taken_as_it_is_without_a_copy():
    original, result = picture(20, 10), picture(40, 20, seed=1)
    whole = composed(original, original.format.bounds, result.format, result.pixels.data, None)
    assert np.shares_memory(whole.pixels, result.pixels)
    assert whole.format == result.format
    assert whole.metadata == original.metadata


def test_a_region_at_another_size_is_a_picture_of_its_own():
    original, result = picture(20, 10), picture(16, 12, seed=1)
    cut = composed(original, Rect(2, 1, 8, 6), result.format, result.pixels.data, None)
    assert cut.pixels.shape == (12, 16, 3)


def test_a_region_at_the_same_size_goes_back_where_it_was():
    original, result = picture(20, 10), picture(8, 6, seed=1)
    before = original.pixels.copy()
    whole = composed(original, Rect(2, 1, 8, 6), result.format, result.pixels.data, None)
    expected = before.copy()
    expected[1:7, 2:10] = result.pixels
    assert np.array_equal(whole.pixels, expected)
    assert np.array_equal(original.pixels, before)


@pytest.mark.parametrize("depth", list(Depth))
def test_what_is_not_finished_is_the_original_enlarged(depth):
    original, result = picture(24, 20, depth, 4), picture(48, 40, depth, 4, seed=1)
    finished = [Rect(0, 0, 20, 16), Rect(20, 0, 28, 16)]
    whole = composed(original, original.format.bounds, result.format, result.pixels.data, finished)
    assert np.array_equal(whole.pixels[:16], result.pixels[:16])
    rest = whole.pixels[16:].astype(np.float64)
    expected = enlarged_twice(original.pixels.astype(np.float64))[16:]
    scale = 1 if depth in (Depth.FLOAT16, Depth.FLOAT32) else np.iinfo(DTYPES[depth]).max
    tolerance = {Depth.UINT8: 0.51 / 255, Depth.UINT16: 0.6 / 65535, Depth.FLOAT16: 1e-3, Depth.FLOAT32: 1e-6}[depth]
    assert np.abs(rest - expected).max() / scale <= tolerance


def enlarged_twice(pixels: np.ndarray) -> np.ndarray:
    """Bilinear doubling, written independently: each new value is 3/4 of the nearer and 1/4 of the farther one."""
    for axis in (0, 1):
        padded = np.concatenate([pixels.take([0], axis), pixels, pixels.take([-1], axis)], axis)
        before, middle, after = (padded.take(range(n, n + pixels.shape[axis]), axis) for n in (0, 1, 2))
        low, high = 0.25 * before + 0.75 * middle, 0.75 * middle + 0.25 * after
        pixels = np.stack([low, high], axis + 1).reshape(
            [size * (2 if n == axis else 1) for n, size in enumerate(pixels.shape)]
        )
    return pixels


rects = st.builds(Rect, st.integers(-5, 40), st.integers(-5, 40), st.integers(1, 30), st.integers(1, 30))


@settings(max_examples=200)
@given(st.lists(rects, max_size=8))
def test_covered_area_counts_every_pixel_once(covering):
    whole = Rect(0, 0, 32, 24)
    mask = np.zeros((whole.height, whole.width), bool)
    for rect in covering:
        mask[max(0, rect.y) : max(0, rect.bottom), max(0, rect.x) : max(0, rect.right)] = True
    assert covered_area(covering, whole) == mask.sum()
