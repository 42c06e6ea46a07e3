"""The canvas: shows the stage, zooms and pans, and lets the artist draw a region and drag the before/after line."""

from __future__ import annotations

from typing import Any

from burnish.hosts.standalone.band import Band, Grip
from burnish.hosts.standalone.canvas_paint import CanvasColours, Painting
from burnish.hosts.standalone.stage import Stage
from burnish.hosts.standalone.view import View
from burnish.language import _
from burnish.qt import Qt, QtCore, QtGui, QtWidgets, Signal, position_of
from burnish.wire.geometry import Rect

_REACH = 9.0
_KEY_STEP, _KEY_LEAP = 0.01, 0.1
_CURSORS = {
    Grip.NEW: Qt.CursorShape.CrossCursor,
    Grip.MOVE: Qt.CursorShape.SizeAllCursor,
    Grip.N: Qt.CursorShape.SizeVerCursor,
    Grip.S: Qt.CursorShape.SizeVerCursor,
    Grip.E: Qt.CursorShape.SizeHorCursor,
    Grip.W: Qt.CursorShape.SizeHorCursor,
    Grip.NE: Qt.CursorShape.SizeBDiagCursor,
    Grip.SW: Qt.CursorShape.SizeBDiagCursor,
    Grip.NW: Qt.CursorShape.SizeFDiagCursor,
    Grip.SE: Qt.CursorShape.SizeFDiagCursor,
}


class Canvas(QtWidgets.QWidget):
    """Everything inside is in device pixels, so that a picture pixel meets a screen pixel on every display.

    Signals:
        region_changed: the artist's region in document pixels, or None; while it is drawn, too.
        view_changed: zoom or position changed.
        split_changed: before/after was switched on or off.
    """

    region_changed = Signal(object)
    view_changed = Signal()
    split_changed = Signal(bool)

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.view = View()
        self.band = Band()
        self.colours = CanvasColours()
        self.split: float | None = None
        self._split_before = 0.5
        self.before_only = False
        self._panning_from: QtCore.QPointF | None = None
        self._dragging_split = False
        self._space = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(_("Picture"))
        self.setAccessibleDescription(_("Drag to draw a region. Wheel zooms, space and drag moves the picture."))
        stage.changed.connect(self._on_stage)
        stage.document_changed.connect(self._on_document)
        stage.result_changed.connect(self._on_result)

    # --- what the window asks ------------------------------------------------------------------------------------

    def fit(self) -> None:
        self.view.fit()
        self._view_moved()

    def zoom_to_pixels(self) -> None:
        """One picture pixel on one screen pixel: a result pixel where there is a result."""
        self.view.zoom_to(self.result_scale(), *self._mouse_or_middle())
        self._view_moved()

    def zoom_by(self, steps: float) -> None:
        self.view.zoom_by_steps(steps)
        self._view_moved()

    def zoom_percent(self) -> float:
        """Screen pixels per pixel of what is shown (the result where there is one), in percent."""
        return 100 * self.view.zoom / self.result_scale()

    def result_scale(self) -> float:
        return self._stage.result.scale if self._stage.result else 1.0

    def set_split(self, shown: bool) -> None:
        """Show before and after side by side, or the result alone."""
        shown = shown and self._stage.result is not None
        if shown == (self.split is not None):
            self.split_changed.emit(shown)
            return
        if self.split is not None:
            self._split_before = self.split
        self.split = self._split_before if shown else None
        self.split_changed.emit(shown)
        self.update()

    def show_before(self, shown: bool) -> None:
        """Show the picture without its result for as long as a key is held."""
        self.before_only = shown
        self.update()

    def clear_region(self) -> None:
        self.band.clear()
        self.region_changed.emit(None)
        self.update()

    def set_region(self, rect: Rect) -> None:
        self.band.rect = rect
        self.region_changed.emit(rect)
        self.update()

    # --- the stage -----------------------------------------------------------------------------------------------

    def _on_document(self) -> None:
        document = self._stage.document
        self.set_split(False)
        self.band.clear()
        if document is not None:
            self.band.columns, self.band.rows = document.picture.format.width, document.picture.format.height
            self.view.show_document(self.band.columns, self.band.rows)
        self._view_moved()

    def _on_result(self) -> None:
        if self._stage.result is None:
            self.set_split(False)
        self.view_changed.emit()  # what 100 % means has changed

    def _on_stage(self, rect: QtCore.QRectF | None) -> None:
        if rect is None:
            self.update()
            return
        left, top = self.view.to_canvas(rect.left(), rect.top())
        ratio = self.devicePixelRatioF()
        size = QtCore.QSizeF(rect.width() * self.view.zoom / ratio + 8, rect.height() * self.view.zoom / ratio + 8)
        dirty = QtCore.QRectF(QtCore.QPointF(left / ratio - 4, top / ratio - 4), size)
        self.update(dirty.toAlignedRect())

    def _view_moved(self) -> None:
        self.view_changed.emit()
        self.update()

    def visible(self) -> Rect | None:
        return self.view.visible() if self._stage.document is not None else None

    # --- drawing -------------------------------------------------------------------------------------------------

    def paintEvent(self, a0: Any) -> None:
        painter = QtGui.QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        exposed = QtCore.QRectF(a0.rect())
        exposed = QtCore.QRectF(exposed.topLeft() * ratio, exposed.size() * ratio)
        painting = Painting(painter, self._stage, self.view, self.colours, exposed, ratio)
        painting.backdrop()
        if self._stage.document is None:
            return
        painting.picture(None if self.split is None else self.split_x(), before_only=self.before_only)
        painting.working_tile()
        if self.band.rect is not None:
            painting.band(self.band)
        if self.split is not None and not self.before_only:
            painting.split_line(self.split_x())

    def split_x(self) -> float:
        """Where the before/after line is, in device pixels."""
        left, right = self._picture_span()
        return left + (self.split if self.split is not None else 0.5) * (right - left)

    def _picture_span(self) -> tuple[float, float]:
        """Left and right end of what can be seen of the result."""
        shown = self._stage.result
        bounds = shown.bounds() if shown else QtCore.QRectF(0, 0, self.view.columns, self.view.rows)
        left = max(0.0, self.view.to_canvas(bounds.left(), 0)[0])
        right = min(float(self.view.width), self.view.to_canvas(bounds.right(), 0)[0])
        return (left, right) if right > left else (0.0, float(self.view.width))

    def resizeEvent(self, a0: Any) -> None:
        ratio = self.devicePixelRatioF()
        self.view.resize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        self._view_moved()

    # --- mouse ---------------------------------------------------------------------------------------------------

    def wheelEvent(self, a0: Any) -> None:
        if self._stage.document is None:
            return
        point = position_of(a0) * self.devicePixelRatioF()
        from_touchpad = a0.phase() != Qt.ScrollPhase.NoScrollPhase and not a0.pixelDelta().isNull()
        if from_touchpad and not a0.modifiers() & Qt.KeyboardModifier.ControlModifier:
            delta = a0.pixelDelta() * self.devicePixelRatioF()
            self.view.pan(delta.x(), delta.y())
        else:
            self.view.zoom_by_steps(a0.angleDelta().y() / 120, point.x(), point.y())
        self._view_moved()
        a0.accept()

    def event(self, a0: Any) -> bool:
        if a0.type() == QtCore.QEvent.Type.NativeGesture and self._stage.document is not None:
            if a0.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                point = position_of(a0) * self.devicePixelRatioF()
                self.view.zoom_to(self.view.zoom * (1 + a0.value()), point.x(), point.y())
                self._view_moved()
            return True
        return super().event(a0)

    def mousePressEvent(self, a0: Any) -> None:
        if self._stage.document is None:
            return
        point = position_of(a0)
        left = a0.button() == Qt.MouseButton.LeftButton
        if a0.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._panning_from = point
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and self._over_split(point):
            self._dragging_split = True
        elif left:
            x, y = self._in_document(point)
            self.band.press(x, y, _REACH * self.devicePixelRatioF() / self.view.zoom)

    def mouseMoveEvent(self, a0: Any) -> None:
        point = position_of(a0)
        ratio = self.devicePixelRatioF()
        if self._panning_from is not None:
            delta = (point - self._panning_from) * ratio
            self._panning_from = point
            self.view.pan(delta.x(), delta.y())
            self._view_moved()
        elif self._dragging_split:
            left, right = self._picture_span()
            self._set_split_fraction((point.x() * ratio - left) / (right - left))
        elif self.band.dragging:
            self.band.drag(*self._in_document(point))
            self.region_changed.emit(self.band.rect)
            self.update()
        else:
            self._show_cursor(point)

    def mouseReleaseEvent(self, a0: Any) -> None:
        self._panning_from = None
        self._dragging_split = False
        if self.band.dragging:
            self.band.release()
            self.region_changed.emit(self.band.rect)
            self.update()
        self._show_cursor(position_of(a0))

    def mouseDoubleClickEvent(self, a0: Any) -> None:
        if self._stage.document is None or a0.button() != Qt.MouseButton.LeftButton:
            return
        point = position_of(a0) * self.devicePixelRatioF()
        if self.view.fitting:
            self.view.zoom_to(self.result_scale(), point.x(), point.y())
        else:
            self.view.fit()
        self._view_moved()

    def _over_split(self, point: QtCore.QPointF) -> bool:
        return self.split is not None and abs(point.x() * self.devicePixelRatioF() - self.split_x()) <= (
            _REACH * self.devicePixelRatioF()
        )

    def _set_split_fraction(self, fraction: float) -> None:
        self.split = min(1.0, max(0.0, fraction))
        self.update()

    def _show_cursor(self, point: QtCore.QPointF) -> None:
        if self._stage.document is None:
            self.unsetCursor()
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._over_split(point):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            x, y = self._in_document(point)
            self.setCursor(_CURSORS[self.band.handle_at(x, y, _REACH * self.devicePixelRatioF() / self.view.zoom)])

    def _in_document(self, point: QtCore.QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return self.view.to_document(point.x() * ratio, point.y() * ratio)

    def _mouse_or_middle(self) -> tuple[float | None, float | None]:
        point = self.mapFromGlobal(QtGui.QCursor.pos())
        if not self.rect().contains(point):
            return None, None
        ratio = self.devicePixelRatioF()
        return point.x() * ratio, point.y() * ratio

    # --- keyboard ------------------------------------------------------------------------------------------------

    def keyPressEvent(self, a0: Any) -> None:
        key = a0.key()
        leap = bool(a0.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Space and not a0.isAutoRepeat():
            self._space = True
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif key == Qt.Key.Key_B and not a0.modifiers():
            self.show_before(True)
        elif key == Qt.Key.Key_Escape and self.band.rect is not None:
            self.clear_region()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.split is not None:
            step = _KEY_LEAP if leap else _KEY_STEP
            self._set_split_fraction(self.split + (step if key == Qt.Key.Key_Right else -step))
        elif key in _ARROWS and self._stage.document is not None:
            across, down = _ARROWS[key]
            distance = 240 if leap else 60
            self.view.pan(across * distance, down * distance)
            self._view_moved()
        else:
            super().keyPressEvent(a0)

    def keyReleaseEvent(self, a0: Any) -> None:
        if a0.key() == Qt.Key.Key_Space and not a0.isAutoRepeat():
            self._space = False
            self._show_cursor(QtCore.QPointF(self.mapFromGlobal(QtGui.QCursor.pos())))
        elif a0.key() == Qt.Key.Key_B and not a0.isAutoRepeat():
            self.show_before(False)
        else:
            super().keyReleaseEvent(a0)

    def focusOutEvent(self, a0: Any) -> None:
        self._space = False
        self.show_before(False)
        super().focusOutEvent(a0)


_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
