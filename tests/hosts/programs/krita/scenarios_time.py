"""What a run costs the artist: the interface never waits for us, and Krita's own calls take little of the time."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from inside import krita_runner, note, run_loop, wait_until
from inside.outcomes import takes
from scenarios import desk

_WIDTH, _HEIGHT = 4000, 3000
_SECONDS = 40.0
_LONGEST_MS = 50.0
_LARGEST_SHARE = 0.03


class Watch:
    """Times everything that Krita's event loop calls in Python, on the interface's thread, through Python's profiler.

    Attributes:
        krita: seconds in Krita's own calls.
        longest: the longest step besides them, in milliseconds, and what it was.
        steps: how many there were.
    """

    def __init__(self) -> None:
        self.krita = 0.0
        self.longest = (0.0, "")
        self.steps = 0
        self._loop = krita_runner._turn.__code__
        self._schedstat = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
        self._step = None
        self._began = self._computed = self._krita_before = 0.0
        self._calls: list[float] = []

    def __call__(self, frame, event, argument) -> None:
        if event == "call" and self._step is None and frame.f_back is not None and frame.f_back.f_code is self._loop:
            self._step, self._krita_before = frame, self.krita
            self._computed, self._began = time.process_time(), self._now()
        elif event == "return" and frame is self._step:
            ours = self._now() - self._began - (self.krita - self._krita_before)
            ours = min(ours, time.process_time() - self._computed)  # the rest was spent waiting for the X server
            name = f"{frame.f_code.co_qualname} of {Path(frame.f_code.co_filename).name}"
            self.longest = max(self.longest, (1000 * ours, name))
            self.steps += 1
            self._step = None
        elif event.startswith("c_") and type(argument.__self__).__module__.startswith("PyKrita"):
            if event == "c_call":
                self._calls.append(self._now())
            elif self._calls:
                began = self._calls.pop()  # Krita lets events through in some calls, and these make further ones
                self.krita += 0 if self._calls else self._now() - began

    def _now(self) -> float:
        """Seconds, less those in which this thread could have run, but others had the processors."""
        return time.perf_counter() - int(os.pread(self._schedstat, 100, 0).split()[1]) / 1e9


@takes(400)
def scenario_heartbeat():
    """12 MP: no step of ours holds the interface up for 50 ms, and Krita's own calls take less than 3 % of the run"""
    document = desk.opened(_WIDTH, _HEIGHT)
    desk.choose()
    run_loop(1.0)
    watch = Watch()
    sys.setprofile(watch)
    try:
        began = time.perf_counter()
        desk.qt("QtCore").QTimer.singleShot(0, lambda: desk.hidden_docker().controller.start())
        run_loop(_SECONDS)
        progress = desk.state().progress
        assert progress.tiles_done > 0, "no tile in all that time"
        desk.qt("QtCore").QTimer.singleShot(0, lambda: desk.hidden_docker().controller.cancel(keep=True))
        wait_until(lambda: desk.state().result is not None, "the kept tiles")
        run_loop(0.5)
        took = time.perf_counter() - began
    finally:
        sys.setprofile(None)
    note(
        f"{watch.steps} steps in {took:.0f} s ({progress.tiles_done} of {progress.tiles} tiles); the longest of ours "
        f"took {watch.longest[0]:.1f} ms: {watch.longest[1]}; Krita's own calls {100 * watch.krita / took:.2f} %"
    )
    assert len(desk.layers(document)) == 2
    assert watch.steps > _SECONDS
    assert watch.krita > 0
    assert watch.longest[0] < _LONGEST_MS, watch.longest
    assert watch.krita < _LARGEST_SHARE * took
