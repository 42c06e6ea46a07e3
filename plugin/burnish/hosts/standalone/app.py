"""Starts the standalone window: what `burnish window` runs."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import burnish
from burnish.client import WorkerClient
from burnish.hosts.standalone.icons import drawing
from burnish.hosts.standalone.window import Window
from burnish.qt import QtCore, QtGui, QtWidgets


def run(path: str | None) -> int:
    """Show the window, with the picture at `path` if one is given, until it is closed. Returns the exit status."""
    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication(sys.argv[:1])
    assert isinstance(application, QtWidgets.QApplication)
    application.setApplicationName("Burnish")
    application.setApplicationVersion(burnish.__version__)
    application.setDesktopFileName("burnish")
    application.setWindowIcon(QtGui.QIcon(drawing("picture", "#4d8ff7", 128, 1.0)))
    window = Window(WorkerClient())
    window.show()
    if path is not None:
        window.open_path(Path(path))
    signal.signal(signal.SIGINT, lambda *_: window.close())
    wake = QtCore.QTimer()  # gives Python a chance to see Ctrl-C
    wake.timeout.connect(lambda: None)
    wake.start(300)
    return application.exec()
