"""Brings host, worker and state together: what happens when the artist presses a button. Owns every running job."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from burnish.client import Job, Layer
from burnish.hosts.contract import Host, LayerFacts, Place, ResultPixels, Target
from burnish.panel.background import Errand, in_background
from burnish.panel.fixes import Fix, apply_fix
from burnish.panel.job_thread import JobThread
from burnish.panel.state import HistoryEntry, Order, PanelState, Phase, Result
from burnish.qt import QtCore
from burnish.wire.geometry import Rect
from burnish.wire.messages import Accepted, Cancelled, Done, Failed, Models, Progress, Tile
from burnish.wire.request import Request
from burnish.wire.sentences import BurnishError, Failure

_BLEND_AFTER_MS = 120
_PATIENCE_AT_THE_END = 2.0


class Client(Protocol):
    """What the controller needs of burnish.client.WorkerClient."""

    def models(self) -> Models: ...
    def submit(self, request: Request, layer: Layer) -> Job: ...
    def blend(self, request: Request, layer: Layer, earlier: Job) -> Job: ...


@dataclass
class Run:
    """A job with everything that belongs to it. target: None until the worker said what the result will be."""

    order: Order
    source: LayerFacts
    layer: Layer
    region: Rect
    job: Job
    thread: JobThread
    target: Target | None = None
    keep: bool = True
    problem: Failure | None = None


class Controller(QtCore.QObject):
    """The panel's hands. Every method returns at once; what comes of it is seen in `state`."""

    def __init__(self, host: Host, client: Client, state: PanelState | None = None) -> None:
        super().__init__()
        self.host = host
        self.client = client
        self.state = state or PanelState()
        self.state.places_for = host.places
        self.run: Run | None = None
        self.kept: Run | None = None
        self._blending: Run | None = None
        self._asking: Errand | None = None
        self._leaving: list[Run] = []
        self._hidden: Result | None = None
        self._retry: Callable[[], None] = self.ask_catalogue
        self._blend_soon = QtCore.QTimer(self)
        self._blend_soon.setSingleShot(True)
        self._blend_soon.setInterval(_BLEND_AFTER_MS)
        self._blend_soon.timeout.connect(self._blend)
        host.watch(self.look_at_host)
        self.state.strength_changed.connect(self._show_strength)
        self.look_at_host()

    # --- the worker and the host ---------------------------------------------------------------------------------

    def ask_catalogue(self) -> None:
        """Start the worker if need be and ask which models there are."""
        if self._asking is None:
            self._asking = in_background(self.client.models, self._know_catalogue, self._no_catalogue)

    def _know_catalogue(self, models: Models) -> None:
        self._asking = None
        self.state.know_catalogue(models)

    def _no_catalogue(self, failure: Failure) -> None:
        self._asking = None
        if self.state.catalogue is None and self.state.phase is not Phase.RUNNING:
            self._fail(failure, self.ask_catalogue)

    def look_at_host(self) -> None:
        """Take in what the host's current layer is now."""
        self.state.know_layer(self.host.current_layer(), self.host.visible(), self.host.limits())

    # --- a run ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Enhance as chosen."""
        if self.state.can_start():
            self.submit(self.state.order())

    def repeat(self, entry: HistoryEntry) -> None:
        """Do on the current layer what was done before; after the run in progress, if there is one."""
        self.submit(replace(entry.order, request=replace(entry.order.request, viewport=self.host.visible())))

    def submit(self, order: Order) -> None:
        """Start an order, or put it in the queue."""
        if self.run is not None:
            self.state.enqueue(order)
            return
        source = self.host.current_layer()
        try:
            layer = self._layer_for(order)
        except BurnishError as error:
            self._fail(error.failure, lambda: self.submit(order))
            return
        assert source is not None
        self._stop_blending()
        job = self.client.submit(order.request, layer)
        thread = JobThread(job)
        region = (order.request.region or source.format.bounds).intersection(source.format.bounds)
        self.run = Run(order, source, layer, region or source.format.bounds, job, thread)
        thread.happened.connect(self._on_event)
        thread.tile.connect(self._on_tile)
        self.state.start(order)
        thread.start()

    def _layer_for(self, order: Order) -> Layer:
        """The current layer, with the soft edge of its selection where that shapes the result."""
        layer, region = self.host.read(), order.request.region
        if region is None or order.place is Place.NEW_IMAGE or not order.selected:
            return layer
        return replace(layer, mask=self.host.selection_mask(region))

    def cancel(self, *, keep: bool) -> None:
        """Stop after the tile in work, and keep the finished tiles or take them away."""
        if self.run is not None:
            self.run.keep = keep
            self.state.cancel_asked()
            self.run.job.cancel()

    def fix(self, fix: Fix) -> None:
        """Do what the button under an error says."""
        self.state.dismiss_failure()
        if fix is Fix.TRY_AGAIN:
            self._retry()
        else:
            apply_fix(fix, self.state)
            self.start()

    def _fail(self, failure: Failure, retry: Callable[[], None]) -> None:
        self._retry = retry
        self.state.fail(failure)

    def _on_event(self, event: Any) -> None:
        run = self.run
        if run is None or event.job != run.job.id:
            return
        if isinstance(event, Progress):
            self.state.know_progress(event)
            if run.target is not None:
                run.target.frame(event.working)
        elif isinstance(event, Accepted):
            self._make_room(run, event)
        elif isinstance(event, Done):
            self._on_done(run, event)
        elif isinstance(event, Cancelled):
            self._on_cancelled(run, event)
        elif isinstance(event, Failed):
            self._on_failed(run, run.problem or event.failure)

    def _make_room(self, run: Run, accepted: Accepted) -> None:
        self.state.know_accepted(accepted)
        try:
            pixels = ResultPixels(accepted.format, run.job.result())
            run.target = self.host.begin(
                run.order.place, run.source, run.region, pixels, lambda failure: self._lose(run, failure)
            )
        except BurnishError as error:
            self._lose(run, error.failure)

    def _lose(self, run: Run, failure: Failure | None) -> None:
        """The host cannot take this result any more: end the job, and say why if there is something to say."""
        if run is self.run:
            run.problem, run.keep = failure, False
            run.job.cancel()
        elif run is self.kept:
            self.forget_result()

    def _on_tile(self, tile: Tile, pixels: bytes) -> None:
        run = self.run
        if run is None or tile.job != run.job.id:
            return
        if run.target is not None:
            run.target.paint(tile.rect, pixels, run.thread.painted)
        else:
            run.thread.painted()

    def _on_done(self, run: Run, done: Done) -> None:
        self._settle(run, seconds=done.seconds, done=done)

    def _on_cancelled(self, run: Run, event: Cancelled) -> None:
        if run.problem is not None:
            self._on_failed(run, run.problem)
        elif run.keep and run.target is not None and event.tiles_done > 0:
            self._settle(run, seconds=0.0, done=None)
        else:
            self._clear(run)
            self.state.cancelled(event)
            self._next()

    def _settle(self, run: Run, *, seconds: float, done: Done | None) -> None:
        """The result stands; the one before it can go."""
        assert run.target is not None
        run.target.frame(None)
        run.target.finish()
        if self.kept is not None:
            self.kept.job.close()
        self.run, self.kept, self._hidden = None, run, None
        assert run.job.result_format is not None
        card = self.state.card(run.job.accepted.model) if run.job.accepted else None
        order = replace(run.order, title=card.title) if card else run.order
        result = Result(order, run.job.result_format, run.region, seconds=seconds, done=done)
        self.state.finish(result, time.strftime("%H:%M"), run.source.name or run.source.document)
        self.ask_catalogue()  # its speeds are now measured
        self._next()

    def _on_failed(self, run: Run, failure: Failure) -> None:
        self._clear(run)
        self.state.queue.clear()
        self._fail(failure, lambda: self.submit(run.order))

    def _clear(self, run: Run) -> None:
        """A run that leaves nothing."""
        if run.target is not None:
            run.target.frame(None)
            run.target.discard()
        self.run = None
        run.thread.retire()

    def _next(self) -> None:
        if self.state.queue and self.run is None:
            self.submit(self.state.queue.popleft())

    # --- after the run -------------------------------------------------------------------------------------------

    def blended(self, strength: float) -> Job | None:
        """A job that makes the kept result at `strength`, for whoever reads its events and closes it."""
        if self.kept is None:
            return None
        request = replace(self.kept.order.request, strength=strength)
        return self.client.blend(request, self.kept.layer, self.kept.job)

    def forget_result(self) -> None:
        """The document of the result was closed: free its memory."""
        self._stop_blending()
        self._hidden = None
        self.state.drop_result()
        if self.kept is not None:
            self.kept.job.close()
            self.kept = None

    def hide_result(self) -> None:
        """The artist undid the result; it may come back."""
        if self.state.result is not None and self.run is None:
            self._stop_blending()
            self._hidden = self.state.result
            self.state.drop_result()

    def show_hidden_result(self) -> None:
        """The artist redid it."""
        hidden, self._hidden = self._hidden, None
        if hidden is not None:
            self.state.show_result_again(hidden)

    def _show_strength(self) -> None:
        result, kept = self.state.result, self.kept
        if result is None or kept is None or kept.target is None:
            return
        if not kept.target.show_strength(result.strength):
            self._blend_soon.start()

    def _blend(self) -> None:
        """Have the worker blend, and paint the tiles again. A newer strength waits until this one is through."""
        result, kept = self.state.result, self.kept
        if result is None or kept is None or self.run is not None:
            return
        if self._blending is not None:
            self._blend_soon.start()
            return
        job = self.blended(result.strength)
        assert job is not None
        thread = JobThread(job)
        self._blending = Run(kept.order, kept.source, kept.layer, kept.region, job, thread, kept.target)
        thread.happened.connect(self._on_blend_event)
        thread.tile.connect(self._on_blend_tile)
        self.state.know_blending(True)
        thread.start()

    def _on_blend_tile(self, tile: Tile, pixels: bytes) -> None:
        run = self._blending
        if run is not None and tile.job == run.job.id and run.target is not None:
            run.target.paint(tile.rect, pixels, run.thread.painted)

    def _on_blend_event(self, event: Any) -> None:
        run = self._blending
        if run is None or event.job != run.job.id or not isinstance(event, (Done, Cancelled, Failed)):
            return
        if run.target is not None:
            run.target.finish()
        self._end_blend()  # a newer strength may be waiting for its turn already, so the timer goes on
        if isinstance(event, Failed):
            self._fail(event.failure, self._blend)

    def _stop_blending(self) -> None:
        self._blend_soon.stop()
        self._end_blend()

    def _end_blend(self) -> None:
        run, self._blending = self._blending, None
        if run is not None:
            run.thread.retire()
            self.state.know_blending(False)

    def stop_everything(self) -> None:
        """End what runs and what waits, and take away what it painted: its document is about to be closed."""
        self._stop_blending()
        self.state.queue.clear()
        run, self.run = self.run, None
        if run is not None:
            if run.target is not None:
                run.target.discard()
            run.thread.retire()
            self.state.cancelled()
            self._leaving.append(run)
            self._leaving = [other for other in self._leaving if other.thread.running]

    def close(self) -> None:
        """The panel goes away: end what runs and free everything."""
        if self._asking is not None:
            self._asking.drop()
        self.stop_everything()
        self.forget_result()
        for run in self._leaving:
            run.thread.wait(_PATIENCE_AT_THE_END)
