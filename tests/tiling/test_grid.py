"""Where a region's pixels lie in the result."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish_models.tiling.grid import ResultGrid
from burnish_models.tiling.plan import plan_tiles
from tiling.helpers import COMPACT

scales = st.one_of(st.sampled_from([1.0, 2.0, 3.0, 4.0, 1.5, 0.5, 0.25]), st.floats(0.05, 8))


@given(st.integers(1, 700), st.integers(1, 500), scales, st.integers(0, 40), st.integers(0, 40))
def test_placed_cores_partition_the_result(width, height, scale, x, y):
    region = Rect(x, y, width, height)
    grid = ResultGrid(region, scale)
    plan = plan_tiles(x + width + 3, y + height + 9, region, COMPACT, 128, 128)
    placed = [grid.place(tile.core) for tile in plan.tiles]
    assert sum(rect.area for rect in placed) == grid.width * grid.height
    assert all(grid.bounds.contains(rect) for rect in placed)
    assert grid.place(region) == grid.bounds


@given(st.integers(1, 700), scales)
def test_the_size_is_the_rounded_product_and_never_nothing(width, scale):
    grid = ResultGrid(Rect(5, 5, width, 1), scale)
    assert grid.width >= 1
    assert abs(grid.width - width * scale) <= 0.5 or grid.width == 1


@pytest.mark.parametrize(("scale", "expected"), [(4.0, 0), (2.0, 2), (1.0, 4), (0.5, 7), (8.0, 1)])
def test_context_for_resampling_a_four_times_network(scale, expected):
    assert ResultGrid(Rect(0, 0, 10, 10), scale).context(4) == expected


def test_the_format_is_the_layers_but_for_the_size():
    layer = PixelFormat(10, 20, Depth.UINT16, 4, bgr=True, profile=b"x")
    result = ResultGrid(Rect(2, 2, 5, 7), 2.0).format(layer)
    assert result == PixelFormat(10, 14, Depth.UINT16, 4, bgr=True, profile=b"x")


def test_seen_covers_the_pixels_and_the_radius():
    grid = ResultGrid(Rect(10, 20, 8, 8), 2.0)
    assert grid.seen(Rect(0, 0, 4, 4), 0) == Rect(10, 20, 2, 2)
    assert grid.seen(Rect(1, 0, 2, 4), 1) == Rect(9, 19, 4, 4)
