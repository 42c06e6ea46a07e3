"""The grid of squares that a picture is shown by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from burnish.wire.geometry import PixelFormat, Rect

BLOCK = 512


@dataclass(frozen=True)
class Cell:
    """One square of the grid that a picture is shown by. Level n holds one screen pixel for 2**n picture pixels."""

    level: int
    column: int
    row: int
    overview: bool = False

    def rect(self) -> Rect:
        side = BLOCK << self.level if not self.overview else BLOCK
        return Rect(self.column * side, self.row * side, side, side)


def centre_out(cells: Iterable[Cell], around: PixelFormat | Rect) -> list[Cell]:
    """Cells ordered from the middle of `around` outward."""
    bounds = around.bounds if isinstance(around, PixelFormat) else around
    middle_x, middle_y = bounds.centre

    def distance(cell: Cell) -> float:
        x, y = cell.rect().centre
        return (x - middle_x) ** 2 + (y - middle_y) ** 2

    return sorted(cells, key=distance)


def blocks(rect: Rect) -> Iterator[Rect]:
    """`rect` in pieces of at most BLOCK pixels each way."""
    for y in range(rect.y, rect.bottom, BLOCK):
        for x in range(rect.x, rect.right, BLOCK):
            yield Rect(x, y, min(BLOCK, rect.right - x), min(BLOCK, rect.bottom - y))
