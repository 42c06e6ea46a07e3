"""Images that scenarios make in GIMP, and how all of them go away again."""

from __future__ import annotations

import subprocess
from typing import Any

from gi.repository import Gimp  # type: ignore[import-not-found]

from inside.waiting import wait_until

_LAST_DISPLAY = 1000
_TITLE = "GNU Image Manipulation Program"  # of the window without an image
_WIDTH, _HEIGHT = 1590, 960


def enlarge_window() -> None:
    """Wait for GIMP's window, and let it take most of the screen."""
    found = wait_until(lambda: _windows(), "GIMP's window")
    for window in found:
        subprocess.run(["xdotool", "windowsize", window, str(_WIDTH), str(_HEIGHT)], check=True)


def _windows() -> list[str]:
    search = ["xdotool", "search", "--onlyvisible", "--name", _TITLE]
    return subprocess.run(search, capture_output=True, text=True, check=False).stdout.split()


def show(image: Any) -> Any:
    """Open a view of the image in GIMP's window."""
    display = Gimp.Display.new(image)
    Gimp.displays_flush()
    return display


def forget_images() -> None:
    """Close every view and delete every image."""
    for number in range(1, _LAST_DISPLAY):
        if Gimp.Display.id_is_valid(number):
            Gimp.Display.get_by_id(number).delete()
    for image in Gimp.get_images():
        if image.is_valid():
            image.delete()
