"""Soft selections: exact where a pixel is selected wholly or not at all, and the same after the run as during it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.wire.geometry import Depth, Rect
from burnish.wire.request import Outside
from burnish_models.pixels.pipeline import TilePipeline
from burnish_models.pixels.selection import Selection
from burnish_models.pixels.source import LayerReader
from burnish_models.pixels.strength import blend_strength, result_bands
from burnish_models.tiling.grid import ResultGrid
from pixels.layers import Enlarge, SmallNetwork, difference, enhance, layer_of, smooth_picture
from pixels.profiles import PROFILES
from pixels.test_pipeline import BLENDED, FACTS, NETWORK, cases, with_alpha
from tiling.helpers import facts_of

STAY, STAY_FACTS = SmallNetwork(scale=1).eval(), facts_of(scale=1, reach=3)


def soft_mask(height, width, seed=4):
    """Waves that reach 0 and 255, over larger parts too."""
    waves = smooth_picture(height, width, 1, seed)[..., 0]
    return np.rint(np.clip(waves * 2.4 - 0.7, 0, 1) * 255).astype(np.uint8)


def top_of(array):
    return np.iinfo(array.dtype).max if np.issubdtype(array.dtype, np.integer) else 1.0


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("tile", [None, 24])
def test_at_the_same_size_both_ends_are_exact_and_between_lies_the_mix(depth, channels, tile):
    values = smooth_picture(50, 40, channels - (channels in (2, 4)))
    profile = PROFILES["adobe"] if channels > 2 else b""
    array, layer = layer_of(with_alpha(values) if channels in (2, 4) else values, depth, True, profile)
    region = Rect(3, 5, 35, 44)
    mask = soft_mask(region.height, region.width)
    assert {0, 255} <= set(mask.flat) and ((mask > 0) & (mask < 255)).any()
    original = array[5:49, 3:38]
    plain = enhance(array, layer, STAY, STAY_FACTS, region=region, tile=tile)
    masked = enhance(array, layer, STAY, STAY_FACTS, region=region, tile=tile, mask=mask)
    assert masked[mask == 0].tobytes() == original[mask == 0].tobytes()
    assert masked[mask == 255].tobytes() == plain[mask == 255].tobytes()
    assert plain.tobytes() != original.tobytes()
    share = mask[..., None] / 255
    expected = original.astype(np.float64) * (1 - share) + plain.astype(np.float64) * share
    assert np.abs(masked - expected).max() <= (1.01 if top_of(array) > 1 else 2e-3 if depth is Depth.FLOAT16 else 1e-5)


def test_what_is_not_selected_keeps_even_what_is_no_number():
    """Not-a-number, infinity and the sign of zero are bits of the artist's layer, too."""
    array, layer = layer_of(smooth_picture(20, 20, 3), Depth.FLOAT32)
    array[2, 3], array[4, 5], array[6, 7] = np.nan, -np.inf, -0.0
    mask = soft_mask(20, 20)
    mask[2:8, 3:8] = 0
    masked = enhance(array, layer, STAY, STAY_FACTS, mask=mask)
    assert masked[mask == 0].tobytes() == array[mask == 0].tobytes()
    assert np.isfinite(masked[mask > 0]).all()


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("channels", [2, 4])
def test_outside_may_become_transparent(depth, channels):
    array, layer = layer_of(with_alpha(smooth_picture(50, 40, channels - 1)), depth)
    mask = soft_mask(50, 40)
    plain = enhance(array, layer, STAY, STAY_FACTS, tile=24)
    faded = enhance(array, layer, STAY, STAY_FACTS, mask=mask, outside=Outside.TRANSPARENT, tile=24)
    assert (faded[mask == 0][..., -1] == 0).all()
    assert faded[mask == 255].tobytes() == plain[mask == 255].tobytes()
    seen = faded[..., -1] > 0
    assert np.array_equal(faded[seen][..., :-1], plain[seen][..., :-1]), "the colours are the result's own"
    expected = plain[..., -1].astype(np.float64) * (mask / 255)
    assert np.abs(faded[..., -1] - expected).max() <= (0.51 if top_of(array) > 1 else 5e-4)


@given(cases(), st.sampled_from([1.0, 2.0, 1.5, 0.5]), st.sampled_from([0.0, 0.25, 0.8, 1.0]), st.booleans())
@settings(max_examples=60)
def test_strength_after_the_run_is_as_during_it(case, scale, strength, fades):
    array, layer, region = case
    region = region or layer.bounds
    outside = Outside.TRANSPARENT if fades and layer.has_alpha else Outside.ORIGINAL
    grid, mask = ResultGrid(region, scale), soft_mask(region.height, region.width)
    same = {"scale": scale, "region": region, "mask": mask, "outside": outside}
    full = enhance(array, layer, NETWORK, FACTS, **same)
    during = enhance(array, layer, NETWORK, FACTS, strength=strength, **same)
    reader, fade = LayerReader(array, layer), Selection.of(mask, grid) if outside is Outside.TRANSPARENT else None
    after = np.zeros_like(full)
    for band in result_bands(grid.bounds, 700):
        rows = np.s_[band.y : band.bottom]
        after[rows] = blend_strength(reader, grid, full[rows], strength, band, fade)
    if np.issubdtype(array.dtype, np.integer):
        assert difference(during, after) <= 1
    else:
        largest = np.maximum(np.maximum(np.abs(during), np.abs(after)), np.abs(full))
        steps = np.spacing(largest.astype(array.dtype)).astype(np.float64)
        apart = np.abs(during.astype(np.float64) - after.astype(np.float64))
        assert (apart <= np.maximum(steps * 4, 3e-6)).all()


@pytest.mark.parametrize("facts", [FACTS, BLENDED], ids=["exact", "feathered"])
@pytest.mark.parametrize("scale", [1.0, 2.0, 1.5])
@pytest.mark.parametrize("outside", list(Outside))
def test_tiles_show_no_seams_in_a_soft_edge(facts, scale, outside):
    """What a tile gives is mixed in its own pixels, so a seam in a mask's edge is the seam of the plain run, faded."""
    array, layer = layer_of(with_alpha(smooth_picture(70, 90, 3)), Depth.UINT16)
    mask = soft_mask(70, 90)
    same = {"scale": scale, "tile": 40, "mask": mask, "outside": outside}
    tiled = enhance(array, layer, NETWORK, facts, **same)
    plain = enhance(array, layer, NETWORK, facts, scale=scale, tile=40)
    nothing = enhance(array, layer, NETWORK, facts, scale=scale, strength=0.0)
    grid = ResultGrid(layer.bounds, scale)
    weights = Selection(mask, grid).weights(grid.bounds)
    share = np.asarray(weights)[..., None].astype(np.float64)
    if outside is Outside.ORIGINAL:
        expected = nothing * (1 - share) + plain * share
        assert np.abs(tiled - expected).max() <= 2
    else:
        assert np.abs(tiled[..., 3] - plain[..., 3] * share[..., 0]).max() <= 2
        seen = tiled[..., 3] > 0
        assert np.abs(tiled[seen][:, :3].astype(int) - plain[seen][:, :3]).max() <= 1


@pytest.mark.parametrize("scale", [1.0, 2.0, 0.4, 3.5])
def test_a_mask_is_resampled_as_the_layers_alpha_is(scale):
    mask = soft_mask(40, 60)
    opaque = np.ones((40, 60, 3))
    array, layer = layer_of(np.concatenate([opaque, mask[..., None] / 255], 2), Depth.UINT16)
    grid = ResultGrid(layer.bounds, scale)
    alpha = enhance(array, layer, Enlarge(2), FACTS, scale=scale)[..., 3] / 65535
    weights = np.asarray(Selection(mask, grid).weights(grid.bounds))
    assert np.abs(weights - alpha).max() < 2e-5
    parts = [np.asarray(Selection(mask, grid).weights(band)) for band in result_bands(grid.bounds, 200)]
    wide = [part if part.ndim else np.full((band.height, band.width), part)
            for part, band in zip(parts, result_bands(grid.bounds, 200), strict=True)]  # fmt: skip
    assert np.abs(np.concatenate(wide) - weights).max() < 1e-6


@pytest.mark.parametrize("outside", list(Outside))
@pytest.mark.parametrize("scale", [1.0, 2.0, 1.5])
def test_the_network_is_not_troubled_with_what_is_not_selected(outside, scale):
    array, layer = layer_of(smooth_picture(40, 40, 4), Depth.UINT8)
    mask = np.zeros((40, 40), np.uint8)
    mask[:, 30:] = 128
    grid = ResultGrid(layer.bounds, scale)
    pipeline = TilePipeline(array, layer, FACTS, grid, mask=mask, outside=outside)
    left = Rect(0, 0, int(20 * scale), int(40 * scale))
    prepared = pipeline.prepare(Rect(-3, -3, 32, 48), left)
    assert prepared.network_inputs == ()
    pixels = pipeline.finish(prepared, [], left)
    if outside is Outside.TRANSPARENT:
        assert not pixels[..., 3].any()
    elif scale == 1:
        assert pixels.tobytes() == array[:, :20].tobytes()
    right = Rect(left.right, 0, grid.width - left.right, grid.height)
    assert len(pipeline.prepare(Rect(10, -3, 32, 48), right).network_inputs) == 1
    assert len(pipeline.prepare(Rect(-3, -3, 32, 48)).network_inputs) == 1, "nobody said what is wanted"


def test_a_mask_that_selects_everything_is_no_mask():
    grid = ResultGrid(Rect(0, 0, 5, 4), 2.0)
    whole = np.full((4, 5), 255, np.uint8)
    assert Selection.of(None, grid) is None
    assert Selection.of(whole, grid) is None
    whole[0, 0] = 254
    selection = Selection.of(whole, grid)
    assert selection is not None
    assert selection.weights(Rect(6, 4, 4, 4)) == 1.0
    assert isinstance(selection.weights(Rect(0, 0, 4, 4)), torch.Tensor)
