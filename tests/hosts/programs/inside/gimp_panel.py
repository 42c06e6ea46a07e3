"""The panel beside GIMP, as scenarios in GIMP's Python see it: what they ask for runs in the panel's process."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from pathlib import Path
from typing import Any

from gi.repository import Gimp  # type: ignore[import-not-found]

from inside.outcomes import keep_file
from inside.waiting import wait_until
from inside.workers import processes

OPEN = "burnish-panel"
SERVING = "burnish-resident-show"
_ANSWER_SECONDS = 120
_LOG_LINES = 60
_HEARD = """
import contextlib
from burnish.hosts.gimp.messages import FetchMask
from burnish.wire.geometry import Rect
from burnish.wire.sentences import BurnishError
with contextlib.suppress(BurnishError):  # no such drawable: who says so has done all that was asked for before
    host._ask(lambda ticket: FetchMask(ticket, 0, Rect(0, 0, 1, 1)))()
"""


class PanelProcess:
    """One at a time; `panel` is the only one."""

    def __init__(self) -> None:
        self._file: Any = None
        self._log_began = 0

    def open(self, image: Any = None) -> None:
        """Open the panel as the menu does, for `image` or the newest one, and wait until it answers."""
        images = Gimp.get_images()
        image = image or (max(images, key=lambda each: each.get_id()) if images else None)
        if self._file is None:
            self._log_began = _log().stat().st_size if _log().exists() else 0
        if self._file is None and not Gimp.get_pdb().procedure_exists(SERVING):
            _use_menu()
        procedure = wait_until(lambda: Gimp.get_pdb().lookup_procedure(OPEN), f"the procedure {OPEN}")
        config = procedure.create_config()
        config.set_property("run-mode", Gimp.RunMode.INTERACTIVE)
        config.set_property("image", image)
        if image is not None:
            config.set_core_object_array("drawables", image.get_selected_drawables())
        status = procedure.run(config).index(0)
        assert status == Gimp.PDBStatusType.SUCCESS, (status, Gimp.get_pdb().get_last_error())
        if self._file is None:
            wait_until(self._connect, "the panel's process")
            wait_until(self._is_ready, "the panel")

    def run(self, code: str) -> None:
        """Run statements on the panel's UI thread."""
        self._ask("run", code)

    def value(self, expression: str) -> Any:
        """Evaluate an expression on the panel's UI thread."""
        return self._ask("value", expression)

    def wait(self, expression: str, what: str, seconds: float = 120.0) -> Any:
        """Until the expression is true in the panel; returns its value."""
        return wait_until(lambda: self.value(expression), what, seconds)

    def heard(self) -> None:
        """Until GIMP's plug-in has done all that the panel has asked of it so far."""
        self.run(_HEARD)

    def close(self) -> None:
        """Close the panel's window, and wait until its process has ended.

        GIMP's plug-in has done before what it was asked for, so that it reads no image that is deleted now.
        """
        if self._file is not None:
            running = self.processes()
            with contextlib.suppress(EOFError, RuntimeError):  # it has ended already, or its plug-in has
                self.heard()
            with contextlib.suppress(EOFError):
                self.run("QtCore.QTimer.singleShot(0, application.closeAllWindows)")
            self.gone()
            wait_until(lambda: not set(running) & set(self.processes()), "the end of the panel's process")

    def gone(self) -> None:
        """Forget a panel that has ended."""
        if self._file is not None:
            with contextlib.suppress(ConnectionError):  # what could not be sent any more
                self._file.close()
        self._file = None

    def said(self) -> str:
        """What the panel has written into its log since it was opened; kept among the artifacts."""
        data = _log().read_bytes() if _log().exists() else b""
        if len(data) < self._log_began:  # a new log was begun meanwhile
            self._log_began = 0
        words = data[self._log_began :].decode(errors="replace")
        if words:
            with keep_file("gimp-panel.log").open("a", encoding="utf-8") as file:
                file.write(words)
        return "\n".join(words.splitlines()[-_LOG_LINES:])

    @staticmethod
    def processes() -> list[int]:
        """Process ids of all panels that run."""
        return processes(os.environ["BURNISH_SCENARIO_DRIVER"])

    def _connect(self) -> bool:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_ANSWER_SECONDS)
        try:
            connection.connect(os.environ["BURNISH_SCENARIO_PANEL"])
        except OSError:
            connection.close()
            return False
        self._file = connection.makefile("rwb")
        return True

    def _is_ready(self) -> bool:
        try:
            return self.value("panel.isVisible()")
        except RuntimeError:  # there is none yet
            return False

    def _ask(self, kind: str, code: str) -> Any:
        if self._file is None:
            raise EOFError("no panel is open")
        try:
            self._file.write(json.dumps({"kind": kind, "code": code}).encode() + b"\n")
            self._file.flush()
            line = self._file.readline()
        except ConnectionError:
            line = b""
        if not line:
            self.gone()
            raise EOFError(f"the panel's process has ended\n{self.said()}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"in the panel:\n{answer['error']}")
        return answer["value"]


def _use_menu() -> None:
    """Have the plug-in begin again that GIMP has ended. A call would last as long as the process that it starts."""
    from scenarios import keyboard

    keyboard.dismiss_message()
    keyboard.search_action("Burnish…")
    wait_until(lambda: Gimp.get_pdb().procedure_exists(SERVING), "the plug-in that serves the menu", 20)


def _log() -> Path:
    """Where Burnish's plug-in has the panel write what it prints."""
    from burnish.wire.runtime import log_path

    return log_path().with_name("gimp-panel.log")


panel = PanelProcess()
