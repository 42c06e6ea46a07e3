"""Bleeding: the nearest visible colour, the same however the picture is cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

from burnish_models.pixels.bleed import bleed, bleed_margin


def picture(seed, height, width, visible):
    random = np.random.default_rng(seed)
    colours = random.integers(0, 256, (height, width, 3), np.uint8)
    return colours, (random.random((height, width)) < visible).astype(np.uint8) * 255


@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 40), st.sampled_from([0.01, 0.1, 0.5, 0.95]))
def test_hidden_pixels_take_a_nearest_visible_colour_and_visible_ones_stay(seed, height, width, visible):
    colours, alpha = picture(seed, height, width, visible)
    bled = bleed(colours, alpha)
    np.testing.assert_array_equal(bled[alpha > 0], colours[alpha > 0])
    if not alpha.any():
        return
    nearest = distance_transform_edt(alpha == 0)
    seen = np.argwhere(alpha > 0)
    for y, x in np.argwhere(alpha == 0)[:60]:
        same = seen[(colours[seen[:, 0], seen[:, 1]] == bled[y, x]).all(axis=1)]
        assert len(same)
        distance = np.hypot(*(same - (y, x)).T).min()
        assert distance <= 1.1 * nearest[y, x] + 1e-6  # OpenCV's 5x5 distance is within a few per cent


@given(st.integers(0, 10**6), st.integers(2, 9), st.sampled_from([0.002, 0.02, 0.2]))
def test_colours_within_reach_of_visible_pixels_do_not_depend_on_the_window(seed, reach, visible):
    colours, alpha = picture(seed, 90, 80, visible)
    margin = bleed_margin(reach)
    whole = bleed(colours, alpha)
    top, left, height, width = 30, 25, 30, 28
    window = np.s_[top - margin : top + height + margin, left - margin : left + width + margin]
    part = bleed(colours[window], alpha[window])[margin:-margin, margin:-margin]
    inner = alpha[top : top + height, left : left + width] > 0
    near = np.zeros_like(inner)
    for y, x in np.argwhere(inner):
        near[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1] = True
    np.testing.assert_array_equal(part[near], whole[top : top + height, left : left + width][near])


@pytest.mark.parametrize("reach", [4, 9, 18, 64])
def test_the_margin_suffices_where_the_nearest_colour_lies_just_outside(reach):
    """A hidden pixel sees one visible pixel across its diagonal and a nearer one straight behind the window's edge."""
    size = 4 * reach
    colours = np.arange(size * size * 3, dtype=np.uint32).reshape(size, size, 3).astype(np.uint16)
    alpha = np.zeros((size, size), np.uint8)
    top = 2 * reach
    alpha[top + reach, top + reach] = 255
    alpha[top - round(1.35 * reach), top] = 255
    margin = bleed_margin(reach)
    part = bleed(colours[top - margin :], alpha[top - margin :])[margin:]
    np.testing.assert_array_equal(part[0, top], colours[top - round(1.35 * reach), top])


def test_nothing_visible_is_left_alone():
    colours, _ = picture(1, 5, 5, 0.5)
    assert bleed(colours, np.zeros((5, 5))) is colours
