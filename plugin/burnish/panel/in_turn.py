"""One thing after the other, although a host's own calls let its event loop turn in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable


class InTurn:
    """Does what it is given, in that order, each to its end. On the UI thread only.

    Krita lets events through while it adds a layer, for one: the first tile would arrive before there is a layer to
    paint it on.
    """

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._busy = False

    def __call__(self, work: Callable[[], None]) -> None:
        """Do this now, or as soon as what is being done has ended."""
        self._waiting.append(work)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            self._busy = False
