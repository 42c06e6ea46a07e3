"""Small pieces that the panel's parts are made of: captions, quiet labels, labels that never widen the panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from burnish.panel.announcement import Announcement
from burnish.panel.keys import Caption, without_mnemonic
from burnish.qt import QtCore, QtGui, QtWidgets

GROUP_SPACING = 5
SECTION_SPACING = 15
_QUIET = 0.68


class Elided(QtWidgets.QLabel):
    """One line that is cut with … where the panel is too narrow; the whole text is its tooltip and accessible name."""

    mode = QtCore.Qt.TextElideMode.ElideMiddle

    def setText(self, a0: str | None) -> None:
        super().setText(a0 or "")
        self.setToolTip(a0 or "")
        self.setAccessibleName(a0 or "")

    def minimumSizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(40, super().minimumSizeHint().height())

    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def paintEvent(self, a0: Any) -> None:
        painter = QtGui.QPainter(self)
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self.mode, area.width())
        self.style().drawItemText(  # pyright: ignore[reportOptionalMemberAccess]
            painter, area, int(self.alignment()), self.palette(), self.isEnabled(), text, self.foregroundRole()
        )


class Quiet(QtWidgets.QLabel):
    """A label for secondary facts: a colour between the text's and its ground's, whatever the host's theme is.

    The palette's own colour for such text is no help: hosts leave it black on their dark themes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        soften(self)

    def changeEvent(self, a0: Any) -> None:
        super().changeEvent(a0)
        if a0.type() == QtCore.QEvent.Type.PaletteChange:
            mix_quiet_colour(self)


class QuietLine(Elided):
    """One quiet line that is cut where the panel is too narrow."""

    def __init__(self) -> None:
        super().__init__()
        soften(self)

    def changeEvent(self, a0: Any) -> None:
        super().changeEvent(a0)
        if a0.type() == QtCore.QEvent.Type.PaletteChange:
            mix_quiet_colour(self)


def soften(label: QtWidgets.QLabel) -> None:
    """Make a label quieter than those around it."""
    label.setForegroundRole(QtGui.QPalette.ColorRole.PlaceholderText)
    font = label.font()
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * 0.92)
        label.setFont(font)
    mix_quiet_colour(label)


def mix_quiet_colour(label: QtWidgets.QLabel) -> None:
    """Take the label's quiet colour from its text's and its ground's."""
    palette = label.palette()
    role = QtGui.QPalette.ColorRole
    text, ground = palette.color(role.WindowText), palette.color(role.Window)
    pairs = zip(_rgb(text), _rgb(ground), strict=True)
    mixed = QtGui.QColor(*(round(_QUIET * one + (1 - _QUIET) * other) for one, other in pairs))
    if palette.color(role.PlaceholderText) != mixed:
        palette.setColor(role.PlaceholderText, mixed)
        label.setPalette(palette)


def _rgb(colour: QtGui.QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


class Entry(QtWidgets.QWidget):
    """A line of a list: what, the quieter details under it, and a button beside both."""

    def __init__(self, title: str, details: str, button: str) -> None:
        super().__init__()
        text, under = Elided(), QuietLine()
        text.mode = QtCore.Qt.TextElideMode.ElideRight
        text.setText(title)
        under.setText(details)
        for label in (text, under):
            label.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred)
        self.button = QtWidgets.QPushButton(button)
        self.button.setProperty("role", "link")
        layout = row(column(text, under, spacing=1), self.button)
        layout.setStretch(0, 1)
        self.setLayout(layout)


def clear(layout: QtWidgets.QLayout) -> None:
    """Take every widget out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def listen(widget: QtWidgets.QWidget, listener: Callable[[], None], *announcements: Announcement) -> None:
    """Call `listener` on each announcement, for as long as the widget lives."""
    for announcement in announcements:
        announcement.connect(listener)

    def end() -> None:
        for announcement in announcements:
            announcement.disconnect(listener)

    widget.destroyed.connect(end)


def caption(text: str, buddy: QtWidgets.QWidget | None = None) -> QtWidgets.QLabel:
    """The small heading over a group of controls. Its `buddy` takes its name, and the focus of its mnemonic."""
    label = Caption(text, buddy)
    label.setProperty("role", "caption")
    if buddy is not None:
        buddy.setAccessibleName(without_mnemonic(text))
    return label


def emphasised(label: QtWidgets.QLabel) -> QtWidgets.QLabel:
    """Make a label the one to read first, whatever style the host has."""
    label.setProperty("role", "title")
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def quiet() -> Quiet:
    """A label for secondary facts, of as many lines as it takes."""
    return Quiet()


def column(*items: QtWidgets.QWidget | QtWidgets.QLayout, spacing: int = GROUP_SPACING) -> QtWidgets.QVBoxLayout:
    """Items under each other, without a margin."""
    layout = QtWidgets.QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for item in items:
        _add(layout, item)
    return layout


def row(*items: QtWidgets.QWidget | QtWidgets.QLayout, spacing: int = 8) -> QtWidgets.QHBoxLayout:
    """Items beside each other, without a margin."""
    layout = QtWidgets.QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for item in items:
        _add(layout, item)
    return layout


def _add(layout: QtWidgets.QBoxLayout, item: QtWidgets.QWidget | QtWidgets.QLayout) -> None:
    if isinstance(item, QtWidgets.QLayout):
        layout.addLayout(item)
    else:
        layout.addWidget(item)


def order_tabs(layout: QtWidgets.QLayout) -> None:
    """Make Tab go through a layout's widgets in the order in which they lie there, whenever they were made."""
    before: QtWidgets.QWidget | None = None
    for widget in _focusable(layout):
        if before is not None:
            QtWidgets.QWidget.setTabOrder(before, widget)
        before = widget


def _focusable(layout: QtWidgets.QLayout) -> Iterator[QtWidgets.QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        assert item is not None
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            if widget.focusPolicy() != QtCore.Qt.FocusPolicy.NoFocus:
                yield widget
            inner = widget.layout()
        if inner is not None:
            yield from _focusable(inner)


def fill_combo(combo: QtWidgets.QComboBox, entries: Sequence[tuple[str, object, str]], chosen: object) -> None:
    """Make (text, value, tooltip) the entries of a combo box and select the one with the value `chosen`, silently."""
    blocked = combo.blockSignals(True)
    combo.clear()
    for index, (text, value, tooltip) in enumerate(entries):
        combo.addItem(text, value)
        combo.setItemData(index, tooltip or text, QtCore.Qt.ItemDataRole.ToolTipRole)
        if value == chosen:
            combo.setCurrentIndex(index)
    combo.blockSignals(blocked)


class CalmCombo(QtWidgets.QComboBox):
    """A combo box that the wheel scrolls past: who scrolls through a low docker must not change the model."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, e: Any) -> None:
        e.ignore()


class CalmSlider(QtWidgets.QSlider):
    """A slider that the wheel moves only while it has the focus."""

    def __init__(self) -> None:
        super().__init__(QtCore.Qt.Orientation.Horizontal)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, e: Any) -> None:
        if self.hasFocus():
            super().wheelEvent(e)
        else:
            e.ignore()


def narrow_combo() -> QtWidgets.QComboBox:
    """A combo box that may be narrower than its longest entry."""
    combo = CalmCombo()
    combo.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    combo.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed)
    return combo
