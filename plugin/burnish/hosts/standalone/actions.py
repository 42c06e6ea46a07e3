"""Makes the window's actions and menus from the table in commands.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from burnish.hosts.standalone.commands import COMMANDS, MENUS
from burnish.hosts.standalone.settings import Settings
from burnish.language import LANGUAGES, _
from burnish.qt import QAction, QActionGroup, QtCore, QtGui, QtWidgets, Signal


def make_actions(window: QtWidgets.QMainWindow, handlers: Mapping[str, Callable[[], object]]) -> dict[str, QAction]:
    """One action a command that has a handler, with its shortcuts."""
    actions = {}
    for command in COMMANDS:
        if command.name not in handlers:
            continue
        action = QAction(_(command.text), window)
        action.setShortcuts([QtGui.QKeySequence(keys) for keys in command.keys])
        action.setCheckable(command.checkable)
        action.setToolTip(_(command.text).replace("&", ""))
        action.triggered.connect(lambda _checked=False, handler=handlers[command.name]: handler())
        window.addAction(action)
        actions[command.name] = action
    return actions


class Menus(QtCore.QObject):
    """The menu bar's parts that change. The signals carry what was chosen."""

    recent_chosen = Signal(object)
    theme_chosen = Signal(str)
    language_chosen = Signal(str)

    def __init__(self, window: QtWidgets.QMainWindow, actions: Mapping[str, QAction], settings: Settings) -> None:
        super().__init__(window)
        self._settings = settings
        self._recent = QtWidgets.QMenu(_("Open &recent"), window)
        submenus = {
            "recent": self._recent,
            "theme": self._choices(window, _("&Theme"), _themes(), settings.theme, self.theme_chosen.emit),
            "language": self._choices(
                window, _("&Language"), _languages(), settings.language, self.language_chosen.emit
            ),
        }
        bar = window.menuBar()
        assert bar is not None
        for title in MENUS:
            menu = bar.addMenu(_(title))
            assert menu is not None
            for command in COMMANDS:
                if command.menu != title:
                    continue
                if not command.name:
                    menu.addSeparator()
                elif command.name in submenus:
                    menu.addMenu(submenus[command.name])
                else:
                    menu.addAction(actions[command.name])

    def show_recent(self, paths: Sequence[Path]) -> None:
        self._recent.clear()
        for path in paths:
            action = QAction(path.name, self._recent)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self.recent_chosen.emit(path))
            self._recent.addAction(action)
        self._recent.setEnabled(bool(paths))
        if paths:
            self._recent.addSeparator()
            forget = QAction(_("&Forget these"), self._recent)
            forget.triggered.connect(lambda _checked=False: self._forget())
            self._recent.addAction(forget)

    def _forget(self) -> None:
        self._settings.forget_files()
        self.show_recent(())

    @staticmethod
    def _choices(
        window: QtWidgets.QMainWindow,
        title: str,
        entries: Sequence[tuple[str, str]],
        chosen: str,
        choose: Callable[[str], None],
    ) -> QtWidgets.QMenu:
        """A menu of which one entry is ticked."""
        menu = QtWidgets.QMenu(title, window)
        group = QActionGroup(menu)
        for name, text in entries:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(lambda _checked=False, name=name: choose(name))
            group.addAction(action)
            menu.addAction(action)
        return menu


def make_menus(window: QtWidgets.QMainWindow, actions: Mapping[str, QAction], settings: Settings) -> Menus:
    return Menus(window, actions, settings)


def _themes() -> list[tuple[str, str]]:
    return [("system", _("Like the &system")), ("light", _("&Light")), ("dark", _("&Dark"))]


def _languages() -> list[tuple[str, str]]:
    return [("", _("Like the &system")), *LANGUAGES.items()]
