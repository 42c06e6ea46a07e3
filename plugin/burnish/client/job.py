"""A job as its front sees it: pixels go in, events come out, and a worker that dies meanwhile is replaced."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Union

from burnish.client.layer import Layer, LayerPixels
from burnish.wire.channel import Channel
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import (
    FINAL_EVENTS,
    Accepted,
    Blend,
    Cancel,
    Cancelled,
    Done,
    Failed,
    JobEvent,
    Refused,
    Resume,
    Submit,
    Tile,
)
from burnish.wire.runtime import log_path
from burnish.wire.sentences import BurnishError, Failure, Note
from burnish.wire.shared_pixels import SharedPixels, put_rows, rows_of

if TYPE_CHECKING:
    from burnish.client.worker_client import WorkerClient

_DEATHS_AT_ONE_PLACE = 3

Opening = Union[Submit, Blend]


class Job:
    """One job. Read `events` in one thread; `cancel` may be called from any. Close it, or use it in `with`."""

    def __init__(
        self,
        client: WorkerClient,
        opening: Opening,
        layer: Layer,
        earlier: Job | None = None,
    ) -> None:
        """opening: with everything but what this class settles: the job's name, and where its pixels are."""
        self.id = secrets.token_hex(6)
        self.accepted: Accepted | None = None
        self._client = client
        self._opening = opening
        self._earlier = earlier
        if earlier is not None and earlier._source.serve(layer, opening.request):
            self._source = earlier._source  # a blend follows every movement of a slider: nothing is copied again
        else:
            self._source = LayerPixels(layer, opening.request, client.folder)
        self._result: SharedPixels | bytearray | None = None
        self._finished: list[Rect] = []  # the cores of the finished tiles, which a resumed job need not compute
        self._written: list[Rect] = []  # the same tiles with their seams
        self._cancelled = threading.Event()
        self._channel: Channel | None = None
        self._restarts = 0

    # --- what a front does ---------------------------------------------------------------------------------------

    def events(self) -> Iterator[JobEvent]:
        """Run the job and yield what happens, ending with Done, Cancelled or Failed. Never raises BurnishError."""
        deaths_here = 0
        while True:
            if self._cancelled.is_set():  # before a worker is started for nothing
                yield self._cancelled_event()
                return
            finished_before = len(self._finished)
            try:
                for event in self._events_of_one_worker():
                    yield event
                    if isinstance(event, FINAL_EVENTS):
                        return
            except BurnishError as error:
                yield Failed(self.id, error.failure)
                return
            except (EOFError, OSError) as error:
                deaths_here = 1 if len(self._finished) > finished_before else deaths_here + 1
                if deaths_here >= _DEATHS_AT_ONE_PLACE and not self._cancelled.is_set():
                    values = {"times": deaths_here, "log": str(log_path())}
                    yield Failed(self.id, Failure("worker-died", dict(values), repr(error)))
                    return
                self._restarts += 1
            finally:
                self._disconnect()

    def cancel(self) -> None:
        """Ask for the end of the job; finished tiles stay. Events go on until Cancelled (or Done) arrives."""
        self._cancelled.set()
        channel = self._channel
        if channel is not None:
            with contextlib.suppress(OSError):  # the worker is gone; `events` notices
                channel.send(Cancel(self.id))

    @property
    def result_format(self) -> PixelFormat | None:
        """What the result's pixels are; None before Accepted."""
        return self.accepted.format if self.accepted else None

    @property
    def result_path(self) -> str:
        """The shared file of the result; empty when pixels come over the connection."""
        return str(self._result.path) if isinstance(self._result, SharedPixels) else ""

    def result(self) -> memoryview:
        """The whole result, tiles not yet finished being zero. Valid until `close`."""
        if self._result is None or self.accepted is None:
            raise ValueError("the job has no result yet")
        whole = self._result.view if isinstance(self._result, SharedPixels) else memoryview(self._result)
        return whole[: self.accepted.format.total_bytes]  # the worker keeps a journal behind the pixels

    def finished_parts(self) -> tuple[Rect, ...]:
        """The rectangles of the result that hold pixels by now; none where all of it does."""
        whole = self.accepted.format.bounds.area if self.accepted else 0
        complete = sum(core.area for core in self._finished) == whole  # which never overlap
        return () if complete else tuple(self._written)

    def tile_pixels(self, tile: Tile) -> bytes:
        """One finished tile's rows, joined."""
        assert self.accepted is not None
        return rows_of(self.result(), self.accepted.format, tile.rect)

    def close(self) -> None:
        """End the job if it still runs and free its memory."""
        self._disconnect()
        if self._earlier is None or self._source is not self._earlier._source:
            self._source.close()
        if isinstance(self._result, SharedPixels):
            self._result.remove()
        self._result = None

    def __enter__(self) -> Job:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- how it gets done ----------------------------------------------------------------------------------------

    def _events_of_one_worker(self) -> Iterator[JobEvent]:
        """Submit to a worker, or resume on a new one, and pass on its events until the last."""
        channel, welcome = self._client.connect()
        self._channel = channel
        began_inline = isinstance(self._result, bytearray)  # a restarted worker may see more than the one before
        self._send_opening(channel, shared=welcome.shared and not began_inline)
        if self._cancelled.is_set():
            channel.send(Cancel(self.id))
        while True:
            event = channel.receive()
            if isinstance(event, Refused):
                raise BurnishError(event.failure.code, event.failure.detail, **event.failure.values)
            if isinstance(event, Accepted):
                if self._take_result(event):
                    yield event
                continue
            if isinstance(event, Tile):
                self._take_tile(channel, event)
            if isinstance(event, Done) and self._restarts:
                event = replace(event, notes=(*event.notes, Note("worker-restarted")))
            yield event

    def _send_opening(self, channel: Channel, *, shared: bool) -> None:
        if shared:
            source, blobs = self._source.shared_path(), []
        else:
            source, blobs = "", self._source.blobs()
            self._forget_tiles()
            if self._earlier is not None:
                blobs.append(self._earlier.result())
        opening = replace(self._opening, job=self.id, source=source, masked=self._source.masked)
        channel.send(self._resuming(opening), *blobs)

    def _resuming(self, opening: Opening) -> Opening:
        """The same opening, pinned to what the first worker settled on and what it finished."""
        accepted = self.accepted
        if accepted is None or isinstance(opening, Blend):
            return opening
        resume = Resume(
            model=accepted.model,
            engine=accepted.engine,
            device=accepted.device,
            precision=accepted.precision,
            tile_width=accepted.tile_width,
            tile_height=accepted.tile_height,
            finished=tuple(self._finished),
        )
        return replace(opening, resume=resume, result=self.result_path)

    def _take_result(self, accepted: Accepted) -> bool:
        """Open the place of the result. False when the front has heard of this job's acceptance before."""
        again = self.accepted is not None and self._result is not None
        if again and accepted.result == self.result_path:
            return False
        if isinstance(self._result, SharedPixels):  # a blend is not resumed: the new worker began a new result
            self._result.remove()
            self._forget_tiles()
        self.accepted = accepted
        if accepted.result:
            self._result = SharedPixels.open(Path(accepted.result))
        else:
            self._result = bytearray(accepted.format.total_bytes)
        return not again

    def _take_tile(self, channel: Channel, tile: Tile) -> None:
        if isinstance(self._result, bytearray):
            assert self.accepted is not None
            rows = memoryview(bytearray(tile.rect.area * self.accepted.format.pixel_bytes))
            channel.receive_blob(rows)
            put_rows(memoryview(self._result), self.accepted.format, tile.rect, rows)
        self._finished.append(tile.core)
        self._written.append(tile.rect)

    def _forget_tiles(self) -> None:
        self._finished.clear()
        self._written.clear()

    def _cancelled_event(self) -> Cancelled:
        return Cancelled(self.id, len(self._finished), self.accepted.tiles if self.accepted else 0)

    def _disconnect(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
