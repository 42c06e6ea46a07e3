"""`python3 installer test`: every check that a change must pass, one after the other, with a summary at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from burnish_installer.place import Place
from burnish_installer.show import Lines
from burnish_installer.words import _, duration, padded


@dataclass(frozen=True)
class Check:
    """One check. live: its output is worth watching; the others are only shown when they fail."""

    name: str
    command: tuple[str, ...]
    live: bool = False


@dataclass(frozen=True)
class Outcome:
    check: Check
    code: int
    seconds: float


def checks_for(place: Place, pytest_arguments: Sequence[str]) -> tuple[Check, ...]:
    """The checks; with arguments for pytest, pytest alone."""
    python = str(place.python)
    tests = Check("pytest", (python, "-m", "pytest", *pytest_arguments), live=True)
    if pytest_arguments:
        return (tests,)
    return (
        Check("ruff check", (str(place.script("ruff")), "check")),
        Check("ruff format", (str(place.script("ruff")), "format", "--check")),
        Check("pyright", (str(place.script("pyright")), "--pythonpath", python)),
        Check("lint-imports", (str(place.script("lint-imports")),)),
        tests,
    )


def run_checks(place: Place, pytest_arguments: Sequence[str], lines: Lines | None = None) -> int:
    """Run all checks, also after one failed; returns 0 when every one passed."""
    lines = lines or Lines(sys.stdout)
    outcomes = []
    for check in checks_for(place, pytest_arguments):
        lines.say(f"— {check.name}")
        try:
            outcomes.append(_run(check, place, lines))
        except KeyboardInterrupt:
            lines.say(_("Stopped."))
            return 130
    lines.say("")
    for outcome in outcomes:
        result = _("passed") if outcome.code == 0 else _("FAILED ({code})").format(code=outcome.code)
        lines.say(f"  {outcome.check.name:<14} {padded(result, 14)} {duration(outcome.seconds):>12}")
    return 0 if all(outcome.code == 0 for outcome in outcomes) else 1


def _run(check: Check, place: Place, lines: Lines) -> Outcome:
    began = time.monotonic()
    environ = os.environ | {"PYTHONUTF8": "1"}
    if check.live:
        done = subprocess.run(check.command, cwd=place.project, env=environ, check=False)
    else:
        done = subprocess.run(
            check.command,
            cwd=place.project,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            lines.say(done.stdout.rstrip())
    return Outcome(check, done.returncode, time.monotonic() - began)
