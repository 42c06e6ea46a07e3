"""Screenshots of everything on the screen."""

from __future__ import annotations

import os
import subprocess

from inside.outcomes import keep_file
from inside.waiting import run_loop

_DRAWN_SECONDS = 0.6


def screenshot(name: str) -> None:
    """Keep what the screen shows as NAME.png among the artifacts, once windows have had time to draw themselves."""
    run_loop(_DRAWN_SECONDS)
    path = keep_file(f"{name}.png")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LD_", "MAGICK_"))}
    subprocess.run(["import", "-window", "root", str(path)], env=environment, check=True, timeout=60)
