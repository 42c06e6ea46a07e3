"""The same command on a CPU, on one GPU and on several: where there are more than one, each gets a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import torch


def is_part_of_several() -> bool:
    """Whether this process was started as one of several, by us, by torchrun or by “accelerate launch”."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def usual_processes(device: str) -> int:
    """One for each GPU that this process may use; one without GPUs."""
    return max(1, torch.cuda.device_count()) if device in ("auto", "cuda") else 1


def run_several(processes: int, device: str, arguments: Sequence[str]) -> int:
    """Run this very command in so many processes that know of each other; returns its exit status.

    Ctrl-C and a request to end reach all of them, and they save before they go.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(_threads(processes)))}
    if device == "cpu":
        environment["ACCELERATE_USE_CPU"] = "true"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    command += ["-m", "burnish_models.training", *arguments]
    with subprocess.Popen(command, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # it has reached the others as well: wait until they have saved
                continue


def _threads(processes: int) -> int:
    return max(1, (os.cpu_count() or 1) // processes)
