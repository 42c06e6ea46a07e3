"""Images that scenarios make in GIMP, and how all of them go away again."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp  # type: ignore[import-not-found]

_LAST_DISPLAY = 1000


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
