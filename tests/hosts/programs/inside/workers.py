"""The worker processes as the system sees them; inside in-rootfs there are no others."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def processes(*words: str, ending: str = "") -> list[int]:
    """Process ids whose command line has all these arguments, and one that ends so; zombies left out."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            arguments = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:  # it has just ended
            continue
        if (
            state != "Z"
            and all(word in arguments for word in words)
            and any(each.endswith(ending) for each in arguments)
        ):
            found.append(int(folder.name))
    return sorted(found)


def workers() -> list[int]:
    """Every worker that runs."""
    return processes("burnish_models.worker")


def kill_worker() -> int:
    """Kill the worker as a crash would; returns its process id."""
    running = workers()
    assert len(running) == 1, f"{len(running)} workers run"
    os.kill(running[0], signal.SIGKILL)
    return running[0]
