"""What waits for its turn: each entry belongs to the layer, and to the pixels, that it was made for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from burnish.panel.background import Errand, in_background
from burnish.panel.fetching import fetch, is_fetched_later
from burnish.panel.orders import QueuedOrder
from burnish.panel.run import Submission
from burnish.panel.state import PanelState
from burnish.wire.sentences import Failure


@dataclass
class _Waiting:
    key: int
    submission: Submission
    fetching: Errand | None = None

    @property
    def shown(self) -> QueuedOrder:
        source = self.submission.source
        return QueuedOrder(self.key, self.submission.order, source.name or source.document, source.document)


class JobQueue:
    """Holds submissions, and their pixels with them.

    A host that hands over its pixels only when the job asks for them is asked at once, on a thread: the artist goes on
    painting, and what was ordered is what was there. The entry waits for that, too.

    Args:
        ready: called when the first entry may have become ready to be taken.
        failed: called with the submission whose pixels could not be had; it does not wait any more.
    """

    def __init__(
        self, state: PanelState, ready: Callable[[], None], failed: Callable[[Submission, Failure], None]
    ) -> None:
        self._state = state
        self._ready = ready
        self._failed = failed
        self._waiting: list[_Waiting] = []
        self._serial = 0

    def add(self, submission: Submission) -> None:
        self._serial += 1
        waiting = _Waiting(self._serial, submission)
        self._waiting.append(waiting)
        if is_fetched_later(submission.layer):
            waiting.fetching = in_background(
                lambda: fetch(submission.layer, submission.order.request),
                lambda _: self._has(waiting),
                lambda failure: self._has_not(waiting, failure),
            )
        self._tell()

    def take(self) -> Submission | None:
        """The first, which then waits no more; None while there is none, or while its pixels are on their way."""
        if not self._waiting or self._waiting[0].fetching is not None:
            return None
        first = self._waiting.pop(0)
        self._tell()
        return first.submission

    def remove(self, key: int) -> None:
        """Take an entry out of the queue; one that has left it already is no problem."""
        for waiting in [waiting for waiting in self._waiting if waiting.key == key]:
            self._drop(waiting)
            self._ready()

    def clear(self) -> None:
        for waiting in tuple(self._waiting):
            self._drop(waiting)

    def _has(self, waiting: _Waiting) -> None:
        waiting.fetching = None
        self._ready()

    def _has_not(self, waiting: _Waiting, failure: Failure) -> None:
        self._drop(waiting)
        self._failed(waiting.submission, failure)
        self._ready()

    def _drop(self, waiting: _Waiting) -> None:
        if waiting.fetching is not None:
            waiting.fetching.drop()
        self._waiting.remove(waiting)
        self._tell()

    def _tell(self) -> None:
        self._state.know_queue(tuple(waiting.shown for waiting in self._waiting))
