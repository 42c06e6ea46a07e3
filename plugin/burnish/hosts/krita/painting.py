"""A layer of our own in the artist's document: made, painted, and taken away again so that nothing is left of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from burnish.hosts.krita.ground import Ground
from burnish.hosts.krita.layers import KritaLayer
from burnish.hosts.krita.program import Document, Node, application, in_document, is_at_rest, is_open, nodes_of
from burnish.qt import QtCore
from burnish.wire.geometry import Rect

_TURN_MS = 20
_UNDONE_AFTER_TURNS = 50
_CANNOT_BLEND = ("grouplayer", "filterlayer")


class PaintedLayer:
    """A new paint layer above a source, in the source's own colour space.

    Painting it is no undo step and needs no selection; that it was added is one. The artist's active layer stays the
    active one.

    Attributes:
        ground: what is painted on.
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
        self.ground = Ground(document, layer, source.format.pixel_bytes)
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
        return self.ground.paint(place, pixels)

    def remove(self, then: Callable[[], None] = lambda: None) -> None:
        """Take it away, and call `then` when it is gone, which may be some turns of the event loop later.

        Where nothing has happened since it came, that is undone, so that no undo step is left.
        """
        if self.exists():
            if self.ground.is_same():  # else it is no longer clear what lies where
                self.ground.clear()
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
        """Krita undoes when the picture is at rest, so it must not be given up before: both would cancel out.

        turns: how many times the layer may still be found in a picture at rest, until Krita is taken to have declined.
        """
        if self.exists() and turns > 0:
            turns -= is_at_rest(self.document)
            QtCore.QTimer.singleShot(_TURN_MS, lambda: self._when_gone(then, turns))
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
