"""The docker: the panel inside Krita, with a host and a controller of its own for each window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from burnish.client import WorkerClient
from burnish.hosts.krita.host import KritaHost
from burnish.hosts.krita.program import DockWidget, application
from burnish.language import _, message_of
from burnish.panel.controller import Controller
from burnish.panel.panel import Panel
from burnish.panel.remembered import Remembered
from burnish.qt import QtCore, QtGui, QtWidgets

DOCKER_ID = "burnish_docker"
_SHOWN_MS = 5000
_MEDIUM_PRIORITY = 1


class _BeforeDeletion(QtCore.QObject):
    """Calls a function when a widget is about to be deleted, and everything in it with it.

    Its `destroyed` comes too late for that, and not at all to methods of what is in it.
    """

    def __init__(self, widget: QtWidgets.QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then = then
        widget.installEventFilter(self)

    def eventFilter(self, a0: Any, a1: Any) -> bool:
        if a1.type() == QtCore.QEvent.Type.DeferredDelete:
            self._then()
        return False


class BurnishDocker(DockWidget):
    """Krita makes one for each of its windows. `client` is set before the first."""

    client: WorkerClient

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(DOCKER_ID)
        self.setWindowTitle(_("Burnish"))
        self.host = KritaHost()
        self.controller = Controller(self.host, self.client, remembered=Remembered("krita"))
        self.panel = Panel(self.controller)
        self.setWidget(self.panel)
        self._asked = False
        self.host.result_shown = self._on_result_shown
        self.controller.state.phase_changed.connect(self._on_phase)
        self.visibilityChanged.connect(self._on_visible)
        application().notifier().applicationClosing.connect(self.shut_down)
        quitting = QtCore.QCoreApplication.instance()
        assert quitting is not None
        quitting.aboutToQuit.connect(self.shut_down)
        QtCore.QTimer.singleShot(0, self._watch_window)

    def canvasChanged(self, canvas: Any) -> None:
        """Another document is in front, or none."""
        self.host.look()
        self._ask_once()

    def enhance_again(self) -> None:
        """Enhance with the last settings; say in the canvas why, where that is impossible."""
        refused = self.controller.enhance_again()
        if refused:
            self._say(refused)

    def cancel(self) -> None:
        """End the run in progress; its finished tiles stay or go, as was set."""
        self.controller.cancel()

    def open(self) -> None:
        """Show the panel, and put the keyboard into it."""
        self.setVisible(True)
        self.raise_()
        self.panel.setFocus()

    def _watch_window(self) -> None:
        """By now Krita has put this into a window, which may be closed while another goes on."""
        window = self.parentWidget()
        if window is not None:
            self._window_watch = _BeforeDeletion(window, self._leave)

    def _leave(self) -> None:
        """This window is closed, and another may go on: end what runs here, and wait for nothing."""
        self.host.stop()
        self.controller.close(patience=0)

    def shut_down(self) -> None:
        """Krita quits: end what runs. Called more than once."""
        self.host.stop()
        self.controller.close()

    def _on_visible(self, visible: bool) -> None:
        if visible:
            self.host.start()
            self._ask_once()
        else:
            self.host.pause()

    def _ask_once(self) -> None:
        """Start the worker when it is likely to be wanted: the panel can be seen, and there is a picture."""
        if not self._asked and self.isVisible() and application().activeDocument() is not None:
            self._asked = True
            self.controller.ask_catalogue()

    def _on_result_shown(self, shown: bool) -> None:
        if shown:
            self.controller.show_hidden_result()
        else:
            self.controller.hide_result()

    def _on_phase(self) -> None:
        failure = self.controller.state.failure
        if failure is not None and not self.isVisible():
            self._say(message_of(failure))

    def _say(self, sentence: str) -> None:
        """Show a sentence over the canvas, or in the panel where there is none."""
        window = application().activeWindow()
        view = window.activeView() if window is not None else None
        if view is None or view.document() is None:
            self.open()
        else:
            view.showFloatingMessage(sentence, QtGui.QIcon(), _SHOWN_MS, _MEDIUM_PRIORITY)
