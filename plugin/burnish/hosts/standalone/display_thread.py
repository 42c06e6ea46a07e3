"""One thread that converts pixels for the screen: what somebody looks at first, everything else after that."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Iterable
from typing import Protocol

from burnish.hosts.standalone.cells import Cell
from burnish.qt import QtCore, QtGui, Signal

_IMAGES_UNDER_WAY = 8
_log = logging.getLogger(__name__)


class Shower(Protocol):
    """A picture on display."""

    def render(self, cell: Cell) -> QtGui.QImage:
        """The image of one cell. Called on the display thread."""
        ...

    def take(self, cell: Cell, image: QtGui.QImage) -> None:
        """An image that was asked for. Called on the UI thread."""
        ...


class DisplayThread(QtCore.QObject):
    """Converts cells for every picture on display, on one daemon thread."""

    _ready = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._condition = threading.Condition()
        self._wished: dict[Shower, deque[Cell]] = {}
        self._background: deque[tuple[Shower, Cell]] = deque()
        self._room = threading.Semaphore(_IMAGES_UNDER_WAY)
        self._under_way = 0
        self._ended = False
        self._ready.connect(self._deliver)
        self._thread = threading.Thread(target=self._run, name="display", daemon=True)
        self._thread.start()

    def wish(self, display: Shower, cells: Iterable[Cell]) -> None:
        """Convert these cells before anything else, instead of what this picture wished before."""
        with self._condition:
            self._wished[display] = deque(cells)
            self._condition.notify()

    def work(self, display: Shower, cells: Iterable[Cell]) -> None:
        """Convert these cells when nothing is more urgent."""
        with self._condition:
            self._background.extend((display, cell) for cell in cells)
            self._condition.notify()

    def forget(self, display: Shower) -> None:
        with self._condition:
            self._wished.pop(display, None)
            self._background = deque(entry for entry in self._background if entry[0] is not display)

    @property
    def is_idle(self) -> bool:
        """Whether every cell that was asked for has been taken."""
        with self._condition:
            return not self._under_way and not self._background and not any(self._wished.values())

    def end(self) -> None:
        """Stop for good."""
        with self._condition:
            self._ended = True
            self._condition.notify()
        self._room.release()

    def _next(self) -> tuple[Shower, Cell] | None:
        with self._condition:
            while not self._ended:
                job = self._most_urgent()
                if job is not None:
                    self._under_way += 1
                    return job
                self._condition.wait()
        return None

    def _most_urgent(self) -> tuple[Shower, Cell] | None:
        for display, cells in self._wished.items():
            if cells:
                return display, cells.popleft()
        return self._background.popleft() if self._background else None

    def _run(self) -> None:
        while (job := self._next()) is not None:
            display, cell = job
            try:
                image = display.render(cell)
            except Exception:  # noqa: BLE001 - one square stays coarse; the others must still come
                _log.exception("cannot show %s", cell)
                self._dealt_with()
                continue
            self._room.acquire()
            if self._ended:
                return
            with contextlib.suppress(RuntimeError):  # the program ended, and Qt took this object along
                self._ready.emit(display, cell, image)

    def _deliver(self, display: Shower, cell: Cell, image: QtGui.QImage) -> None:
        self._room.release()
        display.take(cell, image)
        self._dealt_with()

    def _dealt_with(self) -> None:
        with self._condition:
            self._under_way -= 1
