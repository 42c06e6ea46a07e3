"""A tile of an enlarged picture at the size of the picture before: every so many pixels one, without computing any."""

from __future__ import annotations

from typing import Literal

from burnish.wire.geometry import Rect

_UNITS: dict[int, Literal["H", "I", "Q"]] = {2: "H", 4: "I", 8: "Q"}


def shrunk(pixels: memoryview, rect: Rect, pixel_bytes: int, step: int) -> tuple[Rect, bytes]:
    """Every `step`-th pixel of a tile of an enlarged picture, in both directions, counted from the picture's corner.

    Args:
        pixels: the tile's rows, packed.
        rect: where the tile lies in the enlarged picture.

    Returns:
        Where what is left lies in the small picture, and its rows, packed. Its width or height may be 0.
    """
    left, top = -(-rect.x // step), -(-rect.y // step)
    small = Rect(left, top, -(-rect.right // step) - left, -(-rect.bottom // step) - top)
    first_column, first_row = left * step - rect.x, top * step - rect.y
    rows = range(first_row, rect.height, step)
    if pixel_bytes in _UNITS:
        units = pixels.cast("B").cast(_UNITS[pixel_bytes])
        width = rect.width
        kept = (units[row * width + first_column : (row + 1) * width : step].tobytes() for row in rows)
        return small, b"".join(kept)
    return small, _wide(pixels.cast("B").cast("Q"), rect, first_column, rows, step)


def _wide(units: memoryview, rect: Rect, first_column: int, rows: range, step: int) -> bytes:
    """The same for pixels of two units: four floats."""
    columns = len(range(first_column, rect.width, step))
    row_of_both = memoryview(bytearray(columns * 16)).cast("Q")
    kept = []
    for row in rows:
        start, end = 2 * (row * rect.width + first_column), 2 * (row + 1) * rect.width
        row_of_both[0::2] = units[start : end : 2 * step]
        row_of_both[1::2] = units[start + 1 : end : 2 * step]
        kept.append(row_of_both.tobytes())
    return b"".join(kept)
