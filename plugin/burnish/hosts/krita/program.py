"""The running Krita: the one place that imports its module, which has no type stubs and is nowhere but inside Krita.

A Document, Node, View or Canvas of libkis is a handle on something the artist may close or remove at any time. Asking
a closed document for anything but its size can crash Krita, so ask `is_open` and `in_document` first.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

_libkis: Any = importlib.import_module("krita")

Document = Any
Node = Any

DockWidget: Any = _libkis.DockWidget
DockWidgetFactory: Any = _libkis.DockWidgetFactory
Extension: Any = _libkis.Extension
InfoObject: Any = _libkis.InfoObject
_POSITIONS: Any = _libkis.DockWidgetFactoryBase
RIGHT: Any = getattr(_POSITIONS, "DockPosition", _POSITIONS).DockRight  # an enum of its own since PyQt6


def application() -> Any:
    """Krita itself."""
    return _libkis.Krita.instance()


def is_open(document: Document) -> bool:
    """Whether the document has not been closed. Its size alone tells that only once Krita has let go of its memory."""
    return document.width() > 0 and any(each == document for each in application().documents())


def is_at_rest(document: Document) -> bool:
    """Whether nothing is computed in a document, and nothing waits to be."""
    locked: bool = document.tryBarrierLock()
    if locked:
        document.unlock()
    return locked


def in_document(node: Node, document: Document) -> bool:
    """Whether a node is part of the picture, and neither undone nor deleted, nor a group around it."""
    if not is_open(document):
        return False
    root = document.rootNode().uniqueId()
    parent = node.parentNode()
    while parent is not None:
        if parent.uniqueId() == root:
            return True
        parent = parent.parentNode()
    return False


def nodes_of(parent: Node) -> Iterator[Node]:
    """Every node below another."""
    for child in parent.childNodes():
        yield child
        yield from nodes_of(child)


def ancestors_of(node: Node) -> Iterator[Node]:
    """The groups around a node, the innermost first; without the picture itself."""
    parent = node.parentNode()
    while parent is not None and parent.parentNode() is not None:
        yield parent
        parent = parent.parentNode()
