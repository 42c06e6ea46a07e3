"""Which scenarios there are, read from the source: nothing of Krita or GIMP is needed to know that."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
MODULES = {
    "krita": "krita/scenarios_*.py",
    "gimp-console": "gimp/console_*.py",
    "gimp": "gimp/panel_*.py",
}

TOGETHER = "together"
"""The group of two programs whose scenarios meet each other, see test_together.py."""


@dataclass(frozen=True)
class Scenario:
    """One scenario.

    Attributes:
        program: a key of MODULES.
        identifier: its file and function, such as "krita/scenarios_results.py::scenario_new_layer".
        title: the first line of its docstring.
    """

    program: str
    identifier: str
    title: str

    @property
    def name(self) -> str:
        """For people and for `pytest -k`: "results-new_layer"."""
        path, _, function = self.identifier.partition("::")
        module = Path(path).stem.partition("_")[2]
        return f"{module}-{function.removeprefix('scenario_')}"


def scenarios(program: str, pattern: str | None = None) -> list[Scenario]:
    """All scenarios of a program, in the order in which they are run."""
    found = []
    for path in sorted(HERE.glob(pattern or MODULES[program])):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("scenario_"):
                identifier = f"{path.relative_to(HERE).as_posix()}::{node.name}"
                title = (ast.get_docstring(node) or node.name).splitlines()[0].rstrip(".")
                found.append(Scenario(program, identifier, title[0].upper() + title[1:]))
    return found


def together() -> tuple[Scenario, Scenario]:
    """Krita's scenario and GIMP's that run at once, on one screen and on one worker."""
    (in_krita,) = scenarios("krita", "together/krita_*.py")
    (in_gimp,) = scenarios("gimp-console", "together/gimp_*.py")
    return in_krita, in_gimp
