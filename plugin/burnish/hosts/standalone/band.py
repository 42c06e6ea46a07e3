"""The rubber band: drawing, moving and resizing a region with the mouse. Plain geometry in document pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from burnish.wire.geometry import Rect

SMALLEST = 8


class Grip(str, Enum):
    """Where a region can be taken hold of: its corners and sides (compass directions), or its inside."""

    NEW = "new"
    MOVE = "move"
    N = "n"
    NE = "ne"
    E = "e"
    SE = "se"
    S = "s"
    SW = "sw"
    W = "w"
    NW = "nw"


HANDLES = (Grip.NW, Grip.N, Grip.NE, Grip.E, Grip.SE, Grip.S, Grip.SW, Grip.W)


@dataclass
class Band:
    """A region inside a document of `columns`×`rows` pixels; None while there is none."""

    columns: int = 1
    rows: int = 1
    rect: Rect | None = None
    _grip: Grip | None = None
    _from: tuple[float, float] = (0.0, 0.0)
    _before: Rect | None = None

    @property
    def dragging(self) -> bool:
        return self._grip is not None

    def handle_at(self, x: float, y: float, reach: float) -> Grip:
        """What a press at (x, y) would take hold of; `reach` is how far from a handle still counts."""
        if self.rect is None:
            return Grip.NEW
        for grip in HANDLES:
            handle_x, handle_y = self.handle(grip)
            if abs(x - handle_x) <= reach and abs(y - handle_y) <= reach:
                return grip
        inside = self.rect.x <= x < self.rect.right and self.rect.y <= y < self.rect.bottom
        return Grip.MOVE if inside else Grip.NEW

    def handle(self, grip: Grip) -> tuple[float, float]:
        """Where a handle of the region is."""
        assert self.rect is not None
        x, y = self.rect.centre
        if "w" in grip.value:
            x = self.rect.x
        if "e" in grip.value:
            x = self.rect.right
        if grip in (Grip.N, Grip.NE, Grip.NW):
            y = self.rect.y
        if grip in (Grip.S, Grip.SE, Grip.SW):
            y = self.rect.bottom
        return x, y

    def press(self, x: float, y: float, reach: float) -> None:
        self._grip = self.handle_at(x, y, reach)
        self._from = (x, y)
        self._before = self.rect

    def drag(self, x: float, y: float) -> None:
        """The mouse moved to (x, y) with the button down."""
        if self._grip is None:
            return
        if self._grip is Grip.NEW:
            self.rect = self._between(self._from[0], self._from[1], x, y)
            return
        assert self._before is not None
        if self._grip is Grip.MOVE:
            self.rect = self._moved(round(x - self._from[0]), round(y - self._from[1]))
            return
        left, top, right, bottom = self._before.x, self._before.y, self._before.right, self._before.bottom
        name = self._grip.value
        left = x if "w" in name else left
        right = x if "e" in name else right
        top = y if name[0] == "n" else top
        bottom = y if name[0] == "s" else bottom
        self.rect = self._between(left, top, right, bottom) or self.rect

    def release(self) -> None:
        """The button went up. A click, or a speck nobody can have meant, leaves no region (or the one before it)."""
        grip, self._grip = self._grip, None
        if self.rect is None or self.rect.width < SMALLEST or self.rect.height < SMALLEST:
            self.rect = None if grip is Grip.NEW else self._before

    def clear(self) -> None:
        self.rect = self._grip = None

    def _between(self, x0: float, y0: float, x1: float, y1: float) -> Rect | None:
        left, right = sorted((round(x0), round(x1)))
        top, bottom = sorted((round(y0), round(y1)))
        if right <= left or bottom <= top:
            return None
        return Rect(left, top, right - left, bottom - top).intersection(Rect(0, 0, self.columns, self.rows))

    def _moved(self, across: int, down: int) -> Rect:
        assert self._before is not None
        x = min(max(0, self._before.x + across), self.columns - self._before.width)
        y = min(max(0, self._before.y + down), self.rows - self._before.height)
        return Rect(x, y, self._before.width, self._before.height)
