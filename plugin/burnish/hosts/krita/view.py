"""What of a picture can be seen: libkis knows zoom, pan and rotation, and the canvas's widget knows its size."""

from __future__ import annotations

from typing import Any

from burnish.hosts.krita.program import Document, application
from burnish.qt import Qt, QtCore, QtWidgets
from burnish.wire.geometry import Rect


class Viewport:
    """Looks at the active view. Holds on to the widget that holds all views, because finding it takes a while."""

    def __init__(self) -> None:
        self._area: QtWidgets.QMdiArea | None = None

    def visible(self, document: Document) -> Rect | None:
        """The part of the picture that the active view shows, None where none or another picture is shown."""
        window = application().activeWindow()
        view = window.activeView() if window is not None else None
        if view is None or not view.document() == document:  # noqa: SIM201 - libkis has == alone
            return None
        size = self._canvas_size(window)
        if size is None:
            return None
        inverted = view.flakeToCanvasTransform().inverted()
        to_image = inverted[0] * view.flakeToImageTransform()
        seen = to_image.mapRect(QtCore.QRectF(0, 0, size.width(), size.height())).toAlignedRect()
        picture = Rect(0, 0, document.width(), document.height())
        return Rect(seen.x(), seen.y(), seen.width(), seen.height()).intersection(picture)

    def _canvas_size(self, window: Any) -> QtCore.QSize | None:
        try:
            shown = self._area.activeSubWindow() if self._area is not None else None
        except RuntimeError:  # the widget went with its window
            shown = None
        if shown is None:
            self._area = window.qwindow().findChild(QtWidgets.QMdiArea)
            shown = self._area.activeSubWindow() if self._area is not None else None
        view = shown.widget() if shown is not None else None
        if view is None:
            return None
        directly = Qt.FindChildOption.FindDirectChildrenOnly
        canvas = view.findChild(QtWidgets.QAbstractScrollArea, "", directly)
        viewport = canvas.viewport() if canvas is not None else None
        return viewport.size() if viewport is not None else None
