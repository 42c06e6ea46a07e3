"""The feathered seam: a weighted sum that does not depend on the order of the tiles."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.wire.geometry import Rect
from burnish_models.tiling.blend import paint_over, seam_weights, written_rect
from burnish_models.tiling.plan import plan_tiles
from tiling.helpers import facts_of

FACTS = facts_of(scale=1, reach=16, feather=4)


def cores_of(width, height, tile, halve=False):
    plan = plan_tiles(width, height, None, FACTS, tile, tile)
    return [part.core for part in (plan.halved() if halve else plan).tiles]


def paint_all(cores, order, values, feather, bounds, dtype=np.float32):
    """Paint constant tiles in the given order, as the worker does."""
    canvas = np.full((bounds.height, bounds.width, 1), 77, dtype)
    finished = []
    for index in order:
        rect = written_rect(cores[index], feather, bounds)
        weights = seam_weights(cores[index], finished, feather, bounds)
        fresh = np.full((rect.height, rect.width, 1), values[index], dtype)
        paint_over(canvas[rect.y : rect.bottom, rect.x : rect.right], fresh, weights)
        finished.append(cores[index])
    return canvas[:, :, 0]


def convolved(cores, values, feather, bounds):
    """The oracle: tiles as a piecewise constant picture, extended at its edges, blurred by a fine box."""
    fine = 4
    picture = np.zeros((bounds.height * fine, bounds.width * fine))
    for core, value in zip(cores, values, strict=True):
        picture[core.y * fine : core.bottom * fine, core.x * fine : core.right * fine] = value
    reach = int(feather * fine)
    padded = np.pad(picture, reach, mode="edge")
    box = np.ones(2 * reach) / (2 * reach)
    padded = np.apply_along_axis(np.convolve, 0, padded, box, "valid")
    padded = np.apply_along_axis(np.convolve, 1, padded, box, "valid")
    return padded[fine // 2 :: fine, fine // 2 :: fine][: bounds.height, : bounds.width]


BOUNDS = Rect(0, 0, 96, 84)
NINE = cores_of(96, 84, 64)


def test_the_example_has_three_by_three_tiles():
    assert len(NINE) == 9
    assert len(cores_of(96, 84, 96, halve=True)) > 4


@given(st.permutations(range(9)), st.sampled_from([1.5, 4.0, 6.0]))
def test_any_order_gives_the_convolved_sum(order, feather):
    values = [0.1, 0.9, 0.4, 0.7, 0.0, 1.0, 0.3, 0.6, 0.2]
    painted = paint_all(NINE, order, values, feather, BOUNDS)
    np.testing.assert_allclose(painted, convolved(NINE, values, feather, BOUNDS), atol=2e-6)


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_halved_tiles_blend_the_same_way(random):
    bounds = Rect(0, 0, 160, 150)
    whole = cores_of(160, 150, 112)
    halves = [core for core in cores_of(160, 150, 112, halve=True) if not whole[0].contains(core)]
    cores = [whole[0], *halves]
    assert sum(core.area for core in cores) == bounds.area
    values = [random.random() for _ in cores]
    order = random.sample(range(len(cores)), len(cores))
    painted = paint_all(cores, order, values, 4.0, bounds)
    np.testing.assert_allclose(painted, convolved(cores, values, 4.0, bounds), atol=2e-6)


def test_no_order_of_nine_tiles_leaves_a_step():
    feather, offset = 4.0, 40
    values = [100 + offset * (index % 2) for index in range(9)]
    limit = offset / (2 * feather)
    for order in list(permutations(range(9)))[:: 362880 // 150]:
        exact = paint_all(NINE, order, values, feather, BOUNDS)
        eight = paint_all(NINE, order, values, feather, BOUNDS, np.uint8).astype(int)
        for axis in (0, 1):
            assert np.abs(np.diff(exact, axis=axis)).max() <= limit + 1e-3
            assert np.abs(np.diff(eight, axis=axis)).max() <= limit + 3


@given(st.permutations(range(9)), st.integers(0, 2**32 - 1), st.sampled_from([np.uint8, np.uint16, np.float16]))
@settings(max_examples=30)
def test_tiles_that_agree_are_left_exactly_as_they_are(order, seed, dtype):
    random = np.random.default_rng(seed)
    top = 1.0 if dtype == np.float16 else np.iinfo(dtype).max
    picture = (random.random((BOUNDS.height, BOUNDS.width, 3)) * top).astype(dtype)
    canvas = np.zeros_like(picture)
    finished = []
    for index in order:
        rect = written_rect(NINE[index], 5.0, BOUNDS)
        area = np.s_[rect.y : rect.bottom, rect.x : rect.right]
        paint_over(canvas[area], picture[area], seam_weights(NINE[index], finished, 5.0, BOUNDS))
        finished.append(NINE[index])
    np.testing.assert_array_equal(canvas, picture)


def test_the_first_tile_and_exact_networks_need_no_weights():
    assert seam_weights(NINE[4], [], 4.0, BOUNDS) is None
    assert seam_weights(NINE[4], NINE[:4], 0.0, BOUNDS) is None
    assert written_rect(NINE[4], 0.0, BOUNDS) == NINE[4]


def test_unfinished_neighbours_are_painted_over_at_full_weight():
    left, right = Rect(0, 0, 40, 20), Rect(80, 0, 40, 20)
    middle = Rect(40, 0, 40, 20)
    weights = seam_weights(middle, [left], 8.0, Rect(0, 0, 120, 20))
    assert weights is not None
    assert weights.shape == (20, 56)
    assert (weights[:, 16:] == 1).all()
    ramp = weights[0, :16]
    np.testing.assert_allclose(ramp, (np.arange(16) + 0.5) / 16, atol=1e-6)
    assert seam_weights(middle, [Rect(200, 0, 9, 9)], 8.0, Rect(0, 0, 300, 20)) is None
    assert right.x > middle.x


@pytest.mark.parametrize("scale", [2, 4])
def test_weights_run_from_nothing_to_everything_without_a_jump(scale):
    bounds = Rect(0, 0, 96 * scale, 84 * scale)
    cores = [Rect(c.x * scale, c.y * scale, c.width * scale, c.height * scale) for c in NINE]
    feather = 4.0 * scale
    weights = seam_weights(cores[4], [core for core in cores if core != cores[4]], feather, bounds)
    assert weights is not None
    assert 0 <= weights.min() < 0.01
    assert weights.max() == 1
    assert max(np.abs(np.diff(weights, axis=axis)).max() for axis in (0, 1)) <= 1 / (2 * feather) + 1e-6
