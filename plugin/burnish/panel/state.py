"""What the panel shows. Plain Python: knows no widget, no client and no host's program."""

from __future__ import annotations

from dataclasses import dataclass

from burnish.hosts.contract import LayerFacts
from burnish.panel.announcement import Announcement
from burnish.panel.orders import (
    AUTO,
    Choices,
    HistoryEntry,
    Order,
    Phase,
    QueuedOrder,
    RegionChoice,
    Result,
)
from burnish.panel.plan import Plan
from burnish.wire.messages import Accepted, Progress
from burnish.wire.sentences import Failure

HISTORY_LENGTH = 12

__all__ = [
    "AUTO",
    "HISTORY_LENGTH",
    "Choices",
    "HistoryEntry",
    "Order",
    "PanelState",
    "Phase",
    "QueuedOrder",
    "RegionChoice",
    "Result",
]


@dataclass
class PanelState(Plan):
    """Everything the panel shows: the next enhancement, the one that runs, those that wait, and those that are done.

    Attributes:
        running_layer: whose enhancement runs.
        failed_layer: whose enhancement failed; None where the failure belongs to no layer.
        paused: a failure holds up the queue.
        keep_on_cancel: what Cancel does with the finished tiles.
    """

    phase: Phase = Phase.READY
    progress: Progress | None = None
    accepted: Accepted | None = None
    running_layer: LayerFacts | None = None
    result: Result | None = None
    failure: Failure | None = None
    failed_layer: LayerFacts | None = None
    blending: bool = False
    cancelling: bool = False
    keep_on_cancel: bool = True
    queue: tuple[QueuedOrder, ...] = ()
    paused: bool = False
    last: Order | None = None
    history: tuple[HistoryEntry, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.phase_changed = Announcement()
        self.progress_changed = Announcement()
        self.strength_changed = Announcement()
        self.history_changed = Announcement()
        self.queue_changed = Announcement()

    def can_start(self) -> bool:
        """Whether Enhance would do something now."""
        return self.fits() and self.phase is not Phase.RUNNING

    def can_queue(self) -> bool:
        """Whether another enhancement can be put behind the running one."""
        return self.fits() and self.phase is Phase.RUNNING

    def start(self, order: Order, layer: LayerFacts | None = None) -> None:
        """A run begins, for `layer`."""
        self.phase, self.last, self.running_layer = Phase.RUNNING, order, layer
        self.progress = self.accepted = None
        self.cancelling = self.blending = False
        self._forget_failure()
        self.phase_changed()

    def know_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.progress_changed()

    def know_accepted(self, accepted: Accepted) -> None:
        self.accepted = accepted
        self.progress_changed()

    def cancel_asked(self) -> None:
        self.cancelling = True
        self.progress_changed()

    def finish(self, result: Result, clock: str, layer: str) -> None:
        """A run ended and its result stands."""
        self.phase, self.result, self.progress, self.cancelling = Phase.DONE, result, None, False
        self.history = (HistoryEntry(clock, result.order, layer, result.seconds), *self.history)[:HISTORY_LENGTH]
        self.phase_changed()
        self.history_changed()

    def drop_result(self) -> None:
        """The result was undone, discarded, or belongs to a layer that is no longer the current one."""
        if self.result is None:
            return
        self.result = None
        if self.phase is Phase.DONE:
            self.phase = Phase.READY
        self.phase_changed()

    def show_result_again(self, result: Result) -> None:
        """An undone result is back."""
        self.result = result
        if self.phase is Phase.READY:
            self.phase = Phase.DONE
        self.phase_changed()

    def cancelled(self) -> None:
        """A run ended on request, or because its result is not wanted any more, and left nothing."""
        self._stop()
        self.phase_changed()

    def fail(self, failure: Failure, layer: LayerFacts | None = None) -> None:
        """A run could not be done. What waits stays where it is until the artist has decided."""
        self._stop()
        self.failure, self.failed_layer, self.paused = failure, layer, bool(self.queue)
        self.phase_changed()

    def refuse(self, failure: Failure) -> None:
        """Something else could not be done; what runs and what waits goes on."""
        self.failure, self.failed_layer = failure, None
        self.phase_changed()

    def dismiss_failure(self) -> None:
        if self.failure is not None:
            self._forget_failure()
            self.phase_changed()

    def _forget_failure(self) -> None:
        self.failure = self.failed_layer = None
        self.paused = False

    def failed_elsewhere(self) -> bool:
        """Whether what failed was for another layer than the one that is current now."""
        return self.failed_layer is not None and (self.layer is None or self.failed_layer.key != self.layer.key)

    def _stop(self) -> None:
        self.phase = Phase.DONE if self.result else Phase.READY
        self.progress, self.cancelling = None, False

    def set_strength(self, strength: float) -> None:
        """Show the result at another strength."""
        if self.result is not None and self.result.strength != strength:
            self.result.strength = min(1.0, max(0.0, strength))
            self.strength_changed()

    def know_blending(self, blending: bool) -> None:
        """Whether the worker is bringing the result to another strength."""
        self.blending = blending
        self.progress_changed()

    def know_queue(self, queue: tuple[QueuedOrder, ...]) -> None:
        """What waits, in order."""
        self.queue = queue
        self.queue_changed()

    def choose_cancel(self, *, keep: bool) -> None:
        """What Cancel does from now on."""
        if keep != self.keep_on_cancel:
            self.keep_on_cancel = keep
            self.choices_changed()
