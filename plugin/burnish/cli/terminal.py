"""What people see in the terminal: where it goes, how wide it is, and how a failure looks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from burnish.language import _, hint_of, message_of
from burnish.wire.sentences import Failure

_PIPED_WIDTH = 120


def output() -> Console:
    """Where results go. Through a pipe, lines are not cut at 80 columns."""
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = max(console.width, _PIPED_WIDTH)
    return console


def messages() -> Console:
    """Where progress and failures go, so that a pipe carries results only."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_hanging(console: Console, head: Text, body: str | Text) -> None:
    """A head, and beside it a text whose further lines begin below its first."""
    indent = head.cell_len
    text = body if isinstance(body, Text) else Text(body)
    lines = text.wrap(console, max(20, console.width - indent))
    for number, line in enumerate(lines or [Text()]):
        line.rstrip()
        console.print(Text.assemble(head if number == 0 else " " * indent, line))


def padded(text: str, width: int) -> str:
    """Text filled up to a width in terminal cells; a Chinese character takes two."""
    return text + " " * (width - Text(text).cell_len)


def widest(texts: Iterable[str]) -> int:
    return max((Text(text).cell_len for text in texts), default=0)


def show_failure(failure: Failure, source: Path | None = None) -> None:
    """Two lines: what went wrong, and what to do about it. source: the picture, where the failure may not name it."""
    console = messages()
    message = message_of(failure)
    about = f"{source}: " if source is not None and str(source) not in message else ""
    console.print(Text.assemble((_("Failed") + ": ", "bold red"), about, message))
    hint = hint_of(failure)
    if hint:
        console.print(Text.assemble("        ", (hint, "dim")))


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output, at once."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def seconds_text(seconds: float) -> str:
    """A duration for people: 0.8 s, 12 s, 3 min 20 s."""
    if seconds < 10:
        return _("{seconds} s").format(seconds=f"{seconds:.1f}")
    if seconds < 100:
        return _("{seconds} s").format(seconds=f"{seconds:.0f}")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def size_text(width: int, height: int) -> str:
    return f"{width}×{height}"
