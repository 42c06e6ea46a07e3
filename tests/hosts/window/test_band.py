"""The rubber band: drawn, moved, resized; never outside the picture."""

from hypothesis import given
from hypothesis import strategies as st

from burnish.hosts.standalone.band import HANDLES, Band, Grip
from burnish.wire.geometry import Rect

WHOLE = Rect(0, 0, 400, 300)
points = st.tuples(st.floats(-200, 700), st.floats(-200, 600))


def band(rect: Rect | None = None) -> Band:
    return Band(WHOLE.width, WHOLE.height, rect)


def drag(of: Band, start, end) -> Rect | None:
    of.press(*start, 5)
    of.drag(*end)
    of.release()
    return of.rect


def test_dragging_draws_a_region_in_any_direction():
    assert drag(band(), (10, 20), (110, 80)) == Rect(10, 20, 100, 60)
    assert drag(band(), (110, 80), (10, 20)) == Rect(10, 20, 100, 60)


def test_a_click_clears_the_region():
    assert drag(band(Rect(10, 10, 50, 50)), (200, 200), (201, 201)) is None


def test_a_region_is_moved_by_its_inside_and_stops_at_the_edge():
    made = band(Rect(10, 20, 100, 60))
    assert drag(made, (50, 50), (70, 60)) == Rect(30, 30, 100, 60)
    assert drag(made, (80, 60), (2000, -2000)) == Rect(300, 0, 100, 60)


def test_each_handle_moves_its_own_sides():
    for grip in HANDLES:
        made = band(Rect(100, 100, 100, 100))
        x, y = made.handle(grip)
        assert made.handle_at(x, y, 5) is grip
        rect = drag(made, (x, y), (x + 20, y + 10))
        assert rect.x == 100 + (20 if "w" in grip.value else 0)
        assert rect.right == 200 + (20 if "e" in grip.value else 0)
        assert rect.y == 100 + (10 if grip in (Grip.N, Grip.NE, Grip.NW) else 0)
        assert rect.bottom == 200 + (10 if grip in (Grip.S, Grip.SE, Grip.SW) else 0)


def test_a_handle_dragged_over_the_other_side_turns_the_region_round():
    assert drag(band(Rect(100, 100, 50, 50)), (150, 125), (60, 125)) == Rect(60, 100, 40, 50)


@given(st.lists(st.tuples(points, points), min_size=1, max_size=6))
def test_whatever_is_dragged_the_region_lies_in_the_picture(drags):
    made = band()
    for start, end in drags:
        rect = drag(made, start, end)
        assert rect is None or WHOLE.contains(rect)
        assert not made.dragging
