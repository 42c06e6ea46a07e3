"""What an artist may want done to a layer, in the order of the panel's buttons."""

from __future__ import annotations

from dataclasses import dataclass

from burnish.wire.request import N_


@dataclass(frozen=True)
class Task:
    """One kind of enhancement. name: as the catalogue lists it; title and purpose: English, translated when shown."""

    name: str
    title: str
    purpose: str


TASKS = (
    Task("upscale", N_("Upscale"), N_("Make the picture larger, with new detail")),
    Task("denoise", N_("Denoise"), N_("Remove camera noise and grain")),
    Task("jpeg", N_("JPEG"), N_("Remove the blocks and rings of strong JPEG compression")),
    Task("deblur", N_("Deblur"), N_("Sharpen what is out of focus or shaken")),
    Task("light", N_("Light"), N_("Brighten a picture taken in the dark")),
    Task("colour", N_("Colour"), N_("Correct the colours")),
    Task("style", N_("Style"), N_("Repaint in another style")),
)


def task_named(name: str) -> Task:
    """The task a catalogue calls `name`; one the panel has no words for is shown under its own name."""
    for task in TASKS:
        if task.name == name:
            return task
    return Task(name, name, "")
