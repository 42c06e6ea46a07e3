"""Resampling: Pillow as the oracle, and independence of the tiles."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from burnish.wire.geometry import Rect
from burnish_models.pixels.original import resampler_to
from burnish_models.pixels.resample import AxisMap, Kernel, Resampler
from burnish_models.tiling.grid import ResultGrid
from pixels.layers import smooth_picture

LANCZOS, SMOOTH = Kernel.LANCZOS, Kernel.SMOOTH
kernels = st.sampled_from(list(Kernel))


def noise(height, width, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).random((1, height, width), np.float32))


def pillow(planes, width, height, method):
    return np.asarray(Image.fromarray(planes[0].numpy()).resize((width, height), method))


def whole(planes, width, height, kernel):
    """All of a picture, at another size, by Pillow's convention."""
    tall, wide = planes.shape[1:]
    resampler = Resampler(AxisMap(0, wide / width, 0, wide), AxisMap(0, tall / height, 0, tall))
    return resampler.resample(planes, Rect(0, 0, wide, tall), Rect(0, 0, width, height), kernel)


@given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 150), st.integers(1, 150))
def test_lanczos_is_pillows(wide, tall, width, height):
    planes = noise(tall, wide)
    expected = pillow(planes, width, height, Image.Resampling.LANCZOS)
    np.testing.assert_allclose(whole(planes, width, height, LANCZOS)[0], expected, atol=2e-5)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
def test_reducing_smoothly_is_pillows_bilinear(width, height, more_width, more_height):
    planes = noise(height + more_height, width + more_width)
    expected = pillow(planes, width, height, Image.Resampling.BILINEAR)
    np.testing.assert_allclose(whole(planes, width, height, SMOOTH)[0], expected, atol=2e-5)


@given(st.integers(2, 40), st.integers(2, 40), st.sampled_from([2, 3, 4]))
def test_enlarging_smoothly_is_pillows_bicubic_wherever_that_does_not_overshoot(wide, tall, scale):
    planes = torch.from_numpy(smooth_picture(tall, wide, 1)[..., 0].astype(np.float32))[None]
    ours = whole(planes, wide * scale, tall * scale, SMOOTH)[0].numpy()
    theirs = np.asarray(
        Image.fromarray(planes[0].numpy()).resize((wide * scale, tall * scale), Image.Resampling.BICUBIC)
    )
    assert ours.min() >= planes.min()
    assert ours.max() <= planes.max()
    ramp = torch.linspace(0, 1, wide).expand(1, tall, wide)
    ours_ramp = whole(ramp, wide * scale, tall * scale, SMOOTH)[0].numpy()
    theirs_ramp = np.asarray(
        Image.fromarray(ramp[0].numpy()).resize((wide * scale, tall * scale), Image.Resampling.BICUBIC)
    )
    inner = np.s_[:, 2 * scale : -2 * scale]
    np.testing.assert_allclose(ours_ramp[inner], theirs_ramp[inner], atol=1e-5)
    assert np.abs(ours - theirs).max() < 0.2


@given(st.integers(1, 30), st.integers(1, 30), st.floats(1, 8), st.integers(0, 10**6))
def test_smooth_never_leaves_the_range_around_a_pixel(wide, tall, scale, seed):
    mask = (noise(tall, wide, seed) > 0.5).float()
    larger = whole(mask, max(1, round(wide * scale)), max(1, round(tall * scale)), SMOOTH)
    assert larger.min() >= 0
    assert larger.max() <= 1


@given(kernels, st.integers(1, 40), st.integers(1, 40), st.integers(1, 90), st.integers(1, 90))
def test_a_constant_stays_constant(kernel, wide, tall, width, height):
    planes = torch.full((1, tall, wide), 0.3)
    torch.testing.assert_close(whole(planes, width, height, kernel), torch.full((1, height, width), 0.3))


@given(st.integers(1, 40), st.integers(1, 40), kernels)
def test_the_same_size_is_the_same_picture(wide, tall, kernel):
    planes = noise(tall, wide)
    torch.testing.assert_close(whole(planes, wide, tall, kernel), planes, atol=1e-6, rtol=0)


@st.composite
def parts(draw):
    scale = draw(st.sampled_from([0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.7]))
    density = draw(st.sampled_from([1, 2, 4]))
    width, height = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    region = Rect(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y)))
    grid = ResultGrid(region, scale)
    left, top = draw(st.integers(0, grid.width - 1)), draw(st.integers(0, grid.height - 1))
    wanted = Rect(left, top, draw(st.integers(1, grid.width - left)), draw(st.integers(1, grid.height - top)))
    return width, height, density, grid, wanted


@given(parts(), kernels)
def test_a_part_from_just_what_it_needs_is_the_whole_cut_out(case, kernel):
    width, height, density, grid, wanted = case
    resampler = resampler_to(grid, width, height, density)
    bounds = Rect(0, 0, width * density, height * density)
    planes = noise(bounds.height, bounds.width)
    all_of_it = resampler.resample(planes, bounds, grid.bounds, kernel)
    needed = resampler.needs(kernel, wanted)
    assert bounds.contains(needed)
    given = planes[:, needed.y : needed.bottom, needed.x : needed.right]
    part = resampler.resample(given, needed, wanted, kernel)
    cut = all_of_it[:, wanted.y : wanted.bottom, wanted.x : wanted.right]
    torch.testing.assert_close(part, cut, atol=1e-5, rtol=0)


@pytest.mark.parametrize("kernel", list(Kernel))
def test_a_region_is_the_crop_of_the_whole_where_its_corner_falls_on_a_pixel(kernel):
    planes = noise(60, 80)
    everything = Rect(0, 0, 80, 60)
    region, scale = Rect(20, 12, 30, 24), 1.5
    full = resampler_to(ResultGrid(everything, scale), 80, 60).resample(planes, everything, Rect(0, 0, 120, 90), kernel)
    part = resampler_to(ResultGrid(region, scale), 80, 60).resample(planes, everything, Rect(0, 0, 45, 36), kernel)
    torch.testing.assert_close(part, full[:, 18:54, 30:75], atol=1e-5, rtol=0)


def test_too_little_is_refused():
    resampler = resampler_to(ResultGrid(Rect(0, 0, 50, 50), 2.0), 50, 50)
    with pytest.raises(AssertionError):
        resampler.resample(noise(10, 10), Rect(20, 20, 10, 10), Rect(40, 40, 20, 20), LANCZOS)
