"""Brings host, worker and state together: what happens when the artist presses a button. Owns every running job."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from burnish.client import Job
from burnish.hosts.contract import Host, ResultPixels
from burnish.language import _, message_of
from burnish.panel.background import Errand, in_background, unexpected
from burnish.panel.client import Client
from burnish.panel.fixes import Fix, apply_fix, mended
from burnish.panel.in_turn import InTurn
from burnish.panel.job_thread import JobThread
from burnish.panel.kept import KeptResult
from burnish.panel.preview import Preview
from burnish.panel.queue import JobQueue
from burnish.panel.remembered import Remembered
from burnish.panel.run import Run, Submission, submission_for
from burnish.panel.state import HistoryEntry, Order, PanelState, Result
from burnish.panel.wording import model_title
from burnish.qt import QtCore
from burnish.wire.messages import FINAL_EVENTS, Accepted, Cancelled, Done, Failed, Models, Progress, Tile
from burnish.wire.sentences import BurnishError, Failure

__all__ = ["Client", "Controller"]

_PATIENCE_AT_THE_END = 2.0
_STALE = ("layer-changed", "pixels-not-had")  # after these the layer has to be read anew


class Controller(QtCore.QObject):
    """The panel's hands. Every method returns at once; what comes of it is seen in `state`.

    Args:
        remembered: where the artist's choices are kept between sessions; nowhere when None.
    """

    def __init__(
        self, host: Host, client: Client, state: PanelState | None = None, *, remembered: Remembered | None = None
    ) -> None:
        super().__init__()
        self.host = host
        self.client = client
        self.state = state or PanelState()
        self.state.places_for = host.places
        self.remembered = remembered
        self.run: Run | None = None
        self.queue = JobQueue(self.state, self._next, self._refuse_submission)
        self.kept = KeptResult(client, self.state, self._refuse)
        self.preview = Preview(host, client, self.state, remembered)
        self._asking: Errand | None = None
        self._leaving: list[Run] = []
        self._in_turn = InTurn()
        self._failed: Submission | None = None
        self._retry: Callable[[], object] = self.ask_catalogue
        self._recall()
        host.watch(self.look_at_host)
        self.look_at_host()

    def _recall(self) -> None:
        if self.remembered is not None:
            self.state.restore(self.remembered.choices, self.remembered.usual_region)
            self.state.keep_on_cancel = self.remembered.keep_on_cancel
            self.state.choices_changed.connect(self._remember)

    def _remember(self) -> None:
        if self.remembered is not None:
            self.remembered.choices = self.state.choices
            self.remembered.usual_region = self.state.usual_region
            self.remembered.keep_on_cancel = self.state.keep_on_cancel

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
        if self.state.catalogue is None and self.run is None:
            self._refuse(failure, self.ask_catalogue)

    def look_at_host(self) -> None:
        """Take in what the host's current layer is now."""
        self.state.know_layer(self.host.current_layer(), self.host.visible(), self.host.limits())

    # --- what the artist asks for --------------------------------------------------------------------------------

    def start(self) -> None:
        """Enhance as chosen."""
        self.look_at_host()  # which may not have told yet that the artist is on another layer
        if self.state.can_start():
            self.submit(self.state.order())

    def add_to_queue(self) -> None:
        """Enhance as chosen once the run in progress has ended: the layer as it is now."""
        self.look_at_host()
        if self.state.can_queue():
            self.submit(self.state.order())

    def enhance_again(self) -> str:
        """Enhance the current layer as the last one was, or as chosen where there was none; after the run in progress.

        Returns why nothing could be done, as a translated sentence; empty where something begins.
        """
        return self._again(self.state.last)

    def repeat(self, entry: HistoryEntry) -> str:
        """Do what was done before with the current layer and region; after the run in progress, if there is one.

        Returns what `enhance_again` returns.
        """
        return self._again(entry.order)

    def _again(self, order: Order | None) -> str:
        self.look_at_host()
        state = self.state
        if state.layer is None:
            return message_of(Failure("no-layer"))
        if not state.fits():
            return state.layer.refusal or _("There is nothing to enhance in the chosen region.")
        self.submit(state.order() if order is None else state.order_like(order))
        return ""

    def submit(self, order: Order) -> None:
        """Start an order on the current layer, or put it into the queue."""
        try:
            submission = submission_for(self.host, order)
        except BurnishError as error:
            self._refuse(error.failure, lambda: self._again(order))
            return
        self._begin_or_wait(submission)

    def cancel(self, *, keep: bool | None = None) -> None:
        """Stop after the tile in work; keep the finished tiles, take them away, or do as the artist set it (None)."""
        if self.run is not None:
            self.run.keep = self.state.keep_on_cancel if keep is None else keep
            self.state.cancel_asked()
            self.run.job.cancel()

    def fix(self, fix: Fix) -> None:
        """Do what the button under an error says, and go on with what waits."""
        failed, retry = self._failed, self._retry
        self.dismiss(go_on=False)
        if fix is Fix.TRY_AGAIN:
            retry()
        elif failed is not None and failed.source.key != (self.state.layer.key if self.state.layer else ""):
            apply_fix(fix, self.state)
            self._begin_or_wait(replace(failed, order=mended(failed.order, fix, self.state)))
        else:
            apply_fix(fix, self.state)
            self.start()
        self._next()

    def dismiss(self, *, go_on: bool = True) -> None:
        """Take away the error, and go on with what waits."""
        self._failed, self._retry = None, self.ask_catalogue
        self.state.dismiss_failure()
        if go_on:
            self._next()

    # --- a run ---------------------------------------------------------------------------------------------------

    def _begin_or_wait(self, submission: Submission) -> None:
        if self.run is not None:
            self.queue.add(submission)
            return
        self._failed, self._retry = None, self.ask_catalogue
        self.kept.make_way()
        job = self.client.submit(submission.order.request, submission.layer)
        thread = JobThread(job)
        self.run = Run(submission, job, thread)
        thread.happened.connect(self._on_event)
        thread.tile.connect(self._on_tile)
        self.state.start(submission.order, submission.source)
        thread.start()

    def _next(self) -> None:
        if self.run is None and not self.state.paused:
            submission = self.queue.take()
            if submission is not None:
                self._begin_or_wait(submission)

    def _on_event(self, event: Any) -> None:
        self._in_turn(lambda: self._handle(event))

    def _on_tile(self, tile: Tile, pixels: bytes) -> None:
        self._in_turn(lambda: self._paint(tile, pixels))

    def _handle(self, event: Any) -> None:
        run = self.run
        if run is None or event.job != run.job.id:
            return
        if isinstance(event, Progress):
            self.state.know_progress(event)
            if run.target is not None:
                run.target.frame(event.working)
        elif isinstance(event, Accepted):
            self._make_room(run, event)
        elif isinstance(event, FINAL_EVENTS):
            self._end(run, event)

    def _make_room(self, run: Run, accepted: Accepted) -> None:
        self.state.know_accepted(accepted)
        card, submission = self.state.card(accepted.model), run.submission
        title = model_title(card.title if card else accepted.model)
        pixels = ResultPixels(accepted.format, run.job.result(), title)
        place, source, region = submission.order.place, submission.source, submission.region

        def begin() -> None:
            run.target = self.host.begin(place, source, region, pixels, lambda failure: self._lose(run, failure))
            if run is not self.run:  # given up while the host let other events through
                run.target.discard()

        self._have_done(run, begin)

    def _have_done(self, run: Run, work: Callable[[], None]) -> None:
        """Have the host do something for a run. What breaks there ends the run, which would otherwise never end."""
        try:
            work()
        except BurnishError as error:
            self._lose(run, error.failure)
        except Exception as error:  # noqa: BLE001 - the host's own interface; a run that paints nothing must say why
            self._lose(run, unexpected(error))

    def _lose(self, run: Run, failure: Failure | None) -> None:
        """The host cannot take this result any more: end the job, and say why if there is something to say."""
        if run is self.run:
            if not run.lost:
                run.lost, run.problem = True, failure
                self.state.cancel_asked()
                run.job.cancel()
        elif run is self.kept.run:
            self.kept.forget()
            if failure is not None:  # a layer was locked before the result could be brought into it
                self._refuse_submission(run.submission, failure, anew=True)

    def _paint(self, tile: Tile, pixels: bytes) -> None:
        run = self.run
        if run is None or tile.job != run.job.id:
            return
        target = run.target
        if target is not None and not run.lost:
            self._have_done(run, lambda: target.paint(tile.rect, pixels, run.thread.painted))
        if target is None or run.lost:
            run.thread.painted()

    def _end(self, run: Run, event: Done | Cancelled | Failed) -> None:
        """A run's last event. Whatever came of it, the next in the queue begins unless a failure holds it up."""
        something = isinstance(event, Done) or (isinstance(event, Cancelled) and event.tiles_done > 0)
        stands = something and run.keep  # a run may be through before its worker hears that all is to be discarded
        if stands and run.target is not None and not run.lost:
            run.target.frame(None)
            self._have_done(run, run.target.finish)  # a host may notice only now that there is nothing left to finish
        failure = event.failure if isinstance(event, Failed) and not run.lost else run.problem
        if stands and run.target is not None and not run.lost:
            self._settle(run, event if isinstance(event, Done) else None)
        elif failure is None:
            self._clear(run)
            self.state.cancelled()
        else:
            self._clear(run)
            self._failed = run.submission
            self._retry = lambda: self._try_again(run.submission, anew=failure.code in _STALE)
            self.state.fail(failure, run.submission.source)
        self._next()

    def _settle(self, run: Run, done: Done | None) -> None:
        """The result stands; the one before it can go."""
        self.run = None
        self.kept.take(run)
        accepted, submission = run.job.accepted, run.submission
        assert accepted is not None
        card = self.state.card(accepted.model)
        order = replace(submission.order, title=card.title) if card else submission.order
        seconds = done.seconds if done else 0.0
        result = Result(order, accepted.format, submission.region, seconds=seconds, done=done)
        self.state.finish(result, time.strftime("%H:%M"), submission.source.name or submission.source.document)
        self.ask_catalogue()  # its speeds are now measured

    def _clear(self, run: Run) -> None:
        """A run that leaves nothing."""
        if run.target is not None:
            run.target.frame(None)
            self._have_done(run, run.target.discard)
        self.run = None
        run.thread.retire()

    def _refuse(self, failure: Failure, retry: Callable[[], object]) -> None:
        """Something other than the run could not be done."""
        self._failed, self._retry = None, retry
        self.state.refuse(failure)

    def _refuse_submission(self, submission: Submission, failure: Failure, *, anew: bool = False) -> None:
        """The button under the error is for the layer that it is about."""
        self._refuse(failure, lambda: self._try_again(submission, anew=anew or failure.code in _STALE))
        self._failed = submission

    def _try_again(self, submission: Submission, *, anew: bool) -> None:
        """Begin once more; `anew` with the layer as it is now, which can be had while it is the current one."""
        self.look_at_host()
        layer = self.state.layer
        if anew and layer is not None and layer.key == submission.source.key:
            self._again(submission.order)
        else:
            self._begin_or_wait(submission)

    # --- after the run -------------------------------------------------------------------------------------------

    def blended(self, strength: float) -> Job | None:
        """A job that makes the kept result at `strength`, for whoever reads its events and closes it."""
        return self.kept.blended(strength)

    def forget_result(self) -> None:
        """The document of the result was closed: free its memory."""
        self.kept.forget()

    def hide_result(self) -> None:
        """The artist undid the result; it may come back."""
        self.kept.hide()

    def show_hidden_result(self) -> None:
        """The artist redid it."""
        self.kept.show_hidden()

    # --- the end -------------------------------------------------------------------------------------------------

    def stop_everything(self) -> None:
        """End what runs and what waits, and take away what it painted: its document is about to be closed."""
        self.kept.stop_blending()
        self.queue.clear()
        run = self.run
        if run is not None:
            self._clear(run)
            self.state.cancelled()
            self._leaving.append(run)
            self._leaving = [other for other in self._leaving if other.thread.running]

    def close(self, patience: float = _PATIENCE_AT_THE_END) -> None:
        """The panel goes away: end what runs and free everything. patience: seconds for each run to come to its end."""
        if self._asking is not None:
            self._asking.drop()
        self.stop_everything()
        self.forget_result()
        self.preview.drop()  # which would otherwise take the end of a run for its turn
        if self.remembered is not None:
            self.remembered.save()
        for run in self._leaving:
            run.thread.wait(patience)
