"""The panel beside GIMP: `python -m burnish.hosts.gimp.panel SCHEME GIMP`, started by the plug-in and ending with it.

SCHEME is what GIMP's windows look like: dark, gray, light or system; GIMP is its process.
Its standard input and output belong to the plug-in's end of the bridge.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from types import TracebackType
from typing import BinaryIO

import burnish
from burnish.client import WorkerClient
from burnish.hosts.gimp.ending import Ending
from burnish.hosts.gimp.host import GimpHost
from burnish.hosts.gimp.look import use_look
from burnish.panel.background import unexpected
from burnish.panel.controller import Controller
from burnish.panel.panel import Panel
from burnish.panel.remembered import Remembered
from burnish.qt import Qt, QtCore, QtGui, QtWidgets, Signal

_GEOMETRY = "geometry/panel"
_FIRST_SIZE = (380, 780)


class PanelWindow(QtWidgets.QMainWindow):
    """A window that stays above GIMP's, because a click there would cover it."""

    def __init__(self, host: GimpHost, client: WorkerClient, remembered: Remembered) -> None:
        super().__init__()
        self._remembered = remembered
        self.controller = Controller(host, client, remembered=remembered)
        self.panel = Panel(self.controller)
        self.setCentralWidget(self.panel)
        self.setWindowTitle("Burnish")
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.resize(*_FIRST_SIZE)
        geometry = remembered.store.value(_GEOMETRY)
        if isinstance(geometry, QtCore.QByteArray):
            self.restoreGeometry(geometry)
        host.show_asked.connect(self.bring_forward)
        self.controller.ask_catalogue()

    def bring_forward(self, again: bool) -> None:
        """Show the window, and enhance as the last time where that is wanted."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if again:
            refusal = self.controller.enhance_again()
            if refusal:
                QtWidgets.QMessageBox.information(self, "Burnish", refusal)

    def closeEvent(self, a0: QtGui.QCloseEvent | None) -> None:
        self._remembered.store.setValue(_GEOMETRY, self.saveGeometry())
        self._remembered.save()
        self.controller.close()
        super().closeEvent(a0)


class Unforeseen(QtCore.QObject):
    """Shows what nobody foresaw. Left to itself, PyQt ends the process at the first exception in a slot.

    Signals:
        happened: with the Failure, on the thread that this object was made on.
    """

    happened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._telling = False

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """What sys.excepthook becomes: prints the traceback, for the log, as before."""
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, Exception) and not self._telling:  # telling may fail for the same reason
            self._telling = True
            try:
                self.happened.emit(unexpected(error))
            finally:
                self._telling = False


def main() -> int:
    """Show the panel until its window is closed or GIMP ends. Returns the exit status."""
    faulthandler.enable()  # a crash in Qt leaves its place in the log
    reading, writing = _take_streams()
    scheme, gimp = sys.argv[1:]
    application = QtWidgets.QApplication(sys.argv[:1])
    application.setApplicationName("Burnish")
    application.setApplicationVersion(burnish.__version__)
    application.setDesktopFileName("burnish")
    use_look(application, scheme)
    host = GimpHost(reading, writing)
    window = PanelWindow(host, WorkerClient(), Remembered("gimp"))
    unforeseen = Unforeseen()
    unforeseen.happened.connect(window.controller.state.refuse)
    sys.excepthook = unforeseen.hook
    ending = Ending(int(gimp), application.quit)
    host.gone.connect(lambda: application.setQuitOnLastWindowClosed(False))  # when to quit is said by `ending`
    host.gone.connect(window.close)
    host.gone.connect(ending.begin)
    host.bridge.start()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    status = application.exec()
    host.bridge.close()
    return status


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The plug-in's pipes, out of reach of whatever else in this process reads or prints."""
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return reading, writing


if __name__ == "__main__":
    # not sys.exit: Qt's and Python's ways of taking everything apart get in each other's way
    code = main()
    sys.stderr.flush()
    os._exit(code)
