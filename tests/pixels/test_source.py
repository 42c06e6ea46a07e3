"""Reading a layer: depths, channels, mirrors, transparency."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from burnish.wire.geometry import Depth, Rect, Transfer
from burnish_models.pixels.source import LayerReader
from pixels.layers import layer_of, smooth_picture
from pixels.profiles import PROFILES

depths = st.sampled_from(list(Depth))


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(-40, 40),
    st.integers(-40, 40),
    st.integers(1, 50),
    st.integers(1, 50),
    depths,
    st.integers(1, 4),
    st.booleans(),
)
def test_beyond_its_edges_a_layer_is_mirrored_as_numpy_does(width, height, x, y, wide, tall, depth, channels, bgr):
    array, layer = layer_of(smooth_picture(height, width, channels), depth, bgr=bgr)
    raw = LayerReader(array, layer).pixels(Rect(x, y, wide, tall))
    reach = 100
    around = ((reach, reach), (reach, reach), (0, 0))
    padded = np.pad(array, around, mode="reflect")
    np.testing.assert_array_equal(raw, padded[y + reach : y + reach + tall, x + reach : x + reach + wide])


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("bgr", [False, True])
def test_values_arrive_as_srgb_encoded_rgb(depth, channels, bgr):
    values = smooth_picture(12, 10, channels)
    array, layer = layer_of(values, depth, bgr=bgr)
    given = LayerReader(array, layer).read(Rect(0, 0, 10, 12))
    colours = values[..., : 1 if channels < 3 else 3]
    expected = np.broadcast_to(colours, (12, 10, 3))[..., :: -1 if bgr and channels > 2 else 1]
    step = {Depth.UINT8: 1 / 510, Depth.UINT16: 1 / 131070, Depth.FLOAT16: 5e-4, Depth.FLOAT32: 1e-7}[depth] * 1.01
    assert given.rgb.shape == (3, 12, 10)
    assert given.rgb.dtype == torch.float32
    assert np.abs(given.rgb.permute(1, 2, 0).numpy() - expected).max() <= step
    if channels in (2, 4):
        assert given.alpha is not None
        assert np.abs(given.alpha.numpy() - values[..., -1]).max() <= step
        assert given.alpha_constant is None
    else:
        assert given.alpha is None
        assert given.alpha_constant == 1.0


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("name", ["p3", "adobe", "linear"])
def test_every_depth_follows_its_profile(depth, name):
    values = smooth_picture(9, 9, 3)
    array, layer = layer_of(values, depth, profile=PROFILES[name])
    reader = LayerReader(array, layer)
    back = reader.transform.to_layer(reader.read(layer.bounds).rgb.double())
    top = np.iinfo(array.dtype).max if np.issubdtype(array.dtype, np.integer) else 1
    stored = array.astype(np.float64) / top
    assert np.abs(back.permute(1, 2, 0).numpy() - stored).max() * max(top, 255) < 0.5


def test_linear_float_layers_are_encoded():
    array, layer = layer_of(np.full((2, 2, 3), 0.2140411), Depth.FLOAT32, transfer=Transfer.LINEAR)
    given = LayerReader(array, layer).read(layer.bounds)
    assert torch.allclose(given.rgb, torch.full((3, 2, 2), 0.5), atol=1e-6)


def test_values_that_are_not_finite_are_read_as_nothing_and_counted():
    values = np.full((4, 4, 4), 0.5)
    values[0, 0, 0], values[1, 1, 1], values[2, 2, 3] = np.nan, np.inf, -np.inf
    array, layer = layer_of(values, Depth.FLOAT16)
    given = LayerReader(array, layer).read(layer.bounds)
    assert given.invalid == 3
    assert torch.isfinite(given.rgb).all()
    assert given.alpha is not None
    assert given.alpha[2, 2] == 0


@pytest.mark.parametrize(("alpha", "constant", "hidden"), [(0.0, 0.0, True), (1.0, 1.0, False), (0.2, 0.2, False)])
def test_constant_alpha_is_noticed(alpha, constant, hidden):
    values = np.dstack([smooth_picture(6, 6, 3), np.full((6, 6), alpha)])
    array, layer = layer_of(values, Depth.UINT8)
    reader = LayerReader(array, layer)
    given = reader.read(Rect(-3, -3, 20, 20), margin=4)
    assert given.alpha_constant == pytest.approx(constant)
    assert reader.alpha_is_constant(Rect(-3, -3, 20, 20)) == pytest.approx(constant)
    assert given.hidden is hidden


def test_read_only_memory_is_read_without_a_warning(recwarn):
    array, layer = layer_of(smooth_picture(6, 6, 4), Depth.UINT8)
    array.flags.writeable = False
    LayerReader(array, layer).read(layer.bounds, margin=2)
    assert not recwarn.list
