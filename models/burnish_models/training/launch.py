"""The same command on a CPU, on one GPU and on several: where there are more than one, each gets a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

import torch

_STOPPED = 130
_PATIENCE_SECONDS = 0.2
_GRACE_SECONDS = 10.0


def is_part_of_several() -> bool:
    """Whether this process was started as one of several, by us, by torchrun or by “accelerate launch”."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def usual_processes(device: str) -> int:
    """One for each GPU that this process may use; one without GPUs."""
    return max(1, torch.cuda.device_count()) if device in ("auto", "cuda") else 1


def run_several(processes: int, device: str, arguments: Sequence[str]) -> int:
    """Run this very command in so many processes of this machine that know of each other.

    Ctrl-C and a request to end reach all of them, and they save before they go. Where one of them fails, the others are
    ended: they would wait for it for ever. For several machines there is torchrun.

    Returns:
        0 where all of them finished, 130 where they were stopped, else the status of the first that failed.
    """
    environment = _environment(processes, device)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "burnish_models.training", *arguments],
            env={**environment, "RANK": str(rank), "LOCAL_RANK": str(rank)},
        )
        for rank in range(processes)
    ]

    def pass_on(number: int, _: FrameType | None) -> None:
        for child in children:
            child.terminate()

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        return _status_of_all(children)
    finally:
        signal.signal(signal.SIGTERM, before)


def _environment(processes: int, device: str) -> dict[str, str]:
    """What torch and accelerate read to find the other processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "WORLD_SIZE": str(processes),
        "LOCAL_WORLD_SIZE": str(processes),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        # Each would take all cores otherwise.
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // processes))),
        "PYTHONSAFEPATH": "1",  # a torch.py in the user's folder must not be imported
    }
    return {**environment, "ACCELERATE_USE_CPU": "true"} if device == "cpu" else environment


def _status_of_all(children: list[subprocess.Popen[bytes]]) -> int:
    failed, failed_at = 0, 0.0
    while any(child.poll() is None for child in children):
        try:
            if not failed:
                failed = next(
                    (child.returncode for child in children if child.returncode not in (None, 0, _STOPPED)), 0
                )
                failed_at = time.monotonic()
            elif time.monotonic() - failed_at > _GRACE_SECONDS:  # others that fail as well have said so by now
                for child in children:
                    child.kill()
            time.sleep(_PATIENCE_SECONDS)
        except KeyboardInterrupt:  # it has reached the others as well: wait until they have saved
            continue
    codes = [child.returncode for child in children]
    return failed or next((code for code in codes if code not in (0, _STOPPED)), max(codes))
