"""What a run costs the artist: the interface never waits for us, and Krita's own calls take little of the time."""

from __future__ import annotations

import json
import struct
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from inside import krita_runner, note, run_loop, wait_until
from inside.outcomes import takes
from scenarios import desk

from burnish.hosts.contract import Place
from burnish.wire.geometry import Rect

_WIDTH, _HEIGHT = 4000, 3000
_CORNER = Rect(0, 0, 64, 64)
_SECONDS = 10.0
_LONGEST_MS = 50.0
_LARGEST_SHARE = 0.03
_TRIALS = 3


class Watch:
    """Times everything that Krita's event loop calls in Python, on the interface's thread, through Python's profiler.

    What a step computes is asked for, by this thread's own processor time: what else the machine does, and the X server
    that a step may wait for, must not count. What the clock says is kept beside it.

    Attributes:
        krita: seconds in each of Krita's own calls, no more than all of Krita's threads computed in it.
        longest: the longest step besides them, in milliseconds: computed, by the clock, and what it was.
        steps: how many there were.
    """

    def __init__(self) -> None:
        self.krita: Counter[str] = Counter()
        self._krita_computed = self._krita_clock = 0.0
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
                    self.krita[argument.__name__] += min(took, time.process_time() - of_all)

    def _without_krita(self) -> tuple[float, float]:
        return time.thread_time() - self._krita_computed, time.perf_counter() - self._krita_clock

    def __enter__(self) -> Watch:
        sys.setprofile(self)
        return self

    def __exit__(self, *_raised) -> None:
        sys.setprofile(None)

    def now(self) -> tuple[float, float]:
        """Seconds in Krita's own calls so far, and the clock."""
        return sum(self.krita.values()), time.perf_counter()

    def judge(self, what: str) -> None:
        """No step of ours was long; say how long the longest was."""
        self.tell(what)
        assert 0 < self.longest[0] < _LONGEST_MS, self.longest

    def tell(self, what: str) -> None:
        """Say how long our longest step was, and what Krita's own calls took."""
        computed, clock, name = self.longest
        most = ", ".join(f"{called} {1000 * took:.0f} ms" for called, took in self.krita.most_common(4))
        note(
            f"{what}: {self.steps} steps; the longest of ours computed {computed:.1f} ms ({clock:.1f} ms by the "
            f"clock): {name}; Krita's own calls {sum(self.krita.values()):.2f} s: {most}"
        )


def _in_a_step(function) -> None:
    """Have the event loop call it, as it calls whatever an artist does."""
    desk.qt("QtCore").QTimer.singleShot(0, function)


def _save_identity_model(path: Path) -> None:
    """The smallest SRVGGNetCompact, in the safetensors format: it adds nothing to its input."""
    shapes = {
        "body.0.weight": (1, 3, 3, 3),
        "body.0.bias": (1,),
        "body.1.weight": (1,),
        "body.2.weight": (3, 1, 3, 3),
        "body.2.bias": (3,),
    }
    header, size = {}, 0
    for name, shape in shapes.items():
        count = 1
        for length in shape:
            count *= length
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [size, size + 4 * count]}
        size += 4 * count
    words = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(words)) + words + bytes(size))


@takes(400)
def scenario_heartbeat():
    """12 MP of 16 bit, replaced and brought to another strength: no step of ours holds the interface up for 50 ms"""
    document = desk.opened(_WIDTH, _HEIGHT, depth="U16")
    desk.choose(place=Place.REPLACE)
    order = desk.state().order()
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "identity.safetensors"
        _save_identity_model(model)
        order = replace(order, request=replace(order.request, model=str(model)))
        run_loop(1.0)
        with Watch() as watch:
            _in_a_step(lambda: desk.hidden_docker().controller.submit(order))
            wait_until(lambda: desk.state().result is not None or desk.state().failure is not None, "the result")
            desk.ended()
            run_loop(0.5)
        watch.judge("the run")
        (merged,) = desk.layers(document)
        with Watch() as watch:
            _in_a_step(lambda: desk.hidden_docker().controller.state.set_strength(0.5))
            wait_until(lambda: desk.state().blending, "the begin of the blend")
            wait_until(lambda: not desk.state().blending, "its end")
            desk.ended()
            run_loop(0.5)
        watch.judge("strength")
    assert any(desk.pixels_of(merged, _CORNER))


@takes(600)
def scenario_own_calls():
    """12 MP with a real model: Krita's own calls take less than 3 % of the run, and no step of ours is long"""
    share, longest = 1.0, 1000.0
    for _trial in range(_TRIALS):  # what else the machine does makes all of it last longer, and never shorter
        document = desk.opened(_WIDTH, _HEIGHT)
        this_share, this_longest = _own_calls_and_longest_step()
        share, longest = min(share, this_share), min(longest, this_longest)
        assert len(desk.layers(document)) == 2
        desk.close(document)
        if share < _LARGEST_SHARE and longest < _LONGEST_MS:
            break
    assert 0 < share < _LARGEST_SHARE
    assert 0 < longest < _LONGEST_MS


def _own_calls_and_longest_step() -> tuple[float, float]:
    """The part of a whole run that goes into Krita's own calls, and the milliseconds that our longest step computed.

    The run is judged by its begin, its end and a while between.
    """
    desk.choose()
    run_loop(1.0)
    with Watch() as watch:
        at_first, began = watch.now()
        _in_a_step(lambda: desk.hidden_docker().controller.start())
        wait_until(lambda: watch.krita["refreshProjection"], "the first tile on the canvas")
        at_begin, painting = watch.now()
        run_loop(_SECONDS)
        progress = desk.state().progress
        at_cancel, cancelled = watch.now()
        _in_a_step(lambda: desk.hidden_docker().controller.cancel(keep=True))
        wait_until(lambda: desk.state().result is not None, "the kept tiles")
        desk.ended()
        at_end, _ended = watch.now()
    once = at_begin - at_first + at_end - at_cancel
    steadily = (at_cancel - at_begin) / (cancelled - painting)
    whole = (cancelled - began) * progress.tiles / progress.tiles_done
    share = once / whole + steadily
    note(
        f"{progress.tiles_done} of {progress.tiles} tiles in {cancelled - began:.0f} s; Krita's own calls: "
        f"{once:.2f} s at begin and end, {100 * steadily:.2f} % of the time between; of a whole run {100 * share:.2f} %"
    )
    watch.tell("the run")
    assert watch.steps > _SECONDS
    return share, watch.longest[0]
