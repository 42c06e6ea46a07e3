"""Work on a result in the order in which it was asked for, although some of it waits for Krita or for a thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from typing import Any

from burnish.qt import QtCore

Work = Generator[Callable[[Callable[..., None]], None], Any, None]


class InOrder:
    """Does one work after the other, each to its end, on the UI thread.

    A work is a generator. What it yields is called with a function that is to be called once, at whatever time: its
    argument is what the `yield` gives, and the work goes on. Krita's event loop turns meanwhile.

    Args:
        broke: called with what a work raised after it had waited; before that, `do` raises it.
    """

    def __init__(self, broke: Callable[[Exception], None]) -> None:
        self._broke = broke
        self._waiting: deque[Work] = deque()
        self._current: Work | None = None

    @property
    def busy(self) -> bool:
        return self._current is not None

    def do(self, work: Work) -> None:
        """Do this now, or when what was asked for before has ended."""
        self._waiting.append(work)
        self._begin()

    def _begin(self) -> None:
        while self._current is None and self._waiting:
            self._current = self._waiting.popleft()
            self._advance(None)

    def _advance(self, answer: Any) -> None:
        assert self._current is not None
        try:
            wait = self._current.send(answer)
        except StopIteration:
            self._current = None
        except BaseException:
            self._current = None
            raise
        else:
            wait(self._go_on)

    def _go_on(self, answer: Any = None) -> None:
        try:
            self._advance(answer)
            self._begin()
        except Exception as error:  # noqa: BLE001 - there is no caller to raise to, and Qt would end Krita
            self._broke(error)


def a_turn(then: Callable[[], None]) -> None:
    """Let the event loop turn once."""
    QtCore.QTimer.singleShot(0, then)
