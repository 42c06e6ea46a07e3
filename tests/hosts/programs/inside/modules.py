"""Finds scenarios by their identifiers and loads their modules inside the program."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parents[1]


def load_package(name: str, folder: Path) -> None:
    """Make a package importable from where it lies, and nothing beside it."""
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def asked_for() -> Iterator[tuple[str, Callable[[], None]]]:
    """The scenarios that the supervisor wants of this process: identifier and function.

    An identifier is "krita/scenarios_results.py::scenario_new_layer". A module that cannot be loaded gives functions
    that raise why, so that its scenarios fail one by one.
    """
    for identifier in json.loads(os.environ["BURNISH_SCENARIOS"]):
        path, _, name = identifier.partition("::")
        try:
            yield identifier, getattr(_module(path), name)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the scenario fails with it
            yield identifier, _raising(error)


def between() -> Callable[[], None] | None:
    """What this program's scenarios do between two: the function `between` of the module `between`, if any."""
    path = f"{_own_folder().name}/between.py"
    return _module(path).between if (PROGRAMS / path).exists() else None


def _own_folder() -> Path:
    """Where this program's scenarios and their helpers are."""
    return PROGRAMS / os.environ["BURNISH_SCENARIO_PROGRAM"].partition("-")[0]


def _module(path: str) -> types.ModuleType:
    folder = (PROGRAMS / path).parent
    if "scenarios" not in sys.modules:
        package = types.ModuleType("scenarios")
        package.__path__ = [str(folder), str(_own_folder())]
        sys.modules["scenarios"] = package
    return importlib.import_module(f"scenarios.{Path(path).stem}")


def _raising(error: Exception) -> Callable[[], None]:
    def scenario() -> None:
        raise error

    return scenario
