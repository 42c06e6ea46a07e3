"""Strength: exact at both ends, and the same after the run as during it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.wire.geometry import Depth, Rect
from burnish_models.pixels.source import LayerReader
from burnish_models.pixels.strength import blend_strength, result_bands
from burnish_models.tiling.grid import ResultGrid
from pixels.layers import Enlarge, SmallNetwork, difference, enhance, layer_of, smooth_picture
from pixels.profiles import PROFILES
from pixels.test_pipeline import FACTS, NETWORK, cases
from tiling.helpers import facts_of


def blended_after(array, layer, grid, earlier, strength, pixels=700):
    reader = LayerReader(array, layer)
    result = np.zeros_like(earlier)
    for band in result_bands(grid.bounds, pixels):
        rows = np.s_[band.y : band.bottom, band.x : band.right]
        result[rows] = blend_strength(reader, grid, earlier[rows], strength, band)
    return result


@given(cases(), st.sampled_from([1.0, 2.0, 1.5]), st.sampled_from([0.0, 0.25, 0.8, 1.0]))
@settings(max_examples=40)
def test_after_the_run_is_as_during_it(case, scale, strength):
    array, layer, region = case
    region = region or layer.bounds
    full = enhance(array, layer, NETWORK, FACTS, scale=scale, region=region)
    during = enhance(array, layer, NETWORK, FACTS, scale=scale, region=region, strength=strength)
    after = blended_after(array, layer, ResultGrid(region, scale), full, strength)
    if np.issubdtype(array.dtype, np.integer):
        assert difference(during, after) <= 1
    else:
        # a float result was rounded before it is blended; what it is blended with may take most of it away
        largest = np.maximum(np.maximum(np.abs(during), np.abs(after)), np.abs(full))
        steps = np.spacing(largest.astype(array.dtype)).astype(np.float64)
        apart = np.abs(during.astype(np.float64) - after.astype(np.float64))
        assert (apart <= np.maximum(steps * 4, 3e-6)).all()


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("bgr", [False, True])
def test_strength_0_at_the_same_size_is_the_layer_bit_for_bit(depth, channels, bgr):
    random = np.random.default_rng(2)
    profile = PROFILES["adobe"] if channels > 2 else b""
    array, layer = layer_of(random.random((50, 40, channels)), depth, bgr=bgr, profile=profile)
    region = Rect(5, 7, 30, 40)
    expected = array[7:47, 5:35]
    network, facts = SmallNetwork(scale=1), facts_of(scale=1, reach=3)
    during = enhance(array, layer, network, facts, region=region, tile=24, strength=0.0)
    assert during.tobytes() == expected.tobytes()
    full = enhance(array, layer, network, facts, region=region)
    assert full.tobytes() != expected.tobytes()
    after = blended_after(array, layer, ResultGrid(region, 1.0), full, 0.0)
    assert after.tobytes() == expected.tobytes()


def test_strength_0_of_a_network_that_enlarges_can_be_brought_back_to_the_same_size():
    array, layer = layer_of(smooth_picture(40, 40, 4), Depth.UINT16)
    assert enhance(array, layer, NETWORK, FACTS, scale=1.0, strength=0.0, tile=24).tobytes() == array.tobytes()


def test_strength_1_is_the_result_bit_for_bit():
    array, layer = layer_of(smooth_picture(40, 40, 3), Depth.UINT8)
    full = enhance(array, layer, NETWORK, FACTS)
    assert blended_after(array, layer, ResultGrid(layer.bounds, 2.0), full, 1.0).tobytes() == full.tobytes()


def test_half_strength_lies_half_way_in_the_layers_own_values():
    array, layer = layer_of(np.full((20, 20, 3), 0.2), Depth.FLOAT32)
    full = np.full((40, 40, 3), 0.6, np.float32)
    half = blended_after(array, layer, ResultGrid(layer.bounds, 2.0), full, 0.5)
    np.testing.assert_allclose(half, 0.4, atol=1e-6)


def test_a_flat_layer_stays_flat_at_any_strength():
    array, layer = layer_of(np.full((20, 20, 3), 0.5), Depth.UINT8)
    for strength in (0.0, 0.3, 1.0):
        result = enhance(array, layer, Enlarge(2), FACTS, scale=3.0, strength=strength, tile=16)
        assert set(np.unique(result)) == {128}


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 10**6))
def test_bands_cover_a_part_once_within_bounds(width, height, pixels):
    part = Rect(7, 5, width, height)
    bands = list(result_bands(part, pixels))
    assert [band.y for band in bands] == [part.y, *(band.bottom for band in bands[:-1])]
    assert bands[-1].bottom == part.bottom
    assert {(band.x, band.width) for band in bands} == {(part.x, part.width)}
    assert all(band.area <= max(pixels, width) for band in bands)
