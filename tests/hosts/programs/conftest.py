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
    """Starts a program with all of its scenarios that were asked for, once; and ends what is left of it."""
    running: dict[str, Running] = {}

    def started(program: str) -> Running:
        if program not in running:
            for other in running.values():
                other.stop()  # on two processors, two programs would only wait for each other
            identifiers = _asked_for(request.session.items, program)
            running[program] = run_scenarios(root, tmp_path_factory.mktemp(program), {program: identifiers})
        return running[program]

    yield started
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
    chosen = []
    for item in items:
        callspec = getattr(item, "callspec", None)
        scenario = callspec.params.get("scenario") if callspec else None
        if isinstance(scenario, Scenario) and scenario.program == program:
            chosen.append(scenario.identifier)
    return chosen
