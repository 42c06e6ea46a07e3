"""What a run costs the artist: the interface never waits for us, and Krita's own calls take little of the time."""

from __future__ import annotations

import sys
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

    What a step computes is asked for, by this thread's own processor time: what else the machine does, and the X server
    that a step may wait for, must not count. What the clock says is kept beside it.

    Attributes:
        krita: seconds in Krita's own calls, no more in each than all of Krita's threads computed in it.
        longest: the longest step besides them, in milliseconds: computed, by the clock, and what it was.
        steps: how many there were.
    """

    def __init__(self) -> None:
        self.krita = self._krita_computed = self._krita_clock = 0.0
        self.longest = (0.0, 0.0, "")
        self.steps = 0
        self._loop = krita_runner._turn.__code__
        self._step = None
        self._before = (0.0, 0.0)
        self._calls: list[tuple[float, float, float]] = []

    def __call__(self, frame, event, argument) -> None:
        if event == "call" and self._step is None and frame.f_back is not None and frame.f_back.f_code is self._loop:
            self._step, self._before = frame, self._without_krita()
        elif event == "return" and frame is self._step:
            computed, clock = (1000 * (now - old) for now, old in zip(self._without_krita(), self._before, strict=True))
            what = type(frame.f_locals.get("event")).__name__
            name = f"{frame.f_code.co_qualname} of {Path(frame.f_code.co_filename).name} with {what}"
            self.longest = max(self.longest, (computed, clock, name))
            self.steps += 1
            self._step = None
        elif event.startswith("c_") and type(argument.__self__).__module__.startswith("PyKrita"):
            if event == "c_call":
                self._calls.append((time.thread_time(), time.process_time(), time.perf_counter()))
            elif self._calls:
                computed, of_all, clock = self._calls.pop()
                if not self._calls:  # Krita lets events through in some calls, and these make further ones
                    self._krita_computed += time.thread_time() - computed
                    took = time.perf_counter() - clock
                    self._krita_clock += took
                    self.krita += min(took, time.process_time() - of_all)

    def _without_krita(self) -> tuple[float, float]:
        return time.thread_time() - self._krita_computed, time.perf_counter() - self._krita_clock


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
        f"computed {watch.longest[0]:.1f} ms ({watch.longest[1]:.1f} ms by the clock): {watch.longest[2]}; "
        f"Krita's own calls {100 * watch.krita / took:.2f} %"
    )
    assert len(desk.layers(document)) == 2
    assert watch.steps > _SECONDS
    assert watch.krita > 0
    assert watch.longest[0] < _LONGEST_MS, watch.longest
    assert watch.krita < _LARGEST_SHARE * took
