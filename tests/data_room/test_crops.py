"""Crops are where they should be, orientations are the eight of a square, detail is found."""

from __future__ import annotations

import numpy as np
import pytest

from burnish_models.data.crops import Orientation, cut, detail, draw_corner, draw_crop, draw_orientation, to_float
from data_room.pictures_for_tests import ramp


def numbers(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_crop_is_the_picture_there() -> None:
    crop = cut(ramp(90, 120), (7, 30), 40)
    assert crop.shape == (40, 40, 3)
    assert (crop[0, 0, 1], crop[0, 0, 0]) == (7, 30)
    assert (crop[-1, -1, 1], crop[-1, -1, 0]) == (46, 69)


def test_corners_reach_every_place_and_no_further() -> None:
    corners = {draw_corner(numbers(seed), 12, 11, 10) for seed in range(200)}
    assert corners == {(y, x) for y in range(3) for x in range(2)}


def test_what_is_missing_is_mirrored() -> None:
    small = ramp(5, 3)
    crop = cut(small, draw_corner(numbers(), 5, 3, 12), 12)
    np.testing.assert_array_equal(crop[:5, :3], small)
    np.testing.assert_array_equal(crop[:5, 3:6], small[:, ::-1])
    np.testing.assert_array_equal(crop[5:10, :3], small[::-1])


def test_the_eight_orientations_differ_and_all_occur() -> None:
    picture = ramp(6, 6)
    drawn = {draw_orientation(numbers(seed), flip=True, turn=True) for seed in range(200)}
    assert len(drawn) == 8
    assert len({orientation.of(picture).tobytes() for orientation in drawn}) == 8


@pytest.mark.parametrize(("flip", "turn", "count"), [(False, False, 1), (True, False, 2), (False, True, 4)])
def test_flips_and_turns_can_be_left_out(flip: bool, turn: bool, count: int) -> None:
    assert len({draw_orientation(numbers(seed), flip=flip, turn=turn) for seed in range(100)}) == count


def test_a_quarter_turn_is_to_the_left() -> None:
    turned = Orientation(mirrored=False, quarters=1).of(ramp(4, 6))
    assert turned.shape == (6, 4, 3)
    assert tuple(turned[0, 0, :2]) == (5, 0)  # the upper right corner came to the upper left


def test_candidates_find_detail() -> None:
    picture = np.full((64, 256, 3), 128, np.uint8)
    picture[:, 128:] = numbers(3).integers(0, 255, (64, 128, 3), dtype=np.uint8)
    any_place = [detail(draw_crop(numbers(seed), picture, 32, 1)) for seed in range(40)]
    best_of_8 = [detail(draw_crop(numbers(seed), picture, 32, 8)) for seed in range(40)]
    assert sum(value == 0 for value in any_place) > 5
    assert min(best_of_8) > 20


def test_floats_are_contiguous_and_exact() -> None:
    image = to_float(Orientation(mirrored=True, quarters=3).of(ramp(8, 8)))
    assert image.dtype == np.float32 and image.flags.c_contiguous
    np.testing.assert_array_equal(np.round(image * 255).astype(np.uint8), Orientation(True, 3).of(ramp(8, 8)))
