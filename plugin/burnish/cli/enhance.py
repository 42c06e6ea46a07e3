"""Enhances pictures one after another: read, hand to the worker, follow, save."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from burnish.cli.mask import Mask
from burnish.cli.outputs import Outputs
from burnish.client import Job, Layer, WorkerClient
from burnish.hosts.standalone.files.formats import format_named
from burnish.hosts.standalone.files.reading import read_picture
from burnish.hosts.standalone.files.writing import write_picture
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Accepted, Cancelled, Done, Failed, JobEvent, Tile
from burnish.wire.request import Request
from burnish.wire.sentences import BurnishError, Failure, Note


class Report(Protocol):
    """Whoever shows the run: to a person (live.py) or to a program (json_events.py)."""

    def start(self, source: Path, picture: PixelFormat, area: Rect) -> None: ...
    def event(self, event: JobEvent) -> None: ...
    def saving(self, path: Path) -> None: ...
    def done(self, done: Done, path: Path, notes: tuple[Note, ...]) -> None: ...
    def failed(self, failure: Failure, source: Path | None) -> None: ...
    def cancelled(self, event: Cancelled) -> None: ...
    def finished(self, done: int, failed: int) -> None: ...


@dataclass(frozen=True)
class Saving:
    """How results are saved."""

    quality: int
    overwrite: bool
    allow_huge: bool


class Enhancement:
    """One run over one or more pictures. A picture that fails does not stop the others; Ctrl-C stops the run."""

    def __init__(
        self,
        client: WorkerClient,
        request: Request,
        outputs: Outputs,
        saving: Saving,
        report: Report,
        mask: Mask | None = None,
    ) -> None:
        self._client = client
        self._request = request
        self._outputs = outputs
        self._saving = saving
        self._report = report
        self._mask = mask

    def run(self, sources: list[Path]) -> bool:
        """Whether every picture was enhanced and saved. Raises KeyboardInterrupt once the job in work is cancelled."""
        failed = 0
        for source in sources:
            try:
                self._enhance(source)
            except BurnishError as error:
                failed += 1
                self._report.failed(error.failure, source)
        self._report.finished(len(sources) - failed, failed)
        return failed == 0

    def _enhance(self, source: Path) -> None:
        track = _Track()
        try:
            picture = read_picture(source, allow_huge=self._saving.allow_huge)
            area = self._area(picture.format)
            mask = self._mask.of(area, picture.format) if self._mask is not None else None
            self._report.start(source, picture.format, area)
            with self._client.submit(self._request, Layer(picture.format, picture.pixels, mask)) as job:
                done, place = self._follow(job, track, source, area)
                self._report.saving(place)
                result = picture.with_pixels(_settled(job).format, job.result())
                notes = write_picture(result, place, overwrite=self._saving.overwrite, quality=self._saving.quality)
        except KeyboardInterrupt:
            self._report.cancelled(Cancelled(track.job, track.done, track.total))
            raise
        self._report.done(done, place, (*picture.notes, *notes))

    def _area(self, pixels: PixelFormat) -> Rect:
        """The part that will be enhanced. A region beside the picture is refused here, before a worker starts."""
        area = self._request.area(pixels)
        if area is None:
            raise BurnishError("region-outside", width=pixels.width, height=pixels.height)
        return area

    def _follow(self, job: Job, track: _Track, source: Path, area: Rect) -> tuple[Done, Path]:
        """Pass the job's events on until it is done; the result's place is settled before any tile is computed."""
        place: Path | None = None
        for event in job.events():
            track.take(event)
            if isinstance(event, Failed):
                raise BurnishError(event.failure.code, event.failure.detail, **event.failure.values)
            self._report.event(event)
            if isinstance(event, Accepted):
                place = self._place(source, event, area)
            if isinstance(event, Done) and place is not None:
                return event, place
        raise BurnishError("worker-stopped")

    def _place(self, source: Path, accepted: Accepted, area: Rect) -> Path:
        scale = self._request.scale or round(accepted.format.width / area.width, 2)
        place = self._outputs.place(source, accepted.model, scale)
        format_named(place).check_size(accepted.format.width, accepted.format.height)
        return place


@dataclass
class _Track:
    """How far a job has come."""

    job: str = ""
    done: int = 0
    total: int = 0

    def take(self, event: JobEvent) -> None:
        self.job = event.job
        if isinstance(event, Accepted):
            self.total = event.tiles
        elif isinstance(event, Tile):
            self.done += 1


def _settled(job: Job) -> Accepted:
    assert job.accepted is not None
    return job.accepted
