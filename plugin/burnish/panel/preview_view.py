"""The preview's place in the panel: before on the left of a line that follows the mouse, after on its right."""

from __future__ import annotations

from typing import Any

from burnish.language import _, message_of
from burnish.panel import wording
from burnish.panel.controller import Controller
from burnish.panel.parts import caption, column, listen, quiet, row
from burnish.panel.preview import Preview
from burnish.qt import Qt, QtCore, QtGui, QtWidgets, position_of

_HEIGHT = 140
_DRAG_PIXELS = 4
_STEP = 0.05
_TURN_MS = 80
_SQUARE = 8


class PreviewSection(QtWidgets.QWidget):
    """A button until the artist asks for it; then the picture, a way to make it anew, and one to hide it."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._preview = controller.preview
        self._state = controller.state
        self.show_button = _link(_("Before and after"), _("Try it on a small part first"))
        self.show_button.clicked.connect(lambda _checked=False: self._open())
        self.again = _link(_("Refresh"), _("Make it anew, of the part that is looked at now"))
        self.again.clicked.connect(lambda _checked=False: self._preview.make())
        self.hide_button = _link(_("Hide"), _("Hide the preview"))
        self.hide_button.clicked.connect(lambda _checked=False: self._close())
        heading = row(caption(_("Preview")), spacing=4)
        heading.addStretch(1)
        for button in (self.show_button, self.again, self.hide_button):
            heading.addWidget(button)
        self.view = PreviewView(self._preview)
        self.message = quiet()
        self.setLayout(column(heading, self.view, self.message))
        listen(self, self._show, self._preview.changed)
        self._show()

    def _open(self) -> None:
        self._preview.show()
        self.view.setFocus()

    def _close(self) -> None:
        self._preview.hide()
        self.show_button.setFocus()

    def _show(self) -> None:
        preview = self._preview
        self.show_button.setVisible(not preview.is_open)
        self.show_button.setEnabled(preview.possible)
        self.again.setVisible(preview.is_open)
        self.again.setEnabled(preview.possible and not preview.busy)
        self.hide_button.setVisible(preview.is_open)
        shown = preview.busy or preview.before is not None
        self.view.setVisible(preview.is_open and preview.failure is None and shown)
        text = self._text()
        self.message.setText(text)
        self.message.setVisible(preview.is_open and bool(text))
        self.view.update()

    def _text(self) -> str:
        """What there is to say in the picture's place, or under it."""
        preview = self._preview
        if preview.failure is not None:
            return message_of(preview.failure)
        if preview.busy or preview.is_current or not preview.possible:
            return ""
        seconds = preview.estimate()
        if seconds is None:
            return _("Refresh shows what is chosen now.")
        return _("Refresh shows what is chosen now, in about {duration}.").format(duration=wording.duration(seconds))

    def resizeEvent(self, a0: Any) -> None:
        super().resizeEvent(a0)
        self._preview.resize(self.width(), _HEIGHT)

    def showEvent(self, a0: Any) -> None:
        super().showEvent(a0)
        self._preview.watch(seen=True)

    def hideEvent(self, a0: Any) -> None:
        super().hideEvent(a0)
        self._preview.watch(seen=False)


class PreviewView(QtWidgets.QWidget):
    """The two pictures in one. divider: where the line between them is, from 0 (left) to 1."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self._preview = preview
        self.divider = 0.5
        self._pressed: QtCore.QPointF | None = None
        self._moved = QtCore.QPointF(0, 0)
        self._turn = 0
        self._turning = QtCore.QTimer(self)
        self._turning.setInterval(_TURN_MS)
        self._turning.timeout.connect(self._next_turn)
        self.setFixedHeight(_HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName(_("Before and after"))
        help_text = _(
            "The line follows the mouse or the arrow keys; drag, or Shift and the arrow keys, show another part"
        )
        self.setAccessibleDescription(help_text)
        self.setToolTip(help_text)
        listen(self, self._on_change, preview.changed)

    def _on_change(self) -> None:
        if self._preview.busy and not self._turning.isActive():
            self._turning.start()
        elif not self._preview.busy:
            self._turning.stop()
        self.update()

    def _next_turn(self) -> None:
        self._turn = (self._turn + 1) % 12
        self.update()

    # --- mouse and keyboard --------------------------------------------------------------------------------------

    def mousePressEvent(self, a0: Any) -> None:
        if a0.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._moved = position_of(a0), QtCore.QPointF(0, 0)

    def mouseMoveEvent(self, a0: Any) -> None:
        place = position_of(a0)
        if self._pressed is None:
            self._divide(place.x() / max(1, self.width()))
            return
        moved = place - self._pressed
        if self._moved.manhattanLength() > 0 or moved.manhattanLength() >= _DRAG_PIXELS:
            self._moved = moved
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def mouseReleaseEvent(self, a0: Any) -> None:
        if a0.button() != Qt.MouseButton.LeftButton:
            return
        moved, self._moved, self._pressed = self._moved, QtCore.QPointF(0, 0), None
        self.setCursor(Qt.CursorShape.SplitHCursor)
        if moved.manhattanLength() > 0:
            self._move(-moved.x(), -moved.y())

    def keyPressEvent(self, a0: Any) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        across, down = steps.get(a0.key(), (0, 0))
        if (across or down) and a0.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._move(across * self.width() / 4, down * self.height() / 4)
        elif across:
            self._divide(self.divider + across * _STEP)
        else:
            super().keyPressEvent(a0)

    def _divide(self, where: float) -> None:
        self.divider = min(1.0, max(0.0, where))
        self.update()

    def _move(self, right: float, down: float) -> None:
        """Go on by so many screen pixels."""
        crop = self._preview.crop
        if crop is not None:
            factor = crop.scale * crop.zoom
            self._preview.move(right / factor, down / factor)

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, a0: Any) -> None:
        painter = QtGui.QPainter(self)
        palette, role = self.palette(), QtGui.QPalette.ColorRole
        painter.fillRect(self.rect(), palette.color(role.Base))
        line = round(self.divider * self.width())
        preview = self._preview
        if preview.before is not None:
            after = preview.after if preview.after is not None else preview.before
            self._draw(painter, preview.before, QtCore.QRect(0, 0, line, self.height()))
            self._draw(painter, after, QtCore.QRect(line, 0, self.width() - line, self.height()))
            self._name(painter, _("Before"), QtCore.QRect(0, 0, line, self.height()), left=True)
            if preview.after is not None:
                self._name(painter, _("After"), QtCore.QRect(line, 0, self.width() - line, self.height()), left=False)
            painter.fillRect(QtCore.QRect(line - 1, 0, 3, self.height()), QtGui.QColor(0, 0, 0, 110))
            painter.fillRect(QtCore.QRect(line, 0, 1, self.height()), QtGui.QColor(255, 255, 255))
        if preview.busy:
            self._draw_busy(painter)
        painter.setPen(palette.color(role.Highlight if self.hasFocus() else role.Mid))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw(self, painter: QtGui.QPainter, image: QtGui.QImage, area: QtCore.QRect) -> None:
        """A picture in the middle, as far as it lies in `area`, over squares where it is transparent."""
        zoom = self._preview.crop.zoom if self._preview.crop is not None else 1
        size = QtCore.QSizeF(image.width() * zoom, image.height() * zoom)
        corner = QtCore.QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2)
        target = QtCore.QRectF(corner + self._moved, size)
        painter.save()
        painter.setClipRect(area.intersected(target.toAlignedRect()))
        if image.hasAlphaChannel():
            painter.fillRect(self.rect(), _squares())
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform, zoom == 1)
        painter.drawImage(target, image, QtCore.QRectF(image.rect()))
        painter.restore()

    def _name(self, painter: QtGui.QPainter, text: str, area: QtCore.QRect, *, left: bool) -> None:
        """What is on this side of the line, where there is room to say it."""
        size = self.fontMetrics().size(0, text)
        plate = QtCore.QRect(0, 0, size.width() + 10, size.height() + 4)
        if plate.width() + 8 > area.width():
            return
        plate.moveTop(4)
        if left:
            plate.moveLeft(area.left() + 4)
        else:
            plate.moveRight(area.right() - 4)
        painter.save()
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QtGui.QColor(0, 0, 0, 150))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(QtGui.QColor(255, 255, 255))
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.restore()

    def _draw_busy(self, painter: QtGui.QPainter) -> None:
        """An arc that goes round."""
        ring = QtCore.QRect(0, 0, 22, 22)
        ring.moveCenter(self.rect().center())
        painter.save()
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        for colour, width in ((QtGui.QColor(0, 0, 0, 140), 6), (QtGui.QColor(255, 255, 255), 3)):
            pen = QtGui.QPen(colour, width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(ring, -self._turn * 30 * 16, 250 * 16)
        painter.restore()


def _link(text: str, tooltip: str) -> QtWidgets.QPushButton:
    button = QtWidgets.QPushButton(text)
    button.setProperty("role", "link")
    button.setAccessibleName(tooltip)
    button.setToolTip(tooltip)
    return button


def _squares() -> QtGui.QBrush:
    """The pattern that stands for transparency."""
    tile = QtGui.QPixmap(2 * _SQUARE, 2 * _SQUARE)
    tile.fill(QtGui.QColor(204, 204, 204))
    painter = QtGui.QPainter(tile)
    for corner in (0, _SQUARE):
        painter.fillRect(corner, corner, _SQUARE, _SQUARE, QtGui.QColor(153, 153, 153))
    painter.end()
    return QtGui.QBrush(tile)
