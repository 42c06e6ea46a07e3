"""What lies on the canvas: the picture, a result over it, how strong it is shown, and the tile in work."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from burnish.hosts.contract import ResultPixels
from burnish.hosts.standalone.display import PictureDisplay
from burnish.hosts.standalone.display_thread import DisplayThread
from burnish.hosts.standalone.document import Document
from burnish.hosts.standalone.files.contents import DTYPES
from burnish.qt import QtCore, Signal
from burnish.wire.geometry import Rect


@dataclass
class ShownResult:
    """A result over its region of the document.

    Attributes:
        region: in document pixels.
        pixels: [height, width, channels], the worker's own memory.
        finished: in result pixels; everything once `complete`.
        framed: the tile in work, in result pixels.
        settled: the run has ended.
        saved: whether the artist has it in a file.
    """

    region: Rect
    result: ResultPixels
    pixels: np.ndarray
    display: PictureDisplay
    finished: list[Rect] = field(default_factory=list)
    complete: bool = False
    strength: float = 1.0
    framed: Rect | None = None
    settled: bool = False
    saved: bool = False

    @property
    def scale(self) -> float:
        """Result pixels per document pixel."""
        return self.result.format.width / self.region.width

    def to_document(self, rect: Rect) -> QtCore.QRectF:
        """A rectangle of the result in document pixels."""
        across, down = self.region.width / self.result.format.width, self.region.height / self.result.format.height
        return QtCore.QRectF(
            self.region.x + rect.x * across, self.region.y + rect.y * down, rect.width * across, rect.height * down
        )

    def bounds(self) -> QtCore.QRectF:
        return self.to_document(self.result.format.bounds)


class Stage(QtCore.QObject):
    """Shows one document and at most one result over it.

    Signals:
        changed: a part, in document pixels (QRectF), looks different; None for everything.
        document_changed, result_changed: another one, or none.
    """

    changed = Signal(object)
    document_changed = Signal()
    result_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._thread = DisplayThread()
        self.document: Document | None = None
        self.original: PictureDisplay | None = None
        self.result: ShownResult | None = None
        self._underneath: ShownResult | None = None

    def open(self, document: Document | None) -> None:
        """Show another document, without a result; None shows nothing."""
        for shown in (self.result, self._underneath):
            if shown is not None:
                shown.display.close()
        if self.original is not None:
            self.original.close()
        self.result = self._underneath = self.original = None
        self.document = document
        if document is not None:
            self.original = PictureDisplay(document.picture.format, document.picture.pixels, self._thread)
            self.original.changed.connect(lambda rect: self.changed.emit(_as_rect(rect)))
        self.document_changed.emit()
        self.result_changed.emit()
        self.changed.emit(None)

    def begin_result(self, region: Rect, result: ResultPixels) -> ShownResult:
        """An empty result over `region`. The one before it comes back if this one is discarded."""
        kind = result.format
        pixels = np.frombuffer(result.view, DTYPES[kind.depth], kind.width * kind.height * kind.channels)
        pixels = pixels.reshape(kind.height, kind.width, kind.channels)
        shown = ShownResult(region, result, pixels, PictureDisplay(kind, pixels, self._thread, complete=False))
        shown.display.changed.connect(lambda rect: self.changed.emit(shown.to_document(rect)))
        self._underneath, self.result = self.result, shown
        self.result_changed.emit()
        self.changed.emit(None)
        return shown

    def paint(self, shown: ShownResult, rect: Rect) -> None:
        """These pixels of the result have arrived."""
        shown.finished.append(rect)
        shown.display.refresh(rect)

    def frame(self, shown: ShownResult, rect: Rect | None) -> None:
        before, shown.framed = shown.framed, rect
        for framed in (before, rect):
            if framed is not None:
                self.changed.emit(shown.to_document(framed))

    def set_strength(self, shown: ShownResult, strength: float) -> None:
        shown.strength = strength
        shown.saved = False
        self.changed.emit(shown.bounds())

    def settle(self, shown: ShownResult) -> None:
        """The result stands; the one before it goes."""
        shown.settled = True
        whole = shown.result.format.bounds
        shown.complete = covered_area(shown.finished, whole) == whole.area
        if shown.complete:
            shown.display.complete()
        if self._underneath is not None:
            self._underneath.display.close()
            self._underneath = None
        self.result_changed.emit()
        self.changed.emit(shown.bounds())

    def discard(self, shown: ShownResult) -> None:
        """Take a result away; the one before it shows again."""
        shown.display.close()
        if self.result is shown:
            self.result, self._underneath = self._underneath, None
        self.result_changed.emit()
        self.changed.emit(None)

    def hide_result(self) -> ShownResult | None:
        """Undo: show the picture alone. What is returned can be shown again."""
        shown, self.result = self.result, None
        self.result_changed.emit()
        self.changed.emit(None)
        return shown

    def show_result(self, shown: ShownResult) -> None:
        self.result = shown
        self.result_changed.emit()
        self.changed.emit(None)

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is on display."""
        return self._thread.is_idle

    def close(self) -> None:
        self.open(None)
        self._thread.end()


def covered_area(rects: list[Rect], whole: Rect) -> int:
    """How many pixels of `whole` lie in at least one of the rectangles (which may overlap)."""
    inside = [common for rect in rects if (common := rect.intersection(whole)) is not None]
    edges = sorted({edge for rect in inside for edge in (rect.y, rect.bottom)})
    area = 0
    for top, bottom in itertools.pairwise(edges):
        spans = sorted((rect.x, rect.right) for rect in inside if rect.y <= top and rect.bottom >= bottom)
        covered, reached = 0, whole.x
        for left, right in spans:
            covered += max(0, right - max(left, reached))
            reached = max(reached, right)
        area += covered * (bottom - top)
    return area


def _as_rect(rect: Rect) -> QtCore.QRectF:
    return QtCore.QRectF(rect.x, rect.y, rect.width, rect.height)
