"""The one place that names a Qt binding: PyQt5 inside Krita 5, PyQt6 everywhere else.

A host has already loaded its binding, and importing the other one would load a second Qt and crash it, so what is in
sys.modules decides; only where neither is there, PyQt6 is imported.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PyQt6 import QtCore, QtGui, QtWidgets
    from PyQt6.QtGui import QAction, QActionGroup, QShortcut

    BINDING = "PyQt6"
else:
    BINDING = "PyQt5" if "PyQt5.QtCore" in sys.modules and "PyQt6.QtCore" not in sys.modules else "PyQt6"
    QtCore = importlib.import_module(f"{BINDING}.QtCore")
    QtGui = importlib.import_module(f"{BINDING}.QtGui")
    QtWidgets = importlib.import_module(f"{BINDING}.QtWidgets")
    # Qt 6 moved these from the widgets to the graphics module
    _actions = QtGui if BINDING == "PyQt6" else QtWidgets
    QAction, QActionGroup, QShortcut = _actions.QAction, _actions.QActionGroup, _actions.QShortcut

Qt = QtCore.Qt
Signal = QtCore.pyqtSignal
Slot = QtCore.pyqtSlot
QT_MAJOR = 6 if BINDING == "PyQt6" else 5


def position_of(event: Any) -> QtCore.QPointF:
    """Where a mouse or wheel event happened, in the widget's own coordinates."""
    return event.position() if hasattr(event, "position") else event.localPos()


def run_dialog(dialog: QtWidgets.QDialog) -> int:
    """Show a dialog and wait for its answer."""
    return dialog.exec()


__all__ = [
    "BINDING",
    "QT_MAJOR",
    "QAction",
    "QActionGroup",
    "QShortcut",
    "Qt",
    "QtCore",
    "QtGui",
    "QtWidgets",
    "Signal",
    "Slot",
    "position_of",
    "run_dialog",
]
