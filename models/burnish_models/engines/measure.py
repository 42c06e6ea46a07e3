"""Times runners side by side on one network: interleaved, so that whatever else the machine does hits all alike."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import Tensor

from burnish_models.catalogue.model import Facts
from burnish_models.engines.contract import Runner

BUDGET_SECONDS = 3.0
MOST_ROUNDS = 12
FEWEST_ROUNDS = 2
_WORK = 4e10  # multiply-adds of one run on a processor: a quarter of a second on two cores

Name = TypeVar("Name")

_log = logging.getLogger(__name__)


def measure(
    runners: Mapping[Name, Runner], devices: Mapping[Name, torch.device], facts: Facts, budget: float = BUDGET_SECONDS
) -> dict[Name, float]:
    """The best seconds per input pixel that each runner shows, in about `budget` seconds for all of them together.

    Every runner runs once unmeasured, to settle what it settles at the first run of a shape; one that fails there is
    left out of the answer. The best of several is taken, because disturbances only ever make a run longer.
    """
    accelerated = any(device.type != "cpu" for device in devices.values())
    side = measured_side(facts, accelerated)
    batches = {name: torch.rand(1, 3, side, side, device=devices[name]) for name in runners}
    working = {}
    for name, runner in runners.items():
        try:
            _timed(runner, batches[name])
            working[name] = runner
        except (RuntimeError, MemoryError) as error:
            _log.warning("%s cannot run this network: %s", name, error)
    best = dict.fromkeys(working, float("inf"))
    end = time.perf_counter() + budget
    for number in range(MOST_ROUNDS):
        if number >= FEWEST_ROUNDS and time.perf_counter() > end:
            break
        for name, runner in working.items():
            best[name] = min(best[name], _timed(runner, batches[name]))
    return {name: seconds / side**2 for name, seconds in best.items()}


def measured_side(facts: Facts, accelerated: bool) -> int:
    """A tile that is real work, yet quickly done: 128 pixels for a small network, fewer for a huge one."""
    side = 256 if accelerated else min(128, max(32, int((_WORK / facts.multiply_adds) ** 0.5) // 16 * 16))
    return -(-side // facts.multiple) * facts.multiple


def _timed(runner: Runner, batch: Tensor) -> float:
    start = time.perf_counter()
    # One value is fetched, because an accelerator answers before it is done.
    runner.run(batch)[:, :1, :1, :1].cpu()
    return time.perf_counter() - start
