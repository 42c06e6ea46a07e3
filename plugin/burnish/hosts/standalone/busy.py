"""A slim bar over the canvas: what is being done with files, and a way to stop it; or what was done."""

from __future__ import annotations

from collections.abc import Callable

from burnish.language import _
from burnish.panel.parts import Elided
from burnish.qt import Qt, QtCore, QtWidgets

_MESSAGE_MS = 8000


class BusyBar(QtWidgets.QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("role", "busy")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = Elided()
        self.bar = QtWidgets.QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(140)
        self.bar.setAccessibleName(_("Progress"))
        self.cancel = QtWidgets.QPushButton(_("Cancel"))
        self.cancel.setAccessibleName(_("Cancel"))
        self.cancel.setProperty("role", "link")
        self.cancel.clicked.connect(lambda _checked=False: cancel())
        self._hide_soon = QtCore.QTimer(self)
        self._hide_soon.setSingleShot(True)
        self._hide_soon.setInterval(_MESSAGE_MS)
        self._hide_soon.timeout.connect(self.hide)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(14, 7, 14, 7)
        layout.setSpacing(12)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.bar)
        layout.addWidget(self.cancel)
        self.hide()

    def show_busy(self, sentence: str) -> None:
        self._hide_soon.stop()
        self.text.setText(sentence)
        self.bar.setVisible(True)
        self.cancel.setVisible(True)
        self.setVisible(bool(sentence))

    def show_message(self, sentence: str) -> None:
        """Something was done; the sentence goes by itself."""
        self.show_busy(sentence)
        self.bar.setVisible(False)
        self.cancel.setVisible(False)
        self._hide_soon.start()
