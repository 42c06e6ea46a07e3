"""One picture's progress, as a line that changes in place, and the summary that stays."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from burnish.cli.terminal import messages, output, padded, print_hanging, seconds_text, show_failure, size_text, widest
from burnish.language import _, plural, text_of
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Accepted, Cancelled, Done, JobEvent, Stage
from burnish.wire.messages import Progress as Standing
from burnish.wire.sentences import Failure, Note

_ROOM_FOR_TEXT = 48  # the longest: “1234 of 5678 tiles · 0.123 MP/s · 12 min 34 s left”
_WIDEST_BAR = 24
_LONGEST_NAME = 28


class LiveReport:
    """Shows one run to a person. Progress goes to stderr and only where that is a terminal."""

    def __init__(self, several: bool) -> None:
        self._several = several
        self._messages = messages()
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._accepted: Accepted | None = None
        self._source = Path()
        self._size = ""

    def start(self, source: Path, picture: PixelFormat, area: Rect) -> None:
        """A picture has been read, and this part of it goes to the worker."""
        self._source, self._accepted = source, None
        self._size = size_text(picture.width, picture.height)
        if area != picture.bounds:
            self._size = _("{size}, of which {part}").format(size=self._size, part=size_text(area.width, area.height))
        bar, name = _widths(self._messages.width)
        self._progress = _progress_line(self._messages, bar)
        self._task = self._progress.add_task(_shortened(source.name, name), total=None, text=_("starting"))
        self._progress.start()

    def event(self, event: JobEvent) -> None:
        """Something happened to the picture's job."""
        if self._progress is None:
            return
        if isinstance(event, Accepted):
            self._accepted = event
            self._progress.update(self._task, total=event.tiles, text=self._estimate(event))
        elif isinstance(event, Standing):
            total = event.tiles or None
            self._progress.update(self._task, completed=event.tiles_done, total=total, text=standing_text(event))

    def saving(self, path: Path) -> None:
        if self._progress is not None:
            self._progress.update(self._task, text=_("saving {name}").format(name=_shortened(path.name, _LONGEST_NAME)))

    def done(self, done: Done, path: Path, notes: tuple[Note, ...]) -> None:
        """The result is saved: a summary takes the place of the line."""
        self._end_line()
        assert self._accepted is not None
        accepted, result = self._accepted, self._accepted.format
        title = Text.assemble(
            (self._source.name, "bold"),
            f"  {self._size} → {size_text(result.width, result.height)}  ",
            _("in {time}, {speed}").format(
                time=seconds_text(done.seconds), speed=speed_text(done.megapixels_per_second)
            ),
        )
        rows = [
            (_("model"), f"{done.model}: {text_of(accepted.model_reason)}"),
            (_("engine"), f"{done.engine} ({done.device}, {done.precision}): {text_of(accepted.engine_reason)}"),
            *((_("note"), text_of(note)) for note in (*done.notes, *notes)),
            (_("saved"), str(path)),
        ]
        _print_block(output(), title, rows)

    def failed(self, failure: Failure, source: Path | None) -> None:
        self._end_line()
        show_failure(failure, source if self._several else None)

    def cancelled(self, event: Cancelled) -> None:
        self._end_line()
        text = _("Cancelled after {done} of {total} tiles; nothing was saved.")
        self._messages.print(Text(text.format(done=event.tiles_done, total=event.tiles)))

    def finished(self, done: int, failed: int) -> None:
        """The whole run is over."""
        self._end_line()
        if self._several:
            text = plural("{count} picture saved", "{count} pictures saved", done).format(count=done)
            if failed:
                text += ", " + plural("{count} failed", "{count} failed", failed).format(count=failed)
            self._messages.print(Text(text + "."))

    def _estimate(self, accepted: Accepted) -> str:
        text = plural("{count} tile", "{count} tiles", accepted.tiles).format(count=accepted.tiles)
        if accepted.seconds is not None:
            text += " · " + _("about {time}").format(time=seconds_text(accepted.seconds))
        return text

    def _end_line(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def standing_text(standing: Standing) -> str:
    """Where a job stands, in a few words."""
    if standing.stage is Stage.QUEUED:
        ahead = standing.position
        return plural("waiting for {count} job", "waiting for {count} jobs", ahead).format(count=ahead)
    if standing.stage is Stage.LOADING:
        return _("loading the model")
    if standing.stage is Stage.MEASURING:
        return _("measuring what is fastest here, once")
    parts = [_("{done} of {total} tiles").format(done=standing.tiles_done, total=standing.tiles)]
    if standing.megapixels_per_second is not None:
        parts.append(speed_text(standing.megapixels_per_second))
    if standing.seconds_left is not None:
        parts.append(_("{time} left").format(time=seconds_text(standing.seconds_left)))
    return " · ".join(parts)


def speed_text(megapixels_per_second: float) -> str:
    """How fast the result grows."""
    digits = 2 if megapixels_per_second >= 0.1 else 3
    return _("{speed} MP/s").format(speed=f"{megapixels_per_second:.{digits}f}")


def _widths(columns: int) -> tuple[int, int]:
    """How wide the bar and the picture's name may be, so that the line stays one."""
    room = max(24, columns - _ROOM_FOR_TEXT - 2)
    bar = min(_WIDEST_BAR, room // 2 - 2)
    return bar, min(_LONGEST_NAME, room - bar)


def _progress_line(console: Console, bar: int) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=bar),
        TextColumn("{task.fields[text]}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _print_block(console: Console, title: Text, rows: list[tuple[str, str]]) -> None:
    """A title, and below it names and values in two columns."""
    console.print(title)
    width = widest(name for name, _value in rows)
    for name, value in rows:
        print_hanging(console, Text.assemble("  ", (padded(name, width), "dim"), "  "), value)


def _shortened(name: str, longest: int) -> str:
    """A name with its middle left out where it is long; its ending stays."""
    if len(name) <= longest:
        return name
    end = longest // 2
    return f"{name[: longest - end - 1]}…{name[-end:]}"
