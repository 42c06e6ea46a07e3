"""Follows a job off the UI thread and hands its events over as Qt signals."""

from __future__ import annotations

import contextlib
import threading

from burnish.client import Job
from burnish.panel.background import unexpected
from burnish.qt import QtCore, Signal
from burnish.wire.messages import Failed, Tile

_TILES_UNDER_WAY = 4


class JobThread(QtCore.QObject):
    """Runs one job to its end, on a daemon thread.

    Signals:
        happened: every event but tiles, in order.
        tile: a finished Tile and its rows. Call `painted` for each, or no further ones come: a slow host must not
            have the whole result waiting in memory.
    """

    happened = Signal(object)
    tile = Signal(object, object)

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job
        self._room = threading.Semaphore(_TILES_UNDER_WAY)
        self._retired = threading.Event()
        self._over = True
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"job {job.id}", daemon=True)

    def start(self) -> None:
        self._over = False
        self._thread.start()

    def painted(self) -> None:
        """One tile has been dealt with."""
        self._room.release()

    def retire(self) -> None:
        """Nobody listens any more: end the job, and free its memory as soon as it has ended."""
        self._retired.set()
        self._room.release()
        self.job.cancel()
        self._close_if_over()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Block until the job has ended; False when it had not by then."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with contextlib.suppress(RuntimeError):  # the program ended, and Qt took this object along
            try:
                self._follow()
            except Exception as error:  # noqa: BLE001 - a thread has no caller to raise to; the artist must hear of it
                self.happened.emit(Failed(self.job.id, unexpected(error)))
        self._over = True
        self._close_if_over()

    def _close_if_over(self) -> None:
        """Asked by both threads, so that neither leaves it to the other when a job is retired as it ends."""
        with self._closing:
            if self._over and self._retired.is_set():
                self.job.close()

    def _follow(self) -> None:
        for event in self.job.events():
            if self._retired.is_set():
                continue  # to the job's end, so that its worker is free again
            if isinstance(event, Tile):
                self._hand_over(event)
            else:
                self.happened.emit(event)

    def _hand_over(self, tile: Tile) -> None:
        pixels = self.job.tile_pixels(tile)
        self._room.acquire()
        if not self._retired.is_set():
            self.tile.emit(tile, pixels)
