"""Where the picture is on the canvas, and how large: plain geometry in device pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from burnish.wire.geometry import Rect

SMALLEST, LARGEST = 1 / 64, 64.0
_MARGIN = 28
_STEP = 1.25


@dataclass
class View:
    """A window of `width`×`height` device pixels onto a document of `columns`×`rows` pixels.

    zoom: device pixels per document pixel. x, y: the document's top left corner on the canvas.
    fitting: the document is kept fitted when the canvas changes its size.
    """

    width: int = 1
    height: int = 1
    columns: int = 1
    rows: int = 1
    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    fitting: bool = True

    def show_document(self, columns: int, rows: int) -> None:
        """Another document, fitted."""
        self.columns, self.rows = columns, rows
        self.fit()

    def resize(self, width: int, height: int) -> None:
        """The canvas has another size; what was in its middle stays there."""
        self.x += (width - self.width) / 2
        self.y += (height - self.height) / 2
        self.width, self.height = width, height
        if self.fitting:
            self.fit()
        else:
            self._keep_in_sight()

    def fit(self) -> None:
        """All of the document, with a margin, never larger than it is unless it is tiny."""
        across = (self.width - 2 * _MARGIN) / self.columns
        down = (self.height - 2 * _MARGIN) / self.rows
        self.zoom = min(LARGEST, max(SMALLEST, min(across, down, 8.0)))
        self.x = (self.width - self.columns * self.zoom) / 2
        self.y = (self.height - self.rows * self.zoom) / 2
        self.fitting = True

    def zoom_to(self, zoom: float, x: float | None = None, y: float | None = None) -> None:
        """Another zoom; the document pixel under (x, y), the canvas' middle by default, stays where it is."""
        at_x = self.width / 2 if x is None else x
        at_y = self.height / 2 if y is None else y
        zoom = min(LARGEST, max(SMALLEST, zoom))
        self.x = at_x - (at_x - self.x) * zoom / self.zoom
        self.y = at_y - (at_y - self.y) * zoom / self.zoom
        self.zoom = zoom
        self.fitting = False
        self._keep_in_sight()

    def zoom_by_steps(self, steps: float, x: float | None = None, y: float | None = None) -> None:
        """A wheel click is one step of a quarter; more than 100 % is reached exactly on the way."""
        zoom = self.zoom * _STEP**steps
        if min(self.zoom, zoom) < 0.999 and max(self.zoom, zoom) > 1.001:
            zoom = 1.0
        self.zoom_to(zoom, x, y)

    def pan(self, across: float, down: float) -> None:
        self.x += across
        self.y += down
        self.fitting = False
        self._keep_in_sight()

    def to_document(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom

    def to_canvas(self, x: float, y: float) -> tuple[float, float]:
        return self.x + x * self.zoom, self.y + y * self.zoom

    def visible(self) -> Rect | None:
        """The part of the document that can be seen; None where none of it can."""
        left, top = self.to_document(0, 0)
        right, bottom = self.to_document(self.width, self.height)
        seen = Rect(
            math.floor(left), math.floor(top), math.ceil(right) - math.floor(left), math.ceil(bottom) - math.floor(top)
        )
        return seen.intersection(Rect(0, 0, self.columns, self.rows))

    def _keep_in_sight(self) -> None:
        """At least a quarter of the canvas keeps showing the document, so that it cannot be lost."""
        across, down = self.columns * self.zoom, self.rows * self.zoom
        near_x, near_y = min(across, self.width / 4), min(down, self.height / 4)
        self.x = min(max(self.x, near_x - across), self.width - near_x)
        self.y = min(max(self.y, near_y - down), self.height - near_y)
