"""One round of the benchmark inside a program: the same picture and model through the panel, and without any host."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from calls import Call, Kind, calls_between
from inside import note

from burnish.client import Layer, WorkerClient
from burnish.wire.messages import Done
from burnish.wire.request import Request

WIDTH, HEIGHT = 4000, 3000


@dataclass(frozen=True)
class Options:
    """What hosts.py wants. model: a weights file; rounds: without the first, which is not counted."""

    model: str
    rounds: int

    @classmethod
    def read(cls) -> Options:
        return cls(**json.loads(Path(os.environ["BURNISH_BENCHMARK_OPTIONS"]).read_text()))

    @property
    def request(self) -> Request:
        return Request(model=self.model, scale=1.0)


@dataclass(frozen=True)
class Ran:
    """A run through the panel. began, ended: by time.monotonic(); cpu: processor seconds of what is ours alone."""

    began: float
    ended: float
    cpu: float


def run_rounds(options: Options, layer: Layer, client: WorkerClient, through_panel: Callable[[], Ran]) -> None:
    """Alternate both ways, and note one line of JSON a round. through_panel: takes a run to its end."""
    for number in range(options.rounds + 1):
        ran = through_panel()
        calls = calls_between(ran.began, ran.ended)
        host = [call for call in calls if call.kind is Kind.HOST]
        (worker,) = [call for call in calls if call.kind is Kind.WORKER]
        alone = without_host(client, options.request, layer)
        if number:
            each = {
                "whole": ran.ended - ran.began,
                "host": sum(call.seconds for call in host),
                "worker": worker.seconds,
                "rest": ran.ended - ran.began - covered([*host, worker], ran.began, ran.ended),
                "cpu": ran.cpu,
                "alone": alone,
                "calls": [(call.name, call.seconds) for call in host],
            }
            note(json.dumps(each))


def assert_same(result: bytes, expected: bytes) -> None:
    """The result is the source's very bytes; otherwise say where the first other one is."""
    size = WIDTH * 4
    rows = [y for y in range(HEIGHT) if result[y * size : (y + 1) * size] != expected[y * size : (y + 1) * size]]
    if rows:
        start = rows[0] * size
        pairs = zip(result[start : start + size], expected[start : start + size], strict=True)
        column = next(place for place, (one, other) in enumerate(pairs) if one != other) // 4
        raise AssertionError(f"{len(rows)} rows of the result are others, first at pixel {column}, {rows[0]}")


def covered(calls: list[Call], began: float, ended: float) -> float:
    """Seconds of the stretch in which at least one of these was at work."""
    total, until = 0.0, began
    for call in sorted(calls, key=lambda call: call.began):
        start, end = max(call.began, until), min(call.ended, ended)
        if end > start:
            total += end - start
            until = end
    return total


def without_host(client: WorkerClient, request: Request, layer: Layer) -> float:
    """Seconds from submitting to done for the same job with the pixels in memory."""
    began = time.monotonic()
    with client.submit(request, layer) as job:
        *_, last = job.events()
        ended = time.monotonic()
        assert isinstance(last, Done), last
        assert job.result() == memoryview(layer.data), "the model changes something"
    return ended - began
