"""Ctrl-C and a request to end: the step under way is finished and saved first."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Whether somebody wants the training to end.

    Attributes:
        wanted: set by the first Ctrl-C; a second one ends the program at once.
    """

    def __init__(self) -> None:
        self.wanted = False

    def ask(self) -> None:
        """End after this step."""
        self.wanted = True

    @contextmanager
    def listening(self) -> Iterator[Stop]:
        """While the block runs, Ctrl-C and SIGTERM only ask; in a process that ignored them before as well."""
        before = {number: signal.signal(number, self._asked) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _asked(self, number: int, _: FrameType | None) -> None:
        if self.wanted and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.wanted = True
