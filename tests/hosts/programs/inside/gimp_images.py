"""Images that scenarios make in GIMP, and how all of them go away again."""

from __future__ import annotations

import subprocess
from typing import Any

from gi.repository import Gimp  # type: ignore[import-not-found]

from inside.waiting import run_loop, wait_until

_LAST_DISPLAY = 1000
_TITLE = "GIMP$|^GNU Image Manipulation Program$"
_SETTLED_SECONDS = 0.5
_WIDTH, _HEIGHT = 1590, 960


def wait_for_window() -> None:
    """Until GIMP shows its window."""
    wait_until(_windows, "GIMP's window")


def _windows() -> list[str]:
    search = ["xdotool", "search", "--onlyvisible", "--name", _TITLE]
    return subprocess.run(search, capture_output=True, text=True, check=False).stdout.split()


def show(image: Any) -> Any:
    """Open a view of the image in GIMP's window, which takes most of the screen then."""
    display = Gimp.Display.new(image)
    Gimp.displays_flush()
    run_loop(_SETTLED_SECONDS)  # GIMP has a size of its own in mind when the first image is shown
    for window in wait_until(_windows, "GIMP's window"):
        subprocess.run(["xdotool", "windowsize", window, str(_WIDTH), str(_HEIGHT)], check=True)
    return display


def forget_images() -> None:
    """Close every view and delete every image."""
    for number in range(1, _LAST_DISPLAY):
        if Gimp.Display.id_is_valid(number):
            Gimp.Display.get_by_id(number).delete()
    for image in Gimp.get_images():
        if image.is_valid():
            image.delete()
