"""A tile that was being painted when the worker died comes out whole, wherever the death struck."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from burnish.wire.geometry import Rect
from burnish_models.worker.journal import Journal

RECT, CORE = Rect(3, 2, 6, 5), Rect(4, 3, 4, 3)


def space_for(dtype: str) -> memoryview:
    return memoryview(bytearray(Journal.bytes_needed(RECT.area * 3 * np.dtype(dtype).itemsize)))


@given(st.integers(0, RECT.height), st.sampled_from(["uint8", "uint16", "float32"]))
def test_a_torn_tile_is_completed(rows_written: int, dtype: str) -> None:
    generator = np.random.default_rng(rows_written)
    before = generator.integers(0, 255, (12, 14, 3)).astype(dtype)
    tile = generator.integers(0, 255, (RECT.height, RECT.width, 3)).astype(dtype)
    expected = before.copy()
    expected[RECT.y : RECT.bottom, RECT.x : RECT.right] = tile

    space, torn = space_for(dtype), before.copy()
    Journal(space).store(RECT, CORE, tile)
    torn[RECT.y : RECT.y + rows_written, RECT.x : RECT.right] = tile[:rows_written]

    assert Journal(space).redo(torn) == (RECT, CORE)
    assert np.array_equal(torn, expected)
    assert Journal(space).redo(torn) is None


def test_a_tile_in_its_place_is_not_written_again() -> None:
    space = space_for("uint8")
    journal = Journal(space)
    journal.store(RECT, CORE, np.full((RECT.height, RECT.width, 3), 9, np.uint8))
    journal.clear()
    result = np.zeros((12, 14, 3), np.uint8)
    assert journal.redo(result) is None
    assert not result.any()


def test_an_empty_journal_holds_nothing() -> None:
    assert Journal(space_for("uint8")).redo(np.zeros((12, 14, 3), np.uint8)) is None
