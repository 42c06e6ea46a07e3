"""Results for the screen: 8-bit sRGB with alpha, whatever the layer is made of."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from burnish.wire.geometry import Depth, PixelFormat, Transfer
from burnish.wire.request import Output, Outside
from burnish_models.tiling.grid import ResultGrid
from pixels.layers import Enlarge, enhance, layer_of, smooth_picture
from pixels.profiles import PROFILES
from pixels.test_pipeline import FACTS, NETWORK, with_alpha
from tiling.helpers import facts_of

STAY_FACTS = facts_of(scale=1, reach=3)


def shown(array, layer, **settings):
    return enhance(array, layer, NETWORK, FACTS, output=Output.SCREEN, **settings)


def test_the_format_says_so():
    _, layer = layer_of(smooth_picture(4, 6, 1), Depth.FLOAT32, profile=b"x", transfer=Transfer.LINEAR)
    grid = ResultGrid(layer.bounds, 2.0)
    assert grid.format(layer, Output.SCREEN) == PixelFormat(12, 8, Depth.UINT8, 4)


@pytest.mark.parametrize("scale", [1.0, 2.0, 1.5])
@pytest.mark.parametrize("strength", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("bgr", [False, True])
def test_an_8_bit_srgb_layer_looks_as_it_is(scale, strength, bgr):
    array, layer = layer_of(with_alpha(smooth_picture(40, 50, 3)), Depth.UINT8, bgr)
    plain = enhance(array, layer, NETWORK, FACTS, scale=scale, strength=strength, tile=40)
    expected = plain[..., [2, 1, 0, 3]] if bgr else plain
    assert np.array_equal(shown(array, layer, scale=scale, strength=strength, tile=40), expected)


@pytest.mark.parametrize("depth", list(Depth))
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_kind_of_layer_is_shown_as_the_same_picture(depth, channels):
    values = smooth_picture(30, 40, 1 if channels < 3 else 3)
    array, layer = layer_of(with_alpha(values) if channels in (2, 4) else values, depth)
    result = shown(array, layer, strength=0.0, scale=1.0)
    colours = array[..., :3] if channels > 2 else np.repeat(array[..., :1], 3, 2)
    top = np.iinfo(array.dtype).max if np.issubdtype(array.dtype, np.integer) else 1
    assert np.abs(result[..., :3] - colours.astype(np.float64) / top * 255).max() < 0.51
    alpha = array[..., -1].astype(np.float64) / top * 255 if channels in (2, 4) else np.full((30, 40), 255)
    assert np.abs(result[..., 3] - alpha).max() < 0.51


@pytest.mark.parametrize("name", ["p3", "adobe"])
def test_a_profile_is_followed_as_littlecms_does(name):
    array, layer = layer_of(0.2 + 0.6 * smooth_picture(30, 40, 3), Depth.UINT8, profile=PROFILES[name])
    source = ImageCms.ImageCmsProfile(io.BytesIO(PROFILES[name]))
    expected = ImageCms.profileToProfile(
        Image.fromarray(array), source, ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    result = shown(array, layer, strength=0.0, scale=1.0)
    assert np.abs(result[..., :3].astype(int) - np.asarray(expected)).max() <= 2
    assert (result[..., 3] == 255).all()


def test_linear_light_is_encoded_and_clipped():
    values = np.array([[[0.0, 0.215861, 1.0], [4.0, -1.0, 0.5]]])
    array, layer = layer_of(values, Depth.FLOAT32, transfer=Transfer.LINEAR)
    result = shown(array, layer, strength=0.0, scale=1.0)
    assert result.tolist() == [[[0, 128, 255, 255], [255, 0, 188, 255]]]


def test_a_layer_without_alpha_is_transparent_where_it_is_not_selected():
    array, layer = layer_of(smooth_picture(20, 20, 3), Depth.UINT16)
    mask = np.zeros((20, 20), np.uint8)
    mask[:, 8:12], mask[:, 12:] = 128, 255
    result = enhance(array, layer, Enlarge(1), STAY_FACTS, mask=mask, outside=Outside.TRANSPARENT,
                     output=Output.SCREEN)  # fmt: skip
    assert np.array_equal(result[..., 3], mask)
    half = enhance(array, layer, Enlarge(1), STAY_FACTS, mask=mask, output=Output.SCREEN)
    assert (half[..., 3] == 255).all()
