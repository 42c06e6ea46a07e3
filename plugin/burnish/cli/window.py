"""`burnish window`: the standalone window, where this machine can show one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from burnish.wire.sentences import BurnishError


def open_window(image: Path | None) -> int:
    """Open the window and stay until it is closed; returns the exit status.

    Raises:
        BurnishError: "no-display" or "qt-missing" where no window can be shown.
    """
    if not display_present():
        raise BurnishError("no-display")
    try:
        from burnish.hosts.standalone.app import run
    except ImportError as error:  # a system library that Qt needs is missing, or PyQt itself
        raise BurnishError("qt-missing", detail=repr(error), reason=str(error)) from error
    return run(None if image is None else str(image))


def display_present() -> bool:
    """Whether there is a screen to show a window on: always on Windows and macOS, by the session's variables else."""
    if sys.platform in ("win32", "darwin"):
        return True
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(wanted or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
