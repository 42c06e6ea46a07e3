"""A list of functions to call: how plain state tells widgets that it changed, without knowing what a widget is."""

from __future__ import annotations

from collections.abc import Callable


class Announcement:
    """Call it to announce; whoever connected is called, in order, with the same arguments."""

    def __init__(self) -> None:
        self._listeners: list[Callable[..., None]] = []

    def connect(self, listener: Callable[..., None]) -> None:
        self._listeners.append(listener)

    def disconnect(self, listener: Callable[..., None]) -> None:
        """Forget the very object that was connected. Comparing would ask objects that Qt has destroyed already."""
        self._listeners = [other for other in self._listeners if other is not listener]

    def __call__(self, *values: object) -> None:
        for listener in tuple(self._listeners):
            listener(*values)
