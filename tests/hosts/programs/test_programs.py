"""Every scenario in real Krita and real GIMP is a test of its own; results are compared with the command's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hosts.programs.comparison import assert_like_cli
from hosts.programs.listing import MODULES, Scenario, scenarios
from hosts.programs.running import Running

LONGEST_LAST = sorted(MODULES, key=lambda program: len(scenarios(program)))  # the others are compared meanwhile
ALL = [scenario for program in LONGEST_LAST for scenario in scenarios(program)]


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: f"{scenario.program}-{scenario.name}")
def test_scenario(
    scenario: Scenario,
    programs: Callable[[str], Running],
    comparing_worker: dict[str, str],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    running = programs(scenario.program)
    outcome = running.outcome(scenario.identifier)
    record_property("program", scenario.program)
    record_property("title", scenario.title)
    record_property("version", running.versions.get(scenario.program, "?"))
    for line in outcome.notes:
        record_property("note", line)
        print(line)  # noqa: T201 - pytest -rA shows it
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    if outcome.error:
        pytest.fail(outcome.error, pytrace=False)
    for stem in outcome.comparisons:
        compared = assert_like_cli(running.layers, stem, tmp_path, comparing_worker)
        record_property("note", compared)
        print(compared)  # noqa: T201
