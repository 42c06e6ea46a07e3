"""Runs the real command in a process of its own, as a user does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data"
FAST = "realesr-animevideov3-x4"
COMMAND = (sys.executable, "-m", "burnish.cli")


@dataclass(frozen=True)
class Finished:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines; fails where anything else is among them."""
        return [json.loads(line) for line in self.out.splitlines()]

    def assert_clean_failure(self) -> None:
        """An exit status above 0, one sentence and one hint on stderr, nothing on stdout, and no traceback."""
        assert self.status > 0, self
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 2, self.err
        assert lines[0].startswith("Failed: ") and lines[0].endswith(".")
        assert lines[1].startswith("        ") and lines[1].strip()
        assert "Traceback" not in self.err


def environment(**changes: str) -> dict[str, str]:
    """This process's variables in English and without colours."""
    return {**os.environ, "BURNISH_LANGUAGE": "en", "NO_COLOR": "1", "COLUMNS": "100", **changes}


def burnish(*arguments: str | Path, seconds: float = 300, **options: Any) -> Finished:
    """Run `burnish` with these arguments to its end."""
    done = subprocess.run(
        [*COMMAND, *(str(argument) for argument in arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
        **{"env": environment(), **options},
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def enhance(source: Path | Sequence[Path], output: Path | str, *arguments: str | Path, **options: Any) -> Finished:
    """`burnish enhance` with the fast model."""
    sources = [source] if isinstance(source, Path) else source
    return burnish("enhance", *sources, "-o", output, "--model", FAST, *arguments, **options)
