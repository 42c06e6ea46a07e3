"""Real Krita and real GIMP: each is started once for its scenarios, and runs them while other tests run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from burnish.wire.runtime import RuntimeFolder
from conftest import end_worker
from hosts.programs.background import Programs
from hosts.programs.listing import TOGETHER, Scenario, together
from hosts.programs.roots import REQUIRED, Root, chosen_suite
from hosts.programs.running import Running

HERE = Path(__file__).parent
_root = Root(chosen_suite())
_programs = pytest.StashKey[Programs]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests come last."""
    items[:] = [item for item in items if HERE not in item.path.parents] + [
        item for item in items if HERE in item.path.parents
    ]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """What they need is begun first: the root, and in it the programs."""
    if session.config.option.collectonly or not any(HERE in item.path.parents for item in session.items):
        return
    wanted: dict[str, dict[str, list[str]]] = {}
    for scenario in filter(None, map(_scenario_of, session.items)):
        wanted.setdefault(scenario.program, {scenario.program: []})[scenario.program].append(scenario.identifier)
    if any(item.path.name == "test_together.py" for item in session.items):
        wanted[TOGETHER] = {scenario.program: [scenario.identifier] for scenario in together()}
    folder = Path(tempfile.mkdtemp(prefix="burnish-programs-"))
    cache = Path(os.environ.get("BURNISH_TEST_CACHE") or folder / "cache")
    session.config.stash[_programs] = Programs(_root, wanted, folder, cache)
    session.config.stash[_programs].start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whatever comes, nothing of them is left."""
    if _programs in session.config.stash:
        session.config.stash[_programs].stop()


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
def programs(root: Root, request: pytest.FixtureRequest) -> Callable[[str], Running]:
    """Each program with all of its scenarios that were asked for; TOGETHER is a group of its own."""
    return request.config.stash[_programs].running


@pytest.fixture(scope="session")
def comparing_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables for the command that results are compared with: it has one warm worker of its own."""
    path = tmp_path_factory.mktemp("comparing")
    yield {"BURNISH_RUNTIME_DIR": str(path), "BURNISH_IDLE_EXIT_SECONDS": "120"}
    end_worker(RuntimeFolder(path))


def _scenario_of(item: pytest.Item) -> Scenario | None:
    callspec = getattr(item, "callspec", None)
    scenario = callspec.params.get("scenario") if callspec else None
    return scenario if isinstance(scenario, Scenario) else None
