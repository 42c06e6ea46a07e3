"""Sizes are changed in linear light: Pillow resamples the light, the textbook's formula makes it."""

import numpy as np
import pytest
import torch
from PIL import Image

from burnish.wire.geometry import Depth
from pixels.layers import Enlarge, enhance, layer_of, smooth_picture
from pixels.profiles import PROFILES
from tiling.helpers import facts_of


def light_of(encoded):
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encoded_of(light):
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def resized(values, width, height):
    """[h, w, 3] resampled by Pillow in linear light."""
    planes = np.moveaxis(light_of(values), 2, 0).astype(np.float32)
    sized = [np.asarray(Image.fromarray(p).resize((width, height), Image.Resampling.LANCZOS)) for p in planes]
    return encoded_of(np.stack(sized, axis=2).astype(np.float64))


def stripes(height, width):
    values = smooth_picture(height, width, 3)
    values[:, ::2] *= 0.2  # fine contrast, where encoded values and light disagree most
    return values


@pytest.mark.parametrize("depth", [Depth.UINT8, Depth.UINT16, Depth.FLOAT32])
@pytest.mark.parametrize("scale", [2.0, 0.5, 3.0])
def test_the_network_s_output_is_brought_to_scale(depth, scale):
    array, layer = layer_of(stripes(40, 48), depth)
    ours = enhance(array, layer, Enlarge(4), facts_of(scale=4, reach=3), scale=scale, tile=32)
    top = np.iinfo(array.dtype).max if depth is not Depth.FLOAT32 else 1
    larger = np.repeat(np.repeat(array / top, 4, 0), 4, 1)
    assert np.abs(ours / top - resized(larger, ours.shape[1], ours.shape[0])).max() * 255 < 0.8


@pytest.mark.parametrize("depth", [Depth.UINT8, Depth.UINT16, Depth.FLOAT32])
@pytest.mark.parametrize("scale", [2.0, 0.5, 4.0])
def test_so_is_the_original_that_strength_blends_with(depth, scale):
    array, layer = layer_of(stripes(40, 48), depth)
    ours = enhance(array, layer, Enlarge(4), facts_of(scale=4, reach=3), scale=scale, strength=0.0, tile=32)
    top = np.iinfo(array.dtype).max if depth is not Depth.FLOAT32 else 1
    expected = resized(array / top, ours.shape[1], ours.shape[0])
    assert np.abs(np.clip(ours / top, 0, 1) - expected).max() * 255 < 0.8


def test_a_profile_s_own_curve_makes_the_light():
    """In a linear profile the values are light already."""
    array, layer = layer_of(stripes(30, 30), Depth.FLOAT32, profile=PROFILES["linear"])
    ours = enhance(array, layer, Enlarge(2), facts_of(scale=2, reach=3), strength=0.0, tile=24)
    planes = [
        np.asarray(Image.fromarray(p).resize((60, 60), Image.Resampling.LANCZOS)) for p in np.moveaxis(array, 2, 0)
    ]
    torch.testing.assert_close(torch.from_numpy(ours), torch.from_numpy(np.stack(planes, 2)), atol=1e-4, rtol=0)
