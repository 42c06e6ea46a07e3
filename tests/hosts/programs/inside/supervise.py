"""Runs inside the root: gives programs a screen and a HOME with Burnish installed, and sees their scenarios through.

Usage: supervise.py PLAN, a JSON file: {"python": interpreter of Burnish's environment, "programs": {name: [scenario
identifiers]}}. Several programs run at once. What happens is appended to $BURNISH_SCENARIO_REPORT, one JSON line each.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import threading
from itertools import takewhile
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROGRAMS))

from inside import preparing  # noqa: E402 - Python has to be told where it is first
from inside.launch import Launch, Reports, tail, unsaid  # noqa: E402
from inside.outcomes import report  # noqa: E402
from inside.workers import workers  # noqa: E402

_START_TRIALS = 2


def see_through(program: str, scenarios: list[str], log: Path) -> None:
    """Run all scenarios of one program, starting it again after one that took it down."""
    waiting, starts, vain_starts = list(scenarios), 0, 0
    while waiting:
        ends = ends_program(waiting[0])
        batch = waiting[:1] if ends else list(takewhile(lambda each: not ends_program(each), waiting))
        starts += 1
        launch = Launch(program, batch, ends, log, Reports(Path(f"/run/burnish-report-{program}-{starts}")))
        launch.see_through()
        waiting = [each for each in waiting if each not in launch.ended]
        vain_starts = 0 if launch.ready else vain_starts + 1
        if vain_starts == _START_TRIALS:
            for each in waiting:
                report(**unsaid(each, f"{program} did not start\n{tail(log)}"))
            return
        if launch.ready and not launch.ended:
            report(**unsaid(waiting.pop(0), f"{program} ended before this scenario\n{tail(log)}"))


def ends_program(scenario: str) -> bool:
    """Whether the scenario is decorated with @ends_program, as the source says."""
    path, _, name = scenario.partition("::")
    if not (PROGRAMS / path).exists():  # taken away since pytest listed it: it will fail alone
        return False
    for node in ast.parse((PROGRAMS / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return any(isinstance(each, ast.Name) and each.id == "ends_program" for each in node.decorator_list)
    return False


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    preparing.prepare(plan["python"], tuple(plan["programs"]))
    logs = Path(os.environ["BURNISH_SCENARIO_LOGS"])
    threads = [
        threading.Thread(target=see_through, args=(program, scenarios, logs / f"{program}.log"))
        for program, scenarios in plan["programs"].items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report(event="all-ended", workers=workers())


if __name__ == "__main__":
    main()
