"""The tile size that is chosen for the user."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish_models.catalogue.model import WHOLE_PICTURE
from burnish_models.tiling.auto_size import auto_tile_size
from burnish_models.tiling.plan import plan_tiles, smallest_tile
from tiling.helpers import COMPACT, UPCONV7, X4PLUS, facts_of

CYCLEGAN = facts_of(scale=1, reach=WHOLE_PICTURE, overlap=64, feather=16, border=16, multiple=8, work=8.7e5)
PLENTY = 64 << 30
GIB = 1 << 30


@given(
    st.sampled_from([COMPACT, UPCONV7, X4PLUS, CYCLEGAN]),
    st.integers(0, PLENTY),
    st.one_of(st.none(), st.floats(1e-9, 1e-1)),
    st.integers(1, 3000),
    st.integers(1, 3000),
)
def test_memory_is_never_overdrawn_but_by_the_smallest_tile(facts, free, seconds, width, height):
    tile_width, tile_height = auto_tile_size(facts, free, seconds, width, height)
    pixels = tile_width * tile_height
    assert pixels * facts.activation_bytes <= free / 2 or pixels <= smallest_tile(facts) ** 2
    plan = plan_tiles(width, height, None, facts, tile_width, tile_height)
    assert plan.read_width <= max(tile_width, smallest_tile(facts))
    assert plan.read_height <= max(tile_height, smallest_tile(facts))


@pytest.mark.parametrize("seconds", [None, 1e-7, 1e-3])
def test_a_network_that_sees_everything_gets_the_whole_picture_where_memory_allows(seconds):
    """Each of its tiles is normalised by its own mean, so that tiles differ in tone."""
    tile = auto_tile_size(CYCLEGAN, PLENTY, seconds, 4000, 3000)
    assert len(plan_tiles(4000, 3000, None, CYCLEGAN, *tile).tiles) == 1
    side, _ = auto_tile_size(CYCLEGAN, 3 * GIB, seconds, 4000, 3000)  # a third of which is a million pixels
    assert 900 <= side <= 1036


@pytest.mark.parametrize("facts", [COMPACT, UPCONV7])
@pytest.mark.parametrize("seconds", [1e-7, 5e-6, 1e-4])
def test_small_overlaps_cost_at_most_a_third(facts, seconds):
    side, _ = auto_tile_size(facts, PLENTY, seconds, 6000, 4000)
    assert (side / (side - 2 * facts.overlap)) ** 2 <= 1.34
    assert side % 32 == 0


@pytest.mark.parametrize("seconds", [1e-7, 5e-6, 1e-4, 1e-3])
def test_wide_overlaps_cost_at_most_what_x4plus_needs(seconds):
    side, _ = auto_tile_size(X4PLUS, PLENTY, seconds, 6000, 4000)
    assert (side / (side - 2 * X4PLUS.overlap)) ** 2 <= 2.26


def test_a_slow_machine_gets_a_tile_a_second_where_overlap_allows():
    side, _ = auto_tile_size(COMPACT, PLENTY, 1 / 500**2, 6000, 4000)
    assert 400 <= side <= 512


def test_a_fast_machine_still_takes_no_more_than_half_a_gigabyte():
    side, _ = auto_tile_size(COMPACT, PLENTY, 1e-9, 6000, 4000)
    assert 0.4 * GIB <= side**2 * COMPACT.activation_bytes <= 0.5 * GIB


def test_a_small_picture_is_taken_whole():
    width, height = auto_tile_size(COMPACT, PLENTY, 5e-6, 900, 100)
    assert len(plan_tiles(900, 100, None, COMPACT, width, height).tiles) == 1


def test_little_memory_means_small_tiles():
    roomy, _ = auto_tile_size(X4PLUS, 4 * GIB, None, 6000, 4000)
    tight, _ = auto_tile_size(X4PLUS, GIB // 5, None, 6000, 4000)
    assert tight < roomy
    assert tight**2 * X4PLUS.activation_bytes <= GIB / 10
