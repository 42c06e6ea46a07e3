"""Small pieces that the panel's parts are made of: captions, quiet labels, labels that never widen the panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from burnish.panel.announcement import Announcement
from burnish.qt import QtCore, QtGui, QtWidgets

GROUP_SPACING = 5
SECTION_SPACING = 15


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
    label = QtWidgets.QLabel(text)
    label.setProperty("role", "caption")
    if buddy is not None:
        label.setBuddy(buddy)
        buddy.setAccessibleName(text.replace("&", ""))
    return label


def emphasised(label: QtWidgets.QLabel) -> QtWidgets.QLabel:
    """Make a label the one to read first, whatever style the host has."""
    label.setProperty("role", "title")
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def quiet(*, wrap: bool = True) -> QtWidgets.QLabel:
    """A label for secondary facts."""
    label = QtWidgets.QLabel() if wrap else Elided()
    label.setWordWrap(wrap)
    label.setProperty("role", "quiet")
    label.setForegroundRole(QtGui.QPalette.ColorRole.PlaceholderText)
    font = label.font()
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * 0.92)
        label.setFont(font)
    return label


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


def narrow_combo() -> QtWidgets.QComboBox:
    """A combo box that may be narrower than its longest entry."""
    combo = QtWidgets.QComboBox()
    combo.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    combo.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed)
    return combo
