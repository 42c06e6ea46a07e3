"""Zoom and pan: the point under the mouse stays, and the picture cannot be lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.hosts.standalone.view import LARGEST, SMALLEST, View
from burnish.wire.geometry import Rect

sizes = st.integers(1, 20000)
canvases = st.integers(160, 4000)


def view(width=800, height=600, columns=4000, rows=3000) -> View:
    made = View()
    made.resize(width, height)
    made.show_document(columns, rows)
    return made


@given(canvases, canvases, sizes, sizes)
def test_fitting_shows_everything_in_the_middle(width, height, columns, rows):
    made = view(width, height, columns, rows)
    if made.zoom > SMALLEST:
        assert made.visible() == Rect(0, 0, columns, rows)
    assert made.to_canvas(columns / 2, rows / 2) == pytest.approx((width / 2, height / 2), abs=1e-6)


@given(st.floats(0, 800), st.floats(0, 600), st.floats(-6, 6))
def test_zooming_keeps_what_is_under_the_mouse(x, y, steps):
    made = view()
    made.zoom_to(1.0)
    before = made.to_document(x, y)
    made.zoom_by_steps(steps, x, y)
    if Rect(0, 0, 4000, 3000).contains(made.visible() or Rect(0, 0, 1, 1)) and made.x < 600 and made.y < 450:
        moved = (made.x, made.y)
        expected = (x - before[0] * made.zoom, y - before[1] * made.zoom)
        inside = -4000 * made.zoom + 200 <= expected[0] <= 600 and -3000 * made.zoom + 150 <= expected[1] <= 450
        if inside:
            assert moved == pytest.approx(expected, abs=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-60, 60))
def test_the_picture_stays_in_sight(across, down, steps):
    made = view()
    made.zoom_by_steps(steps)
    made.pan(across, down)
    assert SMALLEST <= made.zoom <= LARGEST
    assert made.visible() is not None


def test_a_hundred_percent_is_reached_exactly_on_the_way():
    made = view()
    zooms = []
    while made.zoom < 2:
        made.zoom_by_steps(1)
        zooms.append(made.zoom)
    assert 1.0 in zooms


def test_a_fitted_picture_stays_fitted_when_the_window_grows():
    made = view(800, 600)
    small = made.zoom
    made.resize(1600, 1200)
    assert made.zoom > small
    assert made.visible() == Rect(0, 0, 4000, 3000)
    made.zoom_to(0.5)
    made.resize(800, 600)
    assert made.zoom == 0.5


@given(st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_canvas_and_document_coordinates_are_inverse(x, y):
    made = view()
    assert made.to_canvas(*made.to_document(x, y)) == pytest.approx((x, y), abs=1e-6)
