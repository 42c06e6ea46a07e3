"""Measures what the event loop of a real window has to wait for, in a way that a busy machine cannot spoil."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from burnish.qt import Qt, QtCore

INTERVAL_MS = 8


@dataclass(frozen=True)
class Gap:
    """What passed between two beats, in milliseconds.

    wall: by the clock. own: CPU time of the UI thread. process: CPU time of all threads of this process.
    queued: how long the UI thread was ready to run but the machine was busy with others (0 where it does not say).
    """

    wall: float
    own: float
    process: float
    queued: float

    @property
    def stall(self) -> float:
        """How long the program itself kept the event loop from going round.

        It is no longer than what the clock says less what others took from the thread, and no longer than what this
        process computed: the UI thread itself, or another thread that held Python's lock meanwhile.
        """
        return max(self.own, min(self.wall - self.queued, self.process))


class Heartbeat(QtCore.QObject):
    """Beats every few milliseconds from the event loop, and notes the gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[Gap] = []
        self._last: tuple[float, float, float, float] | None = None
        self._schedstat = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._timer = QtCore.QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(INTERVAL_MS)

    def take(self) -> list[Gap]:
        """The gaps since the last call."""
        gaps, self.gaps = self.gaps, []
        return gaps

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = (time.perf_counter(), time.thread_time(), time.process_time(), self._queued())
        if self._last is not None:
            self.gaps.append(Gap(*(1000 * (new - old) for new, old in zip(now, self._last, strict=True))))
        self._last = now

    def _queued(self) -> float:
        """Seconds this thread has spent ready to run, but waiting for a processor."""
        try:
            return int(self._schedstat.read_text().split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            return 0.0


def longest(gaps: list[Gap]) -> Gap:
    return max(gaps, key=lambda gap: gap.stall)
