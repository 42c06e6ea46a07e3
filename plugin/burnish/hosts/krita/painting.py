"""A layer of our own in the artist's document: made, painted, and taken away again so that nothing is left of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from burnish.hosts.krita.layers import KritaLayer
from burnish.hosts.krita.program import Document, Node, application, in_document, is_open, nodes_of
from burnish.qt import QtCore
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.shared_pixels import rows_of

_BAND_BYTES = 16 << 20
_TURN_MS = 20
_UNDONE_AFTER_TURNS = 250
_CANNOT_BLEND = ("grouplayer", "filterlayer")


class PaintedLayer:
    """A new paint layer above a source, in the source's own colour space.

    Painting it is no undo step and needs no selection; that it was added is one. The artist's active layer stays the
    active one.

    Attributes:
        painted: where it was painted, in the order in which that happened first.
    """

    def __init__(self, source: KritaLayer, name: str) -> None:
        document, node = source.handle, source.node
        self.document: Document = document
        active = document.activeNode()
        layer = document.createNode(name, "paintlayer")
        colours = source.colours
        if (layer.colorModel(), layer.colorDepth(), layer.colorProfile()) != (
            colours.model,
            colours.depth,
            colours.profile,
        ):
            layer.setColorSpace(colours.model, colours.depth, colours.profile)
        _carry_blending(node, layer)
        node.parentNode().addChildNode(layer, node)
        self.node: Node = layer
        self.painted: dict[Rect, None] = {}
        self._after = ("", frozenset[str]())
        QtCore.QTimer.singleShot(0, lambda: self._settle_in(active))

    def _settle_in(self, active: Node) -> None:
        """By now Krita has made it the active layer, and says that Undo would take it away."""
        if not self.exists():
            return
        self._after = _undo_text(self.document), _identities(self.document)
        if active is not None and is_active(self.document, self.node) and in_document(active, self.document):
            self.document.setActiveNode(active)

    def exists(self) -> bool:
        """Whether it is still in the picture."""
        return in_document(self.node, self.document)

    def paint(self, place: Rect, pixels: Any) -> bool:
        """Put pixels into the picture at `place`. False where Krita did not take them."""
        self.painted[place] = None
        return put_pixels(self.node, place, pixels)

    def clear(self, pixel_bytes: int) -> None:
        """Make all of it transparent."""
        for place in self.painted:
            clear_pixels(self.node, place, pixel_bytes)

    def remove(self, pixel_bytes: int, then: Callable[[], None] = lambda: None) -> None:
        """Take it away, and call `then` when it is gone, which may be some turns of the event loop later.

        Where nothing has happened since it came, that is undone, so that no undo step is left.
        """
        if self.exists():
            self.clear(pixel_bytes)
            if self._came_last():
                application().action("edit_undo").trigger()
                self._when_gone(then, _UNDONE_AFTER_TURNS)
                return
            self.node.remove()
        self._gone(then)

    def _came_last(self) -> bool:
        """Whether Undo would take this very layer away, as far as its words and the layers that are there tell."""
        return self._after == (_undo_text(self.document), _identities(self.document)) and self._after[0] != ""

    def _when_gone(self, then: Callable[[], None], turns: int) -> None:
        """Krita undoes when the picture is at rest, so it must not be given up too soon: both would cancel out."""
        if self.exists() and turns > 0:
            QtCore.QTimer.singleShot(_TURN_MS, lambda: self._when_gone(then, turns - 1))
            return
        if self.exists():
            self.node.remove()
        self._gone(then)

    def _gone(self, then: Callable[[], None]) -> None:
        if is_open(self.document):
            self.document.refreshProjection()
            then()


def is_active(document: Document, node: Node) -> bool:
    """Whether the artist works on this node."""
    active = document.activeNode()
    return active is not None and active.uniqueId() == node.uniqueId()


def put_pixels(node: Node, place: Rect, pixels: Any) -> bool:
    """Krita's own call with its own idea of a rectangle. False where Krita says (since 5.3) that it did not work."""
    return node.setPixelData(bytes(pixels), place.x, place.y, place.width, place.height) is not False


def clear_pixels(node: Node, area: Rect, pixel_bytes: int) -> None:
    """Make a part of a layer transparent."""
    for band in bands_of(area, pixel_bytes):
        put_pixels(node, band, bytes(band.area * pixel_bytes))


def paint_from(node: Node, view: memoryview, pixels: PixelFormat, rects: Iterable[Rect], x: int, y: int) -> None:
    """Copy parts of a whole picture into a layer, where its upper left corner is (x, y)."""
    for rect in rects:
        for band in bands_of(rect, pixels.pixel_bytes):
            put_pixels(node, band.moved(x, y), rows_of(view, pixels, band))


def bands_of(area: Rect, pixel_bytes: int) -> Iterable[Rect]:
    """A rectangle in parts that hold a few megabytes each."""
    rows = max(1, _BAND_BYTES // max(1, area.width * pixel_bytes))
    for top in range(area.y, area.bottom, rows):
        yield Rect(area.x, top, area.width, min(rows, area.bottom - top))


def _carry_blending(source: Node, layer: Node) -> None:
    """A result looks like its source when that is hidden; what has no pixels of its own blends in ways of its own."""
    layer.setOpacity(source.opacity())
    layer.setInheritAlpha(source.inheritAlpha())
    if source.type() not in _CANNOT_BLEND and source.blendingMode() != layer.blendingMode():
        layer.setBlendingMode(source.blendingMode())  # an undo step of its own, which nothing can prevent


def _identities(document: Document) -> frozenset[str]:
    return frozenset(node.uniqueId().toString() for node in nodes_of(document.rootNode()))


def _is_in_front(document: Document) -> bool:
    front = application().activeDocument()
    return front is not None and front == document


def _undo_text(document: Document) -> str:
    """What Undo would undo, in the artist's language; empty where another document is in front."""
    return application().action("edit_undo").text() if _is_in_front(document) else ""
