"""The order of tiles: one patch that grows from the focus."""

from hypothesis import given
from hypothesis import strategies as st

from burnish.wire.geometry import Rect
from burnish_models.tiling.order import centre_out
from burnish_models.tiling.plan import plan_tiles
from tiling.helpers import COMPACT


def touches(one: Rect, other: Rect) -> bool:
    """Do the two share part of an edge?"""
    wider = one.intersection(Rect(other.x - 1, other.y, other.width + 2, other.height))
    taller = one.intersection(Rect(other.x, other.y - 1, other.width, other.height + 2))
    return bool(wider or taller)


@given(st.integers(1, 2000), st.integers(1, 1200), st.floats(-500, 2500), st.floats(-500, 1700), st.booleans())
def test_every_tile_once_nearest_first_and_connected(width, height, x, y, halve):
    plan = plan_tiles(width, height, None, COMPACT, 256, 256)
    tiles = plan.halved().tiles if halve and width > 200 and height > 200 else plan.tiles
    ordered = centre_out(tiles, (x, y))
    assert sorted(tile.core for tile in ordered) == sorted(tile.core for tile in tiles)
    for index in range(1, len(ordered)):
        assert any(touches(ordered[index].core, done.core) for done in ordered[:index])
    inside = [tile for tile in tiles if tile.core.contains(Rect(int(x // 1), int(y // 1), 1, 1))]
    if inside:
        assert ordered[0] == inside[0]


def test_edge_neighbours_come_before_diagonal_ones():
    tiles = plan_tiles(660, 660, None, COMPACT, 256, 256).tiles
    assert len(tiles) == 9
    ordered = centre_out(tiles, (330, 330))
    assert ordered[0].core.contains(Rect(330, 330, 1, 1))
    assert {tile.core.x == 220 or tile.core.y == 220 for tile in ordered[:5]} == {True}


def test_the_order_does_not_depend_on_how_the_tiles_are_listed():
    tiles = plan_tiles(1500, 1500, None, COMPACT, 256, 256).tiles
    assert centre_out(tiles, (750, 750)) == centre_out(reversed(tiles), (750, 750))


def test_separate_parts_are_all_reached():
    plan = plan_tiles(1500, 300, None, COMPACT, 256, 256)
    middle = [tile.core for tile in plan.tiles if 400 < tile.core.x < 1000]
    rest = plan.without(middle)
    assert len(centre_out(rest.tiles, (0, 0))) == len(rest.tiles)
