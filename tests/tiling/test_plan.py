"""Plans: exact partitions, equal reads with enough context, halving and resuming."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.wire.geometry import Rect
from burnish.wire.sentences import BurnishError
from burnish_models.tiling.grid import ResultGrid
from burnish_models.tiling.plan import plan_tiles, smallest_tile
from tiling.helpers import COMPACT, UPCONV7, X4PLUS, facts_of

PAIRED = facts_of(scale=2, reach=10, multiple=2)
TWELVES = facts_of(reach=5, border=0, multiple=12)
ALL_FACTS = [COMPACT, UPCONV7, X4PLUS, PAIRED, TWELVES]
sides = st.integers(1, 900)
limits = st.one_of(st.none(), st.integers(1, 700))


@st.composite
def plans(draw):
    width, height = draw(sides), draw(sides)
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    region = Rect(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y)))
    facts = draw(st.sampled_from(ALL_FACTS))
    return plan_tiles(width, height, region, facts, draw(limits), draw(limits), draw(st.integers(0, 5)))


def assert_partition(cores, region):
    assert sum(core.area for core in cores) == region.area
    assert all(region.contains(core) and core.area for core in cores)
    ordered = sorted(cores, key=lambda core: core.y)
    for index, one in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.y >= one.bottom:
                break
            assert one.intersection(other) is None


def assert_sound(plan):
    """Every read has the plan's shape and holds all the context that exists."""
    context, border, multiple = plan.facts.overlap + plan.margin, plan.facts.border, plan.facts.multiple
    for tile in plan.tiles:
        read, core = tile.read, tile.core
        assert (read.width, read.height) == (plan.read_width, plan.read_height)
        assert read.width % multiple == read.height % multiple == 0
        assert read.width % 8 == read.height % 8 == 0
        assert (read.x + border) % multiple == (read.y + border) % multiple == 0
        assert read.x <= max(core.x - context, -border)
        assert read.y <= max(core.y - context, -border)
        assert read.right >= min(core.right + context, plan.layer_width + border)
        assert read.bottom >= min(core.bottom + context, plan.layer_height + border)


@given(plans())
def test_cores_partition_the_region_and_reads_are_equal_with_full_context(plan):
    assert_partition([tile.core for tile in plan.tiles], plan.region)
    assert_sound(plan)


@given(plans())
def test_a_read_reaches_outside_the_border_only_where_the_layer_is_too_small(plan):
    slack = 2 * plan.facts.multiple
    if plan.read_width <= plan.layer_width + 2 * plan.facts.border:
        assert all(tile.read.x >= -plan.facts.border for tile in plan.tiles)
        assert all(tile.read.right <= plan.layer_width + plan.facts.border + slack for tile in plan.tiles)


@given(plans())
def test_the_size_that_a_plan_settled_on_gives_the_same_plan_again(plan):
    """A resumed job knows only the settled size, not what was asked for."""
    again = plan_tiles(
        plan.layer_width,
        plan.layer_height,
        plan.region,
        plan.facts,
        plan.read_width,
        plan.read_height,
        plan.margin,
    )
    assert again == plan


@given(plans(), st.integers(1, 3))
def test_halving_keeps_the_partition_and_the_context(plan, times):
    for _ in range(times):
        before = max(plan.read_width, plan.read_height)
        area = plan.read_width * plan.read_height
        try:
            plan = plan.halved()
        except BurnishError as error:
            assert error.failure.code == "out-of-memory"
            assert before <= 2 * smallest_tile(plan.facts, plan.margin)
            return
        assert_partition([tile.core for tile in plan.tiles], plan.region)
        assert_sound(plan)
        assert plan.read_width * plan.read_height < area


def test_halving_ends():
    plan = plan_tiles(3000, 2000, None, X4PLUS, None, None)
    sizes = []
    with pytest.raises(BurnishError) as caught:
        while True:
            sizes.append(plan.read_width)
            plan = plan.halved()
    assert caught.value.failure.code == "out-of-memory"
    assert sizes[0] >= 3000
    assert sizes[-1] <= 2 * smallest_tile(X4PLUS)


@given(plans(), st.randoms(use_true_random=False))
def test_a_resumed_plan_computes_exactly_the_unfinished_tiles_as_before(plan, random):
    finished = [tile.core for tile in plan.tiles if random.random() < 0.5]
    rest = plan.without(finished)
    assert set(rest.tiles) == {tile for tile in plan.tiles if tile.core not in finished}
    assert (rest.read_width, rest.read_height) == (plan.read_width, plan.read_height)


@given(plans(), st.randoms(use_true_random=False))
def test_resuming_after_halving_repeats_nothing(plan, random):
    try:
        halved = plan.halved()
    except BurnishError:
        return
    finished = [tile.core for tile in halved.tiles if random.random() < 0.5]
    rest = plan.without(finished)
    assert_partition([*finished, *(tile.core for tile in rest.tiles)], plan.region)
    assert_sound(rest)


@given(plans(), st.sampled_from([0.37, 1.0, 1.5, 4.0]), st.randoms(use_true_random=False))
def test_resuming_from_result_rectangles_leaves_no_result_pixel_out(plan, scale, random):
    grid = ResultGrid(plan.region, scale)
    finished = [grid.place(tile.core) for tile in plan.tiles if random.random() < 0.5]
    rest = [grid.place(tile.core) for tile in plan.without(finished, grid.place).tiles]
    assert_partition([rect for rect in (*finished, *rest) if rect.area], grid.bounds)


def test_a_finished_part_that_fits_no_quarter_is_computed_again():
    plan = plan_tiles(400, 400, None, COMPACT, 400, 400)
    awkward = Rect(3, 5, 11, 13)
    assert sum(tile.core.area for tile in plan.without([awkward]).tiles) == 400 * 400


@pytest.mark.parametrize("facts", [COMPACT, UPCONV7])
def test_tile_128_is_taken_as_asked_by_the_fast_networks(facts):
    plan = plan_tiles(512, 512, None, facts, 128, 128)
    assert len(plan.tiles) > 4
    assert 96 <= plan.read_width <= 128


def test_a_tile_smaller_than_its_overlaps_is_raised_to_the_smallest_workable():
    plan = plan_tiles(2000, 2000, None, X4PLUS, 128, 128)
    assert plan.read_width == smallest_tile(X4PLUS) == 192


def test_none_is_one_tile_and_a_fitting_picture_too():
    assert len(plan_tiles(5000, 3000, None, X4PLUS, None, None).tiles) == 1
    assert len(plan_tiles(100, 90, None, COMPACT, 136, 136).tiles) == 1


def test_real_pixels_outside_the_region_are_context():
    (tile,) = plan_tiles(1000, 1000, Rect(400, 400, 100, 100), COMPACT, 256, 256).tiles
    assert tile.read.x <= 382
    assert tile.read.x >= 0
    assert tile.read.right <= 1000


@pytest.mark.parametrize("region", [Rect(1000, 0, 5, 5), Rect(-9, -9, 9, 9), Rect(3, 3, 0, 4)])
def test_a_region_outside_is_refused_with_its_reason(region):
    with pytest.raises(BurnishError) as caught:
        plan_tiles(1000, 500, region, COMPACT, 256, 256)
    assert caught.value.failure.code == "region-outside"
    assert "1000×500" in caught.value.failure.message


@pytest.mark.parametrize("size", [0, -64])
def test_a_tile_size_that_is_none_is_refused(size):
    with pytest.raises(BurnishError) as caught:
        plan_tiles(1000, 500, None, COMPACT, size, 256)
    assert caught.value.failure.code == "bad-request"
    assert caught.value.failure.hint
