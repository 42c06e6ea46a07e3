"""What happens after a run: its result is shown at another strength, undone and redone, and given up in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from burnish.client import Job
from burnish.panel.background import unexpected
from burnish.panel.client import Client
from burnish.panel.fetching import release
from burnish.panel.job_thread import JobThread
from burnish.panel.run import Run
from burnish.panel.state import PanelState, Result
from burnish.qt import QtCore
from burnish.wire.messages import Cancelled, Done, Failed, Tile
from burnish.wire.sentences import Failure

_BLEND_AFTER_MS = 120


class KeptResult(QtCore.QObject):
    """The run whose result is on display, for as long as its strength can be changed.

    Args:
        failed: called with what went wrong with a blend, and with what tries it again.
    """

    def __init__(
        self, client: Client, state: PanelState, failed: Callable[[Failure, Callable[[], None]], None]
    ) -> None:
        super().__init__()
        self.run: Run | None = None
        self._client = client
        self._state = state
        self._failed = failed
        self._blending: Run | None = None
        self._hidden: Result | None = None
        self._blend_soon = QtCore.QTimer(self)
        self._blend_soon.setSingleShot(True)
        self._blend_soon.setInterval(_BLEND_AFTER_MS)
        self._blend_soon.timeout.connect(self._blend)
        state.strength_changed.connect(self._show_strength)

    def take(self, run: Run) -> None:
        """A run has ended well; the result before it can go."""
        if self.run is not None:
            self.run.job.close()
        self.run, self._hidden = run, None
        release(run.submission.layer)  # the job has its own copy, and a blend takes that

    def forget(self) -> None:
        """The document of the result was closed: free its memory."""
        self.stop_blending()
        self._hidden = None
        self._state.drop_result()
        if self.run is not None:
            self.run.job.close()
            self.run = None

    def hide(self) -> None:
        """The artist undid the result; it may come back."""
        if self._state.result is not None:
            self.stop_blending()
            self._hidden = self._state.result
            self._state.drop_result()

    def show_hidden(self) -> None:
        """The artist redid it."""
        hidden, self._hidden = self._hidden, None
        if hidden is not None:
            self._state.show_result_again(hidden)

    def make_way(self) -> None:
        """A run is about to begin: the strength set last comes before it, so that no result stays half done."""
        if self._blend_soon.isActive():
            self._blend_soon.stop()
            self._blend()

    # --- strength ------------------------------------------------------------------------------------------------

    def blended(self, strength: float) -> Job | None:
        """A job that makes the result at `strength`, for whoever reads its events and closes it."""
        if self.run is None:
            return None
        request = replace(self.run.submission.order.request, strength=strength)
        return self._client.blend(request, self.run.submission.layer, self.run.job)

    def stop_blending(self) -> None:
        self._blend_soon.stop()
        self._end_blend()

    def _show_strength(self) -> None:
        result, kept = self._state.result, self.run
        if result is None or kept is None or kept.target is None:
            return
        if not kept.target.show_strength(result.strength):
            self._blend_soon.start()

    def _blend(self) -> None:
        """Have the worker blend, and paint the tiles again. A newer strength waits until this one is through."""
        result, kept = self._state.result, self.run
        if result is None or kept is None:
            return
        if self._blending is not None:
            self._blend_soon.start()
            return
        job = self.blended(result.strength)
        assert job is not None
        thread = JobThread(job)
        self._blending = Run(kept.submission, job, thread, kept.target)
        thread.happened.connect(self._on_event)
        thread.tile.connect(self._on_tile)
        self._state.know_blending(True)
        thread.start()

    def _on_tile(self, tile: Tile, pixels: bytes) -> None:
        run = self._blending
        if run is None or tile.job != run.job.id or run.target is None:
            return
        target = run.target
        if not self._in_host(lambda: target.paint(tile.rect, pixels, run.thread.painted)):
            self._end_blend()

    def _on_event(self, event: Any) -> None:
        run = self._blending
        if run is None or event.job != run.job.id or not isinstance(event, (Done, Cancelled, Failed)):
            return
        self._end_blend()  # a newer strength may be waiting for its turn already, so the timer goes on
        if isinstance(event, Failed):
            self._failed(event.failure, self._blend)

    def _end_blend(self) -> None:
        """However a blend ends, what is painted by then stands: the host looks after it again."""
        run, self._blending = self._blending, None
        if run is None:
            return
        run.thread.retire()
        self._state.know_blending(False)
        if run.target is not None:
            self._in_host(run.target.finish)

    def _in_host(self, call: Callable[[], None]) -> bool:
        """Ask something of the host. False where its own interface breaks; the artist hears of it."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whatever it was, the blend must not hang
            self._failed(unexpected(error), self._blend)
            return False
        return True
