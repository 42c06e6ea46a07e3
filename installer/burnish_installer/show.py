"""What the user watches while the installer works: one tidy line a step, on standard error."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from burnish_installer.words import _, duration, megabytes, padded


class Lines:
    """Writes sentences, and steps that stay on one line. Standard output belongs to Burnish itself.

    interval: seconds for which a step's progress stays before it is shown anew.
    """

    def __init__(self, stream: TextIO | None = None, steps: int = 0, interval: float = 0.1) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._live = self._stream.isatty()
        self._steps = steps
        self._number = 0
        self.interval = interval
        self.downloaded = 0
        self.began = time.monotonic()

    def say(self, sentence: str) -> None:
        """A sentence on a line of its own."""
        self._write(sentence + "\n")

    def remark(self, sentence: str) -> None:
        """A remark that belongs to the step in work, indented under it."""
        self._rewrite("")
        self._write(f"        {sentence}\n")

    def expect(self, steps: int) -> None:
        """Say how many steps are to come."""
        self._steps, self._number = steps, 0

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """One step of the work: a line that shows its progress while it runs, and its time and size at the end."""
        self._number += 1
        step = Step(self, f"  [{self._number}/{self._steps}] {title}")
        step.progress("")
        finished = False
        try:
            yield step
            finished = True
        finally:
            self.downloaded += step.downloaded
            step.end(finished)

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except UnicodeEncodeError:
            self._stream.write(text.encode("ascii", "replace").decode())

    def _rewrite(self, text: str) -> None:
        """Replace the line that the cursor stands on, cut to the terminal's width."""
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._write("\r\x1b[K" + text[:width])


class Step:
    """One running step. `downloaded` is in bytes."""

    def __init__(self, lines: Lines, title: str) -> None:
        self._lines = lines
        self._title = title
        self._began = time.monotonic()
        self._shown = 0.0
        self.downloaded = 0

    def progress(self, text: str) -> None:
        """Show how far the step is; not more often than is pleasant."""
        now = time.monotonic()
        if now - self._shown >= self._lines.interval:
            self._shown = now
            self._lines._rewrite(f"{self._title}  {text}")

    def end(self, finished: bool) -> None:
        """Settle the line."""
        self._lines._rewrite("")
        size = f"{megabytes(self.downloaded):>8}" if self.downloaded else " " * 8
        ending = f"{size}  {duration(time.monotonic() - self._began):>12}" if finished else _("not finished")
        self._lines.say(f"{padded(self._title, 40)} {ending}")
