"""GIMP's panel with a socket in it: runs the real panel process, and in its UI thread what scenarios ask for.

Burnish's plug-in starts this instead of `-m burnish.hosts.gimp.panel` (see preparing.py). Standard output belongs to
the panel, which talks to GIMP through it.
"""

from __future__ import annotations

import faulthandler
import json
import os
import runpy
import signal
import socket
import sys
import threading
import time
import traceback
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from burnish.panel.panel import Panel
from burnish.qt import Qt, QtCore, QtGui, QtWidgets

MODULE = "burnish.hosts.gimp.panel"
_ANSWER_SECONDS = 100


class OnUiThread(QtCore.QObject):
    """Runs code where widgets may be touched."""

    asked = QtCore.pyqtSignal(object)

    def __init__(self, ui_thread: QtCore.QThread) -> None:
        super().__init__()
        self._names: dict[str, Any] = {"QtCore": QtCore, "QtGui": QtGui, "QtWidgets": QtWidgets, "Qt": Qt}
        self.moveToThread(ui_thread)  # before connecting: a slot stays in the thread where it was connected
        self.asked.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def ask(self, kind: str, code: str) -> Any:
        """From another thread; raises what the code raises."""
        answer: Future[Any] = Future()
        self.asked.emit((kind, code, answer))
        return answer.result(_ANSWER_SECONDS)

    def _run(self, asked: tuple[str, str, Future[Any]]) -> None:
        kind, code, answer = asked
        try:
            self._know_panel()
            if kind == "run":
                exec(compile(code, "scenario", "exec"), self._names)
                answer.set_result(None)
            else:
                answer.set_result(eval(compile(code, "scenario", "eval"), self._names))
        except BaseException as error:  # noqa: BLE001 - it is the scenario's
            answer.set_exception(error)

    def _know_panel(self) -> None:
        application = QtWidgets.QApplication.instance()
        panels = [widget for widget in QtWidgets.QApplication.allWidgets() if isinstance(widget, Panel)]
        assert len(panels) == 1, f"{len(panels)} panels are there"
        controller = panels[0].controller
        self._names.update(
            application=application, panel=panels[0], controller=controller, state=controller.state,
            host=controller.host,
        )  # fmt: skip


def _serve(address: str) -> None:
    """Answer scenarios, one connection after the other, for as long as the panel lives."""
    while QtWidgets.QApplication.instance() is None:
        time.sleep(0.02)
    ui = OnUiThread(QtWidgets.QApplication.instance().thread())
    Path(address).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        while True:
            connection, _ = listening.accept()
            with connection, connection.makefile("rwb") as file:
                for line in file:
                    file.write(_answer(ui, **json.loads(line)) + b"\n")
                    file.flush()


def _answer(ui: OnUiThread, kind: str, code: str) -> bytes:
    try:
        return json.dumps({"value": ui.ask(kind, code)}).encode()
    except BaseException:  # noqa: BLE001 - it is the scenario's
        return json.dumps({"error": traceback.format_exc()}).encode()


if __name__ == "__main__":
    faulthandler.register(signal.SIGUSR1)
    threading.Thread(target=_serve, args=(os.environ["BURNISH_SCENARIO_PANEL"],), daemon=True).start()
    sys.path.pop(0)  # the folder of this file
    runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
