"""The whole way of a tile with a real small network: tiled equals whole, nothing the layer had is lost."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.wire.geometry import Depth, Rect, Transfer
from burnish.wire.request import AlphaPolicy
from burnish.wire.sentences import BurnishError
from burnish_models.pixels.pipeline import TilePipeline
from burnish_models.tiling.grid import ResultGrid
from pixels.layers import FLOATS, INTEGERS, Enlarge, SmallNetwork, enhance, layer_of, smooth_picture
from pixels.profiles import PROFILES, gamma, grey_profile
from tiling.helpers import facts_of

NETWORK = SmallNetwork().eval()
CALM = SmallNetwork(strength=0.1).eval()  # keeps flat black and white within ALPHA_SLACK, as real networks do
FACTS = facts_of(scale=2, reach=3)
BLENDED = facts_of(scale=2, reach=12, overlap=8, feather=3, border=3)
STAY = Enlarge(1)
STAY_FACTS = facts_of(scale=1, reach=3)


def with_alpha(values, seed=1):
    """Values and an alpha with a hard hole, soft edges and full parts; wild colours where it is 0."""
    height, width = values.shape[:2]
    alpha = np.clip(smooth_picture(height, width, 1, seed) * 3 - 1, 0, 1)
    alpha[height // 4 : height // 2, width // 3 : width // 2] = 0
    values = np.where(alpha == 0, np.random.default_rng(seed).random(values.shape), values)
    return np.concatenate([values, alpha], axis=2)


@st.composite
def cases(draw):
    height, width = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    channels = draw(st.integers(1, 4))
    values = smooth_picture(height, width, channels - (channels in (2, 4)), draw(st.integers(0, 99)))
    values = with_alpha(values) if channels in (2, 4) else values
    array, layer = layer_of(
        values,
        draw(st.sampled_from(list(Depth))),
        bgr=draw(st.booleans()),
        profile=draw(st.sampled_from([b"", PROFILES["p3"], PROFILES["adobe"]])),
    )
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    region = Rect(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y)))
    return array, layer, draw(st.sampled_from([None, region]))


def visible_difference(one, other, layer):
    """The largest difference of visible pixels, in 8-bit code values; alpha counts everywhere."""
    scale = 255 / np.iinfo(one.dtype).max if np.issubdtype(one.dtype, np.integer) else 255
    apart = np.abs(one.astype(np.float64) - other.astype(np.float64)) * scale
    if layer.has_alpha:
        apart[..., :-1] *= (one[..., -1:] > 0) & (other[..., -1:] > 0)
    return apart.max()


@given(cases(), st.sampled_from([1.0, 1.5, 2.0, 3.0, 0.5]), st.sampled_from(list(AlphaPolicy)), st.booleans())
@settings(max_examples=60)
def test_tiles_of_an_exact_network_equal_the_whole(case, scale, policy, halve):
    array, layer, region = case
    network = CALM if policy is AlphaPolicy.MODEL else NETWORK
    whole = enhance(array, layer, network, FACTS, scale=scale, region=region, alpha=policy)
    assert np.isfinite(whole.astype(np.float64)).all()
    try:
        tiled = enhance(array, layer, network, FACTS, scale=scale, region=region, alpha=policy, tile=40, halve=halve)
    except BurnishError as error:
        assert halve, "only a picture that is too small to be halved may fail"
        assert error.failure.code == "out-of-memory"
        return
    limit = {Depth.UINT8: 1.01, Depth.UINT16: 0.2, Depth.FLOAT16: 0.3, Depth.FLOAT32: 0.2}[layer.depth]
    assert visible_difference(whole, tiled, layer) <= limit


@pytest.mark.parametrize("scale", [2.0, 1.0, 1.5, 0.4, 5.0])
@pytest.mark.parametrize("tile", [24, 33, 48])
def test_tiles_equal_the_whole_to_the_last_digits(scale, tile):
    """A network with strong opinions and a picture of pure noise show every pixel of context that is missing."""
    network = SmallNetwork(strength=4.0).eval()
    array, layer = layer_of(np.random.default_rng(8).random((70, 83, 3)), Depth.FLOAT32)
    whole = enhance(array, layer, network, FACTS, scale=scale)
    tiled = enhance(array, layer, network, FACTS, scale=scale, tile=tile)
    assert whole.std() > 0.05
    np.testing.assert_allclose(tiled, whole, atol=2e-4)


@pytest.mark.parametrize("hidden", [2, 4, 6, 9])
def test_what_is_bled_under_hidden_stripes_does_not_depend_on_the_tiles(hidden):
    """Black and white stripes with transparent ones between: at tile edges the nearest colour lies in the next tile."""
    network = SmallNetwork(strength=4.0).eval()
    y, x = np.mgrid[:60, :80]
    stripe = (x + y // 7) // (hidden + 3)
    values = np.dstack([(stripe % 2).astype(float)] * 3 + [((x + y // 7) % (hidden + 3) >= hidden).astype(float)])
    array, layer = layer_of(values, Depth.UINT16)
    whole = enhance(array, layer, network, FACTS)
    tiled = enhance(array, layer, network, FACTS, tile=24)
    assert visible_difference(whole, tiled, layer) < 0.02


@given(cases(), st.sampled_from([2.0, 1.5]))
@settings(max_examples=15)
def test_blended_tiles_come_close_and_cover_everything(case, scale):
    array, layer, region = case
    whole = enhance(array, layer, NETWORK, BLENDED, scale=scale, region=region)
    tiled = enhance(array, layer, NETWORK, BLENDED, scale=scale, region=region, tile=40)
    assert visible_difference(whole, tiled, layer) <= 2


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["", "p3", "adobe"])
@pytest.mark.parametrize("bgr", [False, True])
def test_a_network_that_changes_nothing_gives_back_what_there_was(depth, channels, name, bgr):
    values = smooth_picture(33, 41, channels - (channels in (2, 4)))
    values = with_alpha(values) if channels in (2, 4) else values
    profile = PROFILES[name] if name and channels > 2 else grey_profile(gamma(2.2)) if name else b""
    array, layer = layer_of(values, depth, bgr=bgr, profile=profile)
    back = enhance(array, layer, STAY, STAY_FACTS, tile=24)
    visible = np.broadcast_to(array[..., -1:] > 0 if layer.has_alpha else np.True_, array.shape)
    apart = np.abs(back.astype(np.float64) - array.astype(np.float64))[visible]
    if depth in INTEGERS:
        assert apart.max() < 1
    else:
        assert apart.max() < (2e-3 if depth is Depth.FLOAT16 else 2e-5)
    if layer.has_alpha:
        np.testing.assert_array_equal(back[..., -1], array[..., -1])


@pytest.mark.parametrize("depth", FLOATS)
@pytest.mark.parametrize("transfer", list(Transfer))
@pytest.mark.parametrize("scale", [1, 2])
def test_light_beyond_white_survives(depth, transfer, scale):
    values = smooth_picture(30, 30, 3) * 1.0
    values[10:20, 10:20] = (6.0, -0.25, 2.0)
    array, layer = layer_of(values, depth, transfer=transfer)
    back = enhance(array, layer, Enlarge(scale), facts_of(scale=scale, reach=3), tile=24)
    middle = back[13 * scale : 17 * scale, 13 * scale : 17 * scale].astype(np.float64)
    np.testing.assert_allclose(middle, np.broadcast_to((6.0, -0.25, 2.0), middle.shape), rtol=2e-3)


def test_the_network_sees_only_zero_to_one_and_never_a_foreign_number():
    values = smooth_picture(20, 20, 4)
    values[3, 3], values[5, 5, 0], values[6, 6, 3] = 9.0, np.nan, np.inf
    array, layer = layer_of(values, Depth.FLOAT32)
    pipeline = TilePipeline(array, layer, FACTS, ResultGrid(layer.bounds, 2.0), AlphaPolicy.MODEL)
    prepared = pipeline.prepare(Rect(-3, -3, 32, 32))
    assert prepared.invalid > 0
    assert len(prepared.network_inputs) == 2
    for tensor in prepared.network_inputs:
        assert tensor.shape == (3, 32, 32)
        assert 0 <= tensor.min() <= tensor.max() <= 1


def test_nothing_hidden_shows_at_the_edges():
    """A white disc on hidden magenta stays white wherever it can be seen."""
    y, x = np.mgrid[:40, :40]
    alpha = ((x - 20) ** 2 + (y - 20) ** 2 < 150).astype(float)
    values = np.dstack([np.where(alpha, 1.0, c) for c in (1.0, 0.0, 1.0)] + [alpha])
    array, layer = layer_of(values, Depth.UINT8)
    for scale in (2.0, 1.5, 0.5):
        result = enhance(array, layer, Enlarge(2), FACTS, scale=scale, tile=24)
        seen = result[result[..., -1] > 0]
        assert len(seen)
        assert seen[:, :3].min() >= 254


def test_hidden_tiles_are_spared_the_network():
    values = np.dstack([smooth_picture(64, 64, 3), np.zeros((64, 64))])
    values[40:, 40:, 3] = 1
    array, layer = layer_of(values, Depth.UINT8)
    pipeline = TilePipeline(array, layer, FACTS, ResultGrid(layer.bounds, 2.0))
    assert pipeline.prepare(Rect(0, 0, 32, 32)).network_inputs == ()
    assert len(pipeline.prepare(Rect(16, 16, 32, 32)).network_inputs) == 1
    assert pipeline.finish(pipeline.prepare(Rect(0, 0, 32, 32)), [], Rect(0, 0, 40, 40))[..., 3].max() == 0


def test_constant_alpha_costs_no_second_run_and_stays():
    values = np.dstack([smooth_picture(40, 40, 3), np.full((40, 40), 0.6)])
    array, layer = layer_of(values, Depth.UINT16)
    pipeline = TilePipeline(array, layer, FACTS, ResultGrid(layer.bounds, 2.0), AlphaPolicy.MODEL)
    assert len(pipeline.prepare(Rect(0, 0, 40, 40)).network_inputs) == 1
    result = enhance(array, layer, NETWORK, FACTS, alpha=AlphaPolicy.MODEL, tile=24)
    assert set(np.unique(result[..., 3])) == {array[0, 0, 3]}


def test_alpha_through_the_network_is_what_the_network_makes_of_grey():
    values = with_alpha(smooth_picture(30, 30, 3))
    array, layer = layer_of(values, Depth.UINT8)
    result = enhance(array, layer, NETWORK, FACTS, alpha=AlphaPolicy.MODEL, tile=24)
    padded = np.pad(array[..., 3] / 255, 3, mode="reflect").astype(np.float32)
    grey = torch.from_numpy(padded).expand(1, 3, -1, -1)
    with torch.inference_mode():
        expected = NETWORK(grey)[0].mean(0)[6:-6, 6:-6]
    stretched = ((expected * 255 - 3) / (255 - 6)).clamp(0, 1)  # nearly opaque is opaque, nearly empty is empty
    assert np.abs(result[..., 3] - (stretched * 255).numpy()).max() <= 0.51


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("depth", INTEGERS)
def test_rounding_is_half_to_even_and_clips_however_the_output_lies_in_memory(memory_format, channels, depth):
    array, layer = layer_of(np.ones((8, 8, channels)), depth, bgr=True)
    pipeline = TilePipeline(array, layer, STAY_FACTS, ResultGrid(layer.bounds, 1.0))
    top = np.iinfo(array.dtype).max
    answer = (torch.arange(8 * 8 * 3).reshape(1, 3, 8, 8) % 11 * 25.25 - 20) / top
    if channels == 1:
        answer = answer[:, :1].expand(1, 3, 8, 8)
    answer = answer.contiguous(memory_format=memory_format)
    result = pipeline.finish(pipeline.prepare(Rect(0, 0, 8, 8)), [answer[0]], Rect(1, 2, 5, 4))
    codes = (answer[0] * top).clamp(0, top).round()[:, 2:6, 1:6].permute(1, 2, 0).numpy()
    expected = codes[..., :1] if channels == 1 else codes[..., ::-1]
    assert np.abs(result[..., : expected.shape[2]].astype(float) - expected).max() <= (channels == 1)


def test_a_core_without_a_pixel_of_its_own_gives_none():
    array, layer = layer_of(smooth_picture(20, 20, 3), Depth.UINT8)
    pipeline = TilePipeline(array, layer, FACTS, ResultGrid(layer.bounds, 0.05))
    prepared = pipeline.prepare(Rect(-3, -3, 32, 32))
    answers = [torch.zeros(3, 64, 64)]
    assert pipeline.finish(prepared, answers, Rect(0, 0, 0, 1)).shape == (1, 0, 3)
    assert pipeline.finish(prepared, answers, Rect(0, 0, 1, 1)).shape == (1, 1, 3)
