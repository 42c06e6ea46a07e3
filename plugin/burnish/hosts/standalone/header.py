"""The bar over the canvas: open, save and copy on the left; zoom and before/after on the right."""

from __future__ import annotations

from burnish.hosts.standalone.icons import icon
from burnish.hosts.standalone.theme import Look
from burnish.language import _
from burnish.qt import QAction, Qt, QtCore, QtWidgets

_HEIGHT = 48


class Header(QtWidgets.QWidget):
    """actions: the window's commands by name; each button is one of them."""

    def __init__(self, actions: dict[str, QAction]) -> None:
        super().__init__()
        self.setProperty("role", "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._icons: list[tuple[QtWidgets.QToolButton, str]] = []
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(10, 0, 10, 0)
        layout.setSpacing(4)
        layout.addWidget(self._button(actions["open"], "open", _("Open")))
        layout.addWidget(self._button(actions["save"], "save", _("Save")))
        layout.addWidget(self._button(actions["copy"], "copy", _("Copy")))
        layout.addStretch(1)
        layout.addWidget(self._button(actions["split"], "split", _("Before / after")))
        layout.addSpacing(12)
        layout.addWidget(self._button(actions["smaller"], "smaller"))
        self.zoom = QtWidgets.QLabel()
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.zoom.setFixedWidth(self.zoom.fontMetrics().horizontalAdvance("6400 %") + 8)
        self.zoom.setAccessibleName(_("Zoom"))
        layout.addWidget(self.zoom)
        layout.addWidget(self._button(actions["larger"], "larger"))
        layout.addWidget(self._button(actions["fit"], "fit"))
        layout.addWidget(self._button(actions["pixels"], "pixels"))

    def show_look(self, look: Look) -> None:
        for button, name in self._icons:
            button.setIcon(icon(name, look.text, look.disabled))

    def show_zoom(self, percent: float | None) -> None:
        self.zoom.setText("" if percent is None else _("{percent} %").format(percent=round(percent)))

    def _button(self, action: QAction, name: str, text: str = "") -> QtWidgets.QToolButton:
        button = QtWidgets.QToolButton()
        button.setProperty("role", "tool")
        button.setIconSize(QtCore.QSize(20, 20))
        button.setCheckable(action.isCheckable())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        plain = action.text().replace("&", "")
        keys = action.shortcut().toString()
        button.setToolTip(f"{plain} ({keys})" if keys else plain)
        button.setAccessibleName(plain)
        if text:
            button.setText(f" {text}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(lambda _checked=False: action.trigger())
        action.changed.connect(lambda: self._mirror(button, action))
        self._mirror(button, action)
        self._icons.append((button, name))
        return button

    @staticmethod
    def _mirror(button: QtWidgets.QToolButton, action: QAction) -> None:
        button.setEnabled(action.isEnabled())
        if action.isCheckable():
            button.setChecked(action.isChecked())
