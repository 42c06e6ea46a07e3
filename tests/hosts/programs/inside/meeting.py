"""Lets scenarios in several programs wait for one another."""

from __future__ import annotations

import os
from pathlib import Path

from inside.waiting import wait_until

_FOLDER = Path("/run/burnish-meetings")


def meet(place: str, programs: int = 2) -> None:
    """Wait until so many programs are at this place."""
    folder = _FOLDER / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / os.environ["BURNISH_SCENARIO_PROGRAM"]).touch()
    wait_until(lambda: len(list(folder.iterdir())) >= programs, f"the other program at {place!r}", 240)
