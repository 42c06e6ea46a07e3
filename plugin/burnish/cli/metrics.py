"""`burnish metrics`: hands over to the judges in the room where torch lives, and translates what fails there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from burnish.cli.other_room import command_of
from burnish.cli.terminal import show_failure
from burnish.wire.codec import decode
from burnish.wire.sentences import BurnishError, Failure


def judge(
    picture: Path,
    reference: Path | None,
    *,
    judges: Sequence[str] = (),
    crop: int = 0,
    lpips: Path | None = None,
    device: str = "cpu",
    as_json: bool = False,
) -> int:
    """Judge, with the figures on standard output; returns the exit status."""
    options = [f"--judge={name}" for name in judges] + [f"--crop={crop}", f"--device={device}"]
    options += [f"--lpips={lpips}"] if lpips is not None else []
    options += ["--json"] if as_json else []
    paths = [str(path) for path in (picture, reference) if path is not None]
    return _run([*options, "--plain-failures", "--", *paths])


def _run(arguments: Sequence[str]) -> int:
    """Ctrl-C reaches both processes; the other one ends, and its status says so."""
    command = command_of("burnish_models.metrics", arguments)
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", errors="replace") as process:
        while True:
            try:
                for line in process.stderr or ():
                    _show(line)
                return process.wait()
            except KeyboardInterrupt:
                continue


def _show(line: str) -> None:
    """A failure in the user's language; anything else, a library's warning for one, as it is."""
    try:
        show_failure(decode(line.encode(), {"Failure": Failure}))
    except BurnishError:
        sys.stderr.write(line)
