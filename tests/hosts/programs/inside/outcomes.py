"""How one scenario is run and its outcome told: one JSON line to a file that the supervisor reads."""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
USUAL_SECONDS = 300


class Skipped(Exception):  # noqa: N818 - it is no error
    """Raised by `skip`."""


class Notes:
    """What the running scenario has to say besides passing."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.comparisons: list[str] = []


notes = Notes()


def skip(reason: str) -> None:
    """End the scenario: this version of the program cannot do what it is about."""
    raise Skipped(reason)


def note(line: str) -> None:
    """Show this line beside the scenario."""
    notes.lines.append(line)


def takes(seconds: int) -> Callable[[Function], Function]:
    """Let the scenario run for so long before the program is killed."""

    def mark(function: Function) -> Function:
        function.seconds = seconds  # type: ignore[attr-defined]
        return function

    return mark


def ends_program(function: Function) -> Function:
    """The scenario ends the program on purpose; it passes when the program ends by itself then, with status 0."""
    function.ends_program = True  # type: ignore[attr-defined]
    return function


def keep_file(name: str) -> Path:
    """Where a file can be written that people may want to see after the tests."""
    path = Path(os.environ["BURNISH_SCENARIO_ARTIFACTS"]) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def report(**event: Any) -> None:
    """Append one line for the supervisor; it reads whole lines only."""
    line = json.dumps(event) + "\n"
    with Path(os.environ["BURNISH_SCENARIO_REPORT"]).open("a", encoding="utf-8") as file:
        file.write(line)


def run_scenario(name: str, function: Callable[[], None], between: Callable[[], None]) -> None:
    """Run one scenario, then put the program back to where the next can begin; report what came of it."""
    notes.__init__()  # type: ignore[misc]
    report(event="began", scenario=name, seconds=getattr(function, "seconds", USUAL_SECONDS))
    began = time.monotonic()
    error = skipped = ""
    try:
        function()
    except Skipped as reason:
        skipped = str(reason)
    except BaseException:  # noqa: BLE001 - a test that exits has failed, too
        error = traceback.format_exc()
    if not getattr(function, "ends_program", False):
        try:
            between()
        except Exception:  # noqa: BLE001
            error = error or "after the scenario:\n" + traceback.format_exc()
    report(
        event="ended",
        scenario=name,
        error=error,
        skipped=skipped,
        seconds=round(time.monotonic() - began, 2),
        notes=notes.lines,
        comparisons=notes.comparisons,
    )
