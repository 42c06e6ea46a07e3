"""Times runners side by side on one network: interleaved, so that whatever else the machine does hits all alike."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

import torch
from torch import Tensor

from burnish_models.catalogue.model import Facts
from burnish_models.engines.contract import Runner

BUDGET_SECONDS = 3.0
FEWEST_ROUNDS = 2
STEADY = 1.05  # the two best runs of a steady measurement are this near
HOPELESS = 2.0  # a runner that takes so many times the best one's time needs no second run
LARGEST_SIDE = 256
_PAUSE_SECONDS = 0.02  # lets the last runner's waiting threads fall asleep
_WORK = 4e10  # multiply-adds of one run on a processor: a quarter of a second on two cores

Name = TypeVar("Name")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Measured:
    """seconds: per input pixel, of the best run. steady: another run came near it, so that it was no accident."""

    seconds: float
    steady: bool


def measure(
    runners: Mapping[Name, Runner], devices: Mapping[Name, torch.device], facts: Facts, budget: float = BUDGET_SECONDS
) -> dict[Name, Measured]:
    """The best that each runner shows, as soon as all are steady, or else in about `budget` seconds for all together.

    Every runner runs once unmeasured, to settle what it settles at the first run of a shape; one that fails there is
    left out of the answer. The best of several is taken, because disturbances only ever make a run longer.
    """
    accelerated = any(device.type != "cpu" for device in devices.values())
    side = measured_side(facts, accelerated)
    batches = {name: torch.rand(1, 3, side, side, device=devices[name]) for name in runners}
    times: dict[Name, list[float]] = {}
    for name, runner in runners.items():
        try:
            _timed(runner, batches[name])
            times[name] = []
        except (RuntimeError, MemoryError) as error:
            _log.warning("%s cannot run this network: %s", name, error)
    end = time.perf_counter() + budget
    racing = set(times)
    for number in count(1):
        for name in times:
            if name in racing:
                times[name].append(_timed(runners[name], batches[name]))
        best = min((min(taken) for taken in times.values()), default=0.0)
        racing = {name for name in racing if min(times[name]) <= best * HOPELESS}
        late = time.perf_counter() > end
        if number >= FEWEST_ROUNDS and (late or all(_is_steady(times[name]) for name in racing)):
            break
    return {
        name: Measured(min(taken) / side**2, name not in racing or _is_steady(taken)) for name, taken in times.items()
    }


def _is_steady(taken: list[float]) -> bool:
    best, second = sorted(taken)[:2]
    return second <= best * STEADY


def measured_side(facts: Facts, accelerated: bool) -> int:
    """A tile that is real work, yet quickly done: 256 pixels for a small network, fewer for a huge one."""
    side = (
        LARGEST_SIDE
        if accelerated
        else min(LARGEST_SIDE, max(32, int((_WORK / facts.multiply_adds) ** 0.5) // 16 * 16))
    )
    return -(-side // facts.multiple) * facts.multiple


def _timed(runner: Runner, batch: Tensor) -> float:
    time.sleep(_PAUSE_SECONDS)
    start = time.perf_counter()
    # One value is fetched, because an accelerator answers before it is done.
    runner.run(batch)[:, :1, :1, :1].cpu()
    return time.perf_counter() - start
