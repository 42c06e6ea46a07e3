"""The panel's own keys: Alt and an underlined letter, and Return. They count while the focus is inside, and only there.

Qt would make every underlined letter a shortcut of the whole window, and in a host's window that letter is a menu's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from burnish.qt import Qt, QtCore, QtGui, QtWidgets


class Caption(QtWidgets.QLabel):
    """A heading whose underlined letter brings the focus to its `buddy_widget`."""

    def __init__(self, text: str, buddy_widget: QtWidgets.QWidget | None = None) -> None:
        super().__init__(text)
        self.buddy_widget = buddy_widget
        self.setAccessibleName(without_mnemonic(text))

    def paintEvent(self, a0: Any) -> None:
        style = self.style()
        assert style is not None
        flags = int(self.alignment()) | Qt.TextFlag.TextShowMnemonic
        painter = QtGui.QPainter(self)
        style.drawItemText(
            painter,
            self.contentsRect(),
            int(flags),
            self.palette(),
            self.isEnabled(),
            self.text(),
            self.foregroundRole(),
        )


class KeyedWidget(QtWidgets.QWidget):
    """A widget that hears these keys, wherever inside it the focus is.

    Args:
        on_return: what Return does where the focus is on no button.
        show: brings a widget into sight.
    """

    def __init__(self, on_return: Callable[[], None], show: Callable[[QtWidgets.QWidget], None]) -> None:
        super().__init__()
        self._on_return = on_return
        self._show_widget = show

    def event(self, a0: Any) -> bool:
        if a0.type() == QtCore.QEvent.Type.ShortcutOverride and self._meaning(a0) is not None:
            a0.accept()  # the key comes back as a plain key press, past every shortcut of the host
            focus = self.focusWidget()
            if focus is not None:
                focus.installEventFilter(self)  # a combo box would take a letter for the start of an entry
            return True
        return super().event(a0)

    def eventFilter(self, a0: Any, a1: Any) -> bool:
        if a1.type() != QtCore.QEvent.Type.KeyPress:
            return super().eventFilter(a0, a1)
        a0.removeEventFilter(self)
        meaning = self._meaning(a1)
        if meaning is not None:
            meaning()
        return meaning is not None

    def keyPressEvent(self, a0: Any) -> None:
        meaning = self._meaning(a0)
        if meaning is None:
            super().keyPressEvent(a0)
        else:
            meaning()

    def _meaning(self, event: Any) -> Callable[[], object] | None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers == Qt.KeyboardModifier.NoModifier:
            focus = self.focusWidget()
            if isinstance(focus, (QtWidgets.QPushButton, QtWidgets.QToolButton)) and focus.isEnabled():
                return focus.click
            return self._on_return
        if modifiers == Qt.KeyboardModifier.AltModifier and 0 < event.key() < 0x110000:
            return self._of_letter(chr(event.key()).lower())
        return None

    def _of_letter(self, letter: str) -> Callable[[], object] | None:
        for button in self.findChildren(QtWidgets.QAbstractButton):
            if mnemonic_of(button.text()) == letter and button.isVisible() and button.isEnabled():
                return button.click
        for caption in self.findChildren(Caption):
            widget = caption.buddy_widget
            if mnemonic_of(caption.text()) == letter and widget is not None and widget.isVisible():
                return lambda: self._focus_on(widget)
        return None

    def _focus_on(self, widget: QtWidgets.QWidget) -> None:
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._show_widget(widget)


def mnemonic_of(text: str) -> str:
    """The letter after a single & in lower case; empty where there is none."""
    found = re.search(r"&([^&\s])", text.replace("&&", ""))
    return found.group(1).lower() if found else ""


def without_mnemonic(text: str) -> str:
    """A text as it is read out, in which Chinese letters in brackets have gone, too."""
    return re.sub(r"\(&[^&\s]\)", "", text).replace("&&", "\0").replace("&", "").replace("\0", "&")


def set_text_with_key(button: QtWidgets.QAbstractButton, text: str) -> None:
    """Give a button a text whose underlined letter is the panel's own, and its name for those who listen."""
    button.setText(text)
    button.setShortcut(QtGui.QKeySequence())  # which setText has just made one for the whole window
    button.setAccessibleName(without_mnemonic(text))
