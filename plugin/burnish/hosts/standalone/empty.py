"""What the window shows before a picture is open: an invitation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from burnish.hosts.standalone.icons import drawing
from burnish.hosts.standalone.theme import Look
from burnish.language import _
from burnish.panel.parts import quiet
from burnish.qt import Qt, QtGui, QtWidgets

_RECENT_SHOWN = 4
_ICON = 84


class EmptyState(QtWidgets.QWidget):
    """A large area to drop a picture on, a button to open one, and the pictures opened last."""

    def __init__(self, open_file: Callable[[], None], open_recent: Callable[[Path], None]) -> None:
        super().__init__()
        self._open_recent = open_recent
        self.setProperty("role", "empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._frame = QtWidgets.QFrame()
        self._frame.setProperty("role", "drop")
        self._picture = QtWidgets.QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        headline = QtWidgets.QLabel(_("Drop a picture here, or open one"))
        headline.setProperty("role", "headline")
        headline.setAlignment(Qt.AlignmentFlag.AlignCenter)
        headline.setWordWrap(True)
        self.open = QtWidgets.QPushButton(_("Open a picture…"))
        self.open.setProperty("role", "primary")
        self.open.setAccessibleName(_("Open a picture…"))
        self.open.clicked.connect(lambda _checked=False: open_file())
        hint = quiet()
        hint.setText(
            _("PNG, JPEG, WebP or TIFF, 8 bit to float. You can also paste with {keys}.").format(keys=_paste())
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._recent = QtWidgets.QVBoxLayout()
        self._recent.setSpacing(2)
        inside = QtWidgets.QVBoxLayout(self._frame)
        inside.setContentsMargins(40, 36, 40, 36)
        inside.setSpacing(14)
        inside.addStretch(1)
        inside.addWidget(self._picture)
        inside.addWidget(headline)
        inside.addWidget(self.open, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(hint)
        inside.addSpacing(6)
        inside.addLayout(self._recent)
        inside.addStretch(1)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(36, 36, 36, 36)
        layout.addWidget(self._frame)

    def show_look(self, look: Look) -> None:
        self._picture.setPixmap(drawing("picture", look.quiet, _ICON, self.devicePixelRatioF()))

    def show_recent(self, paths: Sequence[Path]) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for path in paths[:_RECENT_SHOWN]:
            button = QtWidgets.QPushButton(path.name)
            button.setProperty("role", "link")
            button.setToolTip(str(path))
            button.setAccessibleName(_("Open {name}").format(name=path.name))
            button.clicked.connect(lambda _checked=False, path=path: self._open_recent(path))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_drag(self, over: bool) -> None:
        """A picture is being dragged over the window."""
        self._frame.setProperty("over", "true" if over else "false")
        style = self._frame.style()
        assert style is not None
        style.unpolish(self._frame)
        style.polish(self._frame)


def _paste() -> str:
    return QtGui.QKeySequence(QtGui.QKeySequence.StandardKey.Paste).toString(
        QtGui.QKeySequence.SequenceFormat.NativeText
    )
