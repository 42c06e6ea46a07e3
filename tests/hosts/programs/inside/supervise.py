"""Runs inside the root: gives programs a screen and a HOME with Burnish installed, and sees their scenarios through.

Usage: supervise.py PLAN, a JSON file: {"python": interpreter of Burnish's environment, "programs": {name: [scenario
identifiers]}}. Several programs run at once. What happens is appended to $BURNISH_SCENARIO_REPORT, one JSON line each.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inside import preparing
from inside.outcomes import report
from inside.workers import processes, workers

START_SECONDS = 240
START_TRIALS = 2
END_SECONDS = 120
_POLL_SECONDS = 0.1
_LOG_LINES = 40


@dataclass
class Program:
    """A program and the scenarios that it has still to run."""

    name: str
    waiting: list[str]
    log: Path
    starts: int = 0
    environment: dict[str, str] = field(default_factory=dict)


class Reports:
    """Reads what one process of a program reports."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        path.touch()

    def new(self) -> list[dict[str, Any]]:
        with self._path.open("rb") as file:
            file.seek(self._read)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        return [json.loads(line) for line in whole.splitlines()]


def see_through(program: Program) -> None:
    """Run all scenarios of one program, starting it again after one that took it down."""
    failed_starts = 0
    while program.waiting:
        ends = ends_program(program.waiting[0])
        batch = program.waiting[:1] if ends else _until_one_that_ends(program.waiting)
        began = len(program.waiting)
        ready = run_once(program, batch, ends)
        failed_starts = 0 if ready else failed_starts + 1
        if failed_starts >= START_TRIALS:
            for identifier in program.waiting:
                fail(identifier, f"{program.name} did not start\n{tail(program.log)}")
            return
        if ready and len(program.waiting) == began:  # it ended between two scenarios
            fail(program.waiting.pop(0), f"{program.name} ended before this scenario\n{tail(program.log)}")


def run_once(program: Program, batch: list[str], ends: bool) -> bool:
    """One process of the program with these scenarios; takes those that ended off the list. False: never ready."""
    program.starts += 1
    path = Path(f"/run/burnish-report-{program.name}-{program.starts}")
    reports = Reports(path)
    environment = {
        **os.environ,
        **program.environment,
        "BURNISH_SCENARIOS": json.dumps(batch),
        "BURNISH_SCENARIO_PROGRAM": program.name,
        "BURNISH_SCENARIO_REPORT": str(path),
        "BURNISH_SCENARIO_ENDS_PROGRAM": "1" if ends else "",
    }
    with program.log.open("ab") as log:
        process = subprocess.Popen(
            preparing.command(program.name), env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    ready, running, finished, cause = False, "", False, ""
    outcome: dict[str, Any] = {}
    deadline = time.monotonic() + START_SECONDS
    while True:
        status = process.poll()  # before reading: what it wrote last is read after it ended
        for event in reports.new():
            if event["event"] == "ready":
                ready = True
                report(**event, program=program.name)
            elif event["event"] == "began":
                running, outcome = event["scenario"], ended(event["scenario"], "")
                deadline = time.monotonic() + event["seconds"]
            elif event["event"] == "ended":
                if ends and not event["error"] and not event["skipped"]:
                    outcome = event
                    deadline = time.monotonic() + END_SECONDS  # the program has still to end
                    continue
                report(**event)
                program.waiting.remove(event["scenario"])
                running = ""
                deadline = time.monotonic() + END_SECONDS
            elif event["event"] == "finished":
                finished = True
        if finished or status is not None or (ends and ready and not program.waiting.count(batch[0])):
            break
        if time.monotonic() > deadline:
            cause = "did not come to an end" if running else "did not answer"
            show_stacks()
            break
        time.sleep(_POLL_SECONDS)
    end(process)
    if running and ends:
        status = process.returncode
        error = cause and f"{program.name} {cause}\n{tail(program.log)}"
        error = error or (f"{program.name} ended with status {status}\n{tail(program.log)}" if status else "")
        error = error or left_behind()
        report(**outcome | {"error": error})
        program.waiting.remove(running)
    elif running:
        fail(running, f"{program.name} {cause or f'ended with status {status}'}\n{tail(program.log)}")
        program.waiting.remove(running)
    return ready


def show_stacks() -> None:
    """Have every process that runs scenarios, or the panel, write its Python stacks into the log."""
    for pid in processes():
        try:
            wanted = int(_status_of(pid, "SigCgt"), 16) >> (signal.SIGUSR1 - 1) & 1
            if wanted and b"BURNISH_SCENARIOS=" in Path(f"/proc/{pid}/environ").read_bytes():
                os.kill(pid, signal.SIGUSR1)
        except OSError:  # it has just ended
            continue
    time.sleep(1)


def _status_of(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))


def left_behind() -> str:
    """What a program that ended left running, as an error; empty when nothing. It may take a moment to go."""
    deadline = time.monotonic() + END_SECONDS
    while processes("burnish.hosts.gimp.panel") or processes(preparing.DRIVER):
        if time.monotonic() > deadline:
            return "the panel's process is still there"
        time.sleep(_POLL_SECONDS)
    return ""


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


def fail(identifier: str, error: str) -> None:
    report(**ended(identifier, error))


def ended(identifier: str, error: str) -> dict[str, Any]:
    """What is reported of a scenario whose program could not do so itself."""
    empty: dict[str, Any] = {"skipped": "", "seconds": 0.0, "notes": [], "comparisons": []}
    return {"event": "ended", "scenario": identifier, "error": error, **empty}


def tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(["its last words:", *lines[-_LOG_LINES:]])


def ends_program(identifier: str) -> bool:
    """Whether the scenario is decorated with @ends_program, as the source says."""
    import ast

    path, _, name = identifier.partition("::")
    tree = ast.parse((Path(__file__).resolve().parents[1] / path).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return any(isinstance(each, ast.Name) and each.id == "ends_program" for each in node.decorator_list)
    return False


def _until_one_that_ends(identifiers: list[str]) -> list[str]:
    batch = []
    for identifier in identifiers:
        if ends_program(identifier):
            break
        batch.append(identifier)
    return batch


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        preparing.prepare(plan["python"], tuple(plan["programs"]))
    except BaseException:
        report(event="stopped", error=traceback.format_exc())
        raise
    logs = Path(os.environ["BURNISH_SCENARIO_LOGS"])
    programs = [Program(name, list(ids), logs / f"{name}.log") for name, ids in plan["programs"].items()]
    threads = [threading.Thread(target=see_through, args=(program,)) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report(event="all-ended", workers=workers())


if __name__ == "__main__":
    main()
