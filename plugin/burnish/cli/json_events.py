"""A run as JSON, one object a line: the events that cross the door, each with its name and its input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from burnish.cli.terminal import print_json
from burnish.language import hint_of, message_of, text_of
from burnish.wire.codec import to_plain
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Accepted, Cancelled, Done, Failed, JobEvent
from burnish.wire.sentences import Failure, Note


class JsonReport:
    """Writes one run for a program to read. Nothing else goes to standard output.

    Each object begins with "event" (accepted, progress, tile, done, cancelled or failed) and "input", then come the
    fields of the wire's event. Two things of use inside only are left out: the shared file's path, and the bytes of
    the profile, of which "profile_bytes" says how many there are.
    """

    def __init__(self) -> None:
        self._source: Path | None = None
        self._job = ""

    def start(self, source: Path, picture: PixelFormat, area: Rect) -> None:
        self._source, self._job = source, ""

    def event(self, event: JobEvent) -> None:
        self._job = event.job
        if not isinstance(event, (Done, Cancelled, Failed)):  # the last one is shown once the result is saved
            self._print(event_name(event), event_fields(event))

    def saving(self, path: Path) -> None:
        """Nothing: `done` follows at once."""

    def done(self, done: Done, path: Path, notes: tuple[Note, ...]) -> None:
        fields = event_fields(done)
        fields["notes"] = [note_fields(note) for note in (*done.notes, *notes)]
        self._print("done", {**fields, "output": str(path)})

    def failed(self, failure: Failure, source: Path | None) -> None:
        self._source = source
        self._print("failed", {"job": self._job, **failure_fields(failure)})
        self._job = ""

    def cancelled(self, event: Cancelled) -> None:
        self._print("cancelled", event_fields(event))

    def finished(self, done: int, failed: int) -> None:
        """Nothing: every picture has said its last."""

    def _print(self, name: str, fields: dict[str, Any]) -> None:
        print_json({"event": name, "input": None if self._source is None else str(self._source), **fields})


def event_name(event: JobEvent) -> str:
    return type(event).__name__.lower()


def event_fields(event: JobEvent) -> dict[str, Any]:
    """The wire's fields, with notes also as sentences."""
    fields = to_plain(event)
    if isinstance(event, Accepted):
        del fields["result"]
        fields["format"]["profile_bytes"] = len(event.format.profile)
        del fields["format"]["profile"]
        fields["model_reason"] = note_fields(event.model_reason)
        fields["engine_reason"] = note_fields(event.engine_reason)
    return fields


def note_fields(note: Note) -> dict[str, Any]:
    return {"code": note.code, "text": text_of(note), "values": to_plain(note.values)}


def failure_fields(failure: Failure) -> dict[str, Any]:
    return {
        "code": failure.code,
        "message": message_of(failure),
        "hint": hint_of(failure),
        "values": to_plain(failure.values),
        "detail": failure.detail,
    }
