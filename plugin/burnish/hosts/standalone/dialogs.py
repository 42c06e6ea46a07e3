"""The window's small dialogs: shortcuts, about, and the question before a result would be lost."""

from __future__ import annotations

from enum import Enum

import burnish
from burnish.hosts.standalone.commands import COMMANDS, MENUS, ON_THE_CANVAS
from burnish.language import _
from burnish.panel.parts import caption, quiet
from burnish.qt import Qt, QtGui, QtWidgets, run_dialog


class Answer(str, Enum):
    SAVE = "save"
    LOSE = "lose"
    STAY = "stay"


def shortcuts_dialog(parent: QtWidgets.QWidget) -> QtWidgets.QDialog:
    """Every shortcut, grouped as in the menus, and what the mouse does on the canvas."""
    dialog = QtWidgets.QDialog(parent)
    dialog.setWindowTitle(_("Keyboard shortcuts"))
    grid = QtWidgets.QGridLayout()
    grid.setHorizontalSpacing(22)
    grid.setVerticalSpacing(6)
    columns = ((*MENUS[:3],), (*MENUS[3:], ""))
    for side, menus in enumerate(columns):
        line = 0
        for menu in menus:
            heading = caption(_(menu).replace("&", "") if menu else _("On the picture"))
            grid.addWidget(heading, line, 3 * side, 1, 2)
            line += 1
            for keys, text in _entries(menu):
                grid.addWidget(QtWidgets.QLabel(text), line, 3 * side)
                label = QtWidgets.QLabel(keys)
                label.setProperty("role", "quiet")
                grid.addWidget(label, line, 3 * side + 1)
                line += 1
            grid.setRowMinimumHeight(line, 10)
            line += 1
    grid.setColumnMinimumWidth(2, 18)
    close = QtWidgets.QPushButton(_("Close"))
    close.setAccessibleName(_("Close"))
    close.clicked.connect(lambda _checked=False: dialog.accept())
    layout = QtWidgets.QVBoxLayout(dialog)
    layout.setContentsMargins(24, 20, 24, 18)
    layout.setSpacing(14)
    layout.addLayout(grid)
    layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    return dialog


def _entries(menu: str) -> list[tuple[str, str]]:
    if not menu:
        return [(_(keys), _(text)) for keys, text in ON_THE_CANVAS]
    native = QtGui.QKeySequence.SequenceFormat.NativeText
    return [
        (
            ", ".join(QtGui.QKeySequence(keys).toString(native) for keys in command.keys),
            _(command.text).replace("&", ""),
        )
        for command in COMMANDS
        if command.menu == menu and command.keys
    ]


def about_dialog(parent: QtWidgets.QWidget) -> QtWidgets.QDialog:
    """What this is, which version, and under which licence."""
    dialog = QtWidgets.QDialog(parent)
    dialog.setWindowTitle(_("About Burnish"))
    name = QtWidgets.QLabel(f"Burnish {burnish.__version__}")
    name.setProperty("role", "headline")
    text = quiet()
    text.setText(
        _("Enhances pictures on this machine. Nothing is sent anywhere: no account, no telemetry.")
        + "\n\n"
        + _("Free software under the GNU General Public License, version 3 or later.")
    )
    text.setMinimumWidth(360)
    close = QtWidgets.QPushButton(_("Close"))
    close.setAccessibleName(_("Close"))
    close.clicked.connect(lambda _checked=False: dialog.accept())
    layout = QtWidgets.QVBoxLayout(dialog)
    layout.setContentsMargins(24, 20, 24, 18)
    layout.setSpacing(12)
    layout.addWidget(name)
    layout.addWidget(text)
    layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    return dialog


def ask_about_result(parent: QtWidgets.QWidget) -> Answer:
    """What to do with a result that is in no file yet."""
    box = QtWidgets.QMessageBox(parent)
    box.setIcon(QtWidgets.QMessageBox.Icon.Question)
    box.setWindowTitle(_("Burnish"))
    box.setText(_("The enhanced picture has not been saved."))
    save = box.addButton(_("Save…"), QtWidgets.QMessageBox.ButtonRole.AcceptRole)
    lose = box.addButton(_("Do not save"), QtWidgets.QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(_("Cancel"), QtWidgets.QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(stay)
    run_dialog(box)
    return {save: Answer.SAVE, lose: Answer.LOSE}.get(box.clickedButton(), Answer.STAY)  # type: ignore[arg-type]
