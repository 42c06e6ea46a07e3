"""Real Krita and real GIMP: their root is built while other tests run, and each is started once for its scenarios."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from burnish.wire.runtime import RuntimeFolder
from conftest import end_worker
from hosts.programs.listing import Scenario
from hosts.programs.roots import REQUIRED, Root, chosen_suite
from hosts.programs.running import Running, run_scenarios

HERE = Path(__file__).parent
_root = Root(chosen_suite())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """These tests come last, and what they need is begun first."""
    ours = [item for item in items if HERE in item.path.parents]
    items[:] = [item for item in items if HERE not in item.path.parents] + ours
    if ours and not config.option.collectonly:
        _root.start_building()


@pytest.fixture(scope="session")
def root() -> Root:
    """The root file system with the programs."""
    reason = _root.why_not()
    if reason and REQUIRED:
        pytest.fail(f"real Krita and GIMP must be tested here, but: {reason}")
    if reason:
        pytest.skip(f"no real Krita and GIMP: {reason}")
    return _root


@pytest.fixture(scope="session")
def programs(
    root: Root, own_cache: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Running]]:
    """Starts every program with all of its scenarios that were asked for, at once, because each waits most of the time.

    Ends what is left of them.
    """
    items = request.session.items
    wanted = dict.fromkeys(scenario.program for scenario in map(_scenario_of, items) if scenario)
    running = {
        program: run_scenarios(root, tmp_path_factory.mktemp(program), {program: _asked_for(items, program)})
        for program in wanted
    }
    yield running.__getitem__
    for each in running.values():
        each.stop()
        shutil.rmtree(each.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def comparing_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables for the command that results are compared with: it has one warm worker of its own."""
    path = tmp_path_factory.mktemp("comparing")
    yield {"BURNISH_RUNTIME_DIR": str(path), "BURNISH_IDLE_EXIT_SECONDS": "120"}
    end_worker(RuntimeFolder(path))


def _asked_for(items: Sequence[pytest.Item], program: str) -> list[str]:
    """Scenarios of a program that this run of pytest selected."""
    return [scenario.identifier for scenario in map(_scenario_of, items) if scenario and scenario.program == program]


def _scenario_of(item: pytest.Item) -> Scenario | None:
    callspec = getattr(item, "callspec", None)
    scenario = callspec.params.get("scenario") if callspec else None
    return scenario if isinstance(scenario, Scenario) else None
