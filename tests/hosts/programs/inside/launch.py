"""One process of a program with some scenarios, from its start to its end, whichever way that comes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from inside import preparing
from inside.outcomes import report
from inside.workers import processes

START_SECONDS = 240
END_SECONDS = 120
LEFT_SECONDS = 30
_POLL_SECONDS = 0.1
_LOG_LINES = 40


class Reports:
    """Reads what one process of a program reports, whole lines only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        path.touch()

    def new(self) -> list[dict[str, Any]]:
        with self.path.open("rb") as file:
            file.seek(self._read)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        return [json.loads(line) for line in whole.splitlines()]


class Launch:
    """Attributes:
    ended: scenarios that are done with, however they ended; each was reported.
    ready: whether the program ever came so far that it could run scenarios.

    Args:
        program: a name that preparing.command knows.
        scenarios: identifiers, in order; just one where `ends`.
        ends: the scenario ends the program on purpose.
        log: where the program's own words go, behind those of earlier launches.
    """

    def __init__(self, program: str, scenarios: list[str], ends: bool, log: Path, reports: Reports) -> None:
        self.ended: list[str] = []
        self.ready = False
        self._program = program
        self._ends = ends
        self._log = log
        self._reports = reports
        self._running = ""
        self._outcome: dict[str, Any] = {}
        self._finished = False
        self._deadline = time.monotonic() + START_SECONDS
        environment = {
            **os.environ,
            "BURNISH_SCENARIOS": json.dumps(scenarios),
            "BURNISH_SCENARIO_PROGRAM": program,
            "BURNISH_SCENARIO_REPORT": str(reports.path),
            "BURNISH_SCENARIO_ENDS_PROGRAM": "1" if ends else "",
        }
        command = preparing.command(program)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def see_through(self) -> None:
        """Until its scenarios have ended, or it has, or it has been silent for too long."""
        late = False
        while not late:
            gone = self._process.poll() is not None  # before reading: what it wrote last is read after it ended
            for event in self._reports.new():
                self._take(event)
            if gone or self._finished:
                break
            late = time.monotonic() > self._deadline
            time.sleep(_POLL_SECONDS)
        if late:
            show_stacks()
        status = None if late else self._process.poll()
        end(self._process)
        if self._running:
            self._conclude(status)

    def _take(self, event: dict[str, Any]) -> None:
        kind = event["event"]
        if kind == "ready":
            self.ready = True
            report(**event, program=self._program)
        elif kind == "began":
            self._running = event["scenario"]
            self._outcome = unsaid(self._running, "")
            self._deadline = time.monotonic() + event["seconds"]
        elif kind == "ended":
            self._deadline = time.monotonic() + END_SECONDS
            self._outcome = event
            if not self._ends:
                self._report()
            elif event["error"] or event["skipped"]:  # no need to wait for the program's end then
                self._report()
                self._finished = True
        elif kind == "finished":
            self._finished = True

    def _conclude(self, status: int | None) -> None:
        """The program has ended in a scenario, or was ended because it was late (status None)."""
        if status is None:
            error = f"{self._program} did not come to an end"
        elif status or not self._ends:
            error = f"{self._program} ended with status {status}"
        else:
            error = left_behind()
        if error:
            self._outcome = {**self._outcome, "error": f"{error}\n{tail(self._log)}"}
        self._report()

    def _report(self) -> None:
        report(**self._outcome)
        self.ended.append(self._running)
        self._running = ""


def unsaid(scenario: str, error: str) -> dict[str, Any]:
    """The outcome of a scenario whose program could not report it itself."""
    empty: dict[str, Any] = {"skipped": "", "seconds": 0.0, "notes": [], "comparisons": []}
    return {"event": "ended", "scenario": scenario, "error": error, **empty}


def tail(log: Path) -> str:
    """What the program said last."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(["its last words:", *lines[-_LOG_LINES:]])


def end(process: subprocess.Popen[bytes]) -> None:
    """End the program with everything in its session; the worker has one of its own and stays warm."""
    for sent in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            break
        os.killpg(process.pid, sent)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def left_behind() -> str:
    """What a program that ended left running or lying, as an error; empty when nothing. It may take a moment to go."""
    deadline = time.monotonic() + LEFT_SECONDS
    while left := _left():
        if time.monotonic() > deadline:
            return f"still there: {', '.join(left)}"
        time.sleep(_POLL_SECONDS)
    return ""


def _left() -> list[str]:
    """Processes of the panel and of GIMP's plug-in, and pixels in the runtime folder; the worker may stay."""
    running = [
        *processes("burnish.hosts.gimp.panel"),
        *processes(preparing.DRIVER),
        *processes(ending="burnish-enhance.py"),
    ]
    pixels = Path(os.environ["BURNISH_RUNTIME_DIR"]).rglob("*.pixels*")
    return [*(f"process {pid}" for pid in running), *(str(path) for path in pixels)]


def show_stacks() -> None:
    """Have every process that runs scenarios, or the panel, write its Python stacks into its log."""
    for pid in processes():
        try:
            handled = int(_status_of(pid, "SigCgt"), 16) >> (signal.SIGUSR1 - 1) & 1
            if handled and b"BURNISH_SCENARIOS=" in Path(f"/proc/{pid}/environ").read_bytes():
                os.kill(pid, signal.SIGUSR1)
        except OSError:  # it has just ended
            continue
    time.sleep(1)


def _status_of(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))
