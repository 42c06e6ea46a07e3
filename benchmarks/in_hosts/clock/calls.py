"""Clocks inside a host: on its own calls, on our functions around them, and on the worker's part of a job.

Runs inside Krita's and GIMP's Python and in the panel's process, so it is standard library only.
"""

from __future__ import annotations

import functools
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

FILE = "BURNISH_BENCHMARK_CALLS"


class Kind(str, Enum):
    """Whose time it is."""

    HOST = "host"
    OURS = "ours"
    WORKER = "worker"


@dataclass(frozen=True)
class Call:
    """Something that took time.

    Attributes:
        began: by time.monotonic(), which is the same clock in every process.
        seconds: how long it took.
        cpu: processor seconds of the calling thread; for ours, without those of the host's calls in it.
    """

    kind: Kind
    name: str
    began: float
    seconds: float
    cpu: float

    @property
    def ended(self) -> float:
        return self.began + self.seconds


_within = threading.local()


def measure(owner: Any, name: str, kind: Kind = Kind.HOST) -> None:
    """Measure each call of the method `name` from now on, on a class or a module."""
    function: Callable[..., Any] = getattr(owner, name)

    @functools.wraps(function, assigned=("__name__", "__doc__"), updated=())
    def measured(*arguments: Any, **named: Any) -> Any:
        outer: list[float] | None = getattr(_within, "host", None)
        hosts: list[float] = []
        if kind is Kind.OURS:
            _within.host = hosts
        began, cpu = time.monotonic(), time.thread_time()
        try:
            return function(*arguments, **named)
        finally:
            cpu, seconds = time.thread_time() - cpu, time.monotonic() - began
            if kind is Kind.HOST and outer is not None:
                outer.append(cpu)
            if kind is Kind.OURS:
                _within.host = outer
                if outer is not None:
                    outer.append(cpu)  # counted here, and not in what is around it
            _write(Call(kind, name, began, seconds, cpu - sum(hosts)))

    setattr(owner, name, measured)


def watch_worker() -> None:
    """Note, for each job of this process, when the worker was at it."""
    from burnish.client.job import Job
    from burnish.wire.messages import Done

    events = Job.events

    def watched(job: Job) -> Iterator[Any]:
        for event in events(job):
            if isinstance(event, Done):
                _write(Call(Kind.WORKER, "job", time.monotonic() - event.seconds, event.seconds, 0.0))
            yield event

    Job.events = watched  # type: ignore[method-assign]


def calls_between(start: float, end: float) -> list[Call]:
    """What began in a stretch of time.monotonic(), in whatever process."""
    with Path(os.environ[FILE]).open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.endswith("\n")]
    calls = [Call(Kind(kind), *rest) for kind, *rest in lines]
    return [call for call in calls if start <= call.began <= end]


def _write(call: Call) -> None:
    line = json.dumps([call.kind.value, call.name, call.began, call.seconds, call.cpu]) + "\n"
    with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
        file.write(line)
