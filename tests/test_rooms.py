"""What may be imported where, by an allow-list: import-linter names what is forbidden, this names what is allowed."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGIN, MODELS, INSTALLER = (
    ROOT / "plugin" / "burnish",
    ROOT / "models" / "burnish_models",
    ROOT / "installer" / "burnish_installer",
)
IN_OUR_ENVIRONMENT = (PLUGIN / "cli", PLUGIN / "hosts" / "standalone")


def imported(path: Path) -> set[str]:
    """The full names of the modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def in_our_environment(path: Path) -> bool:
    return any(folder in path.parents for folder in IN_OUR_ENVIRONMENT)


@pytest.mark.parametrize("path", [p for p in files_of(PLUGIN) if not in_our_environment(p)], ids=name_of)
def test_the_plugin_needs_the_standard_library_and_qt_alone(path: Path) -> None:
    allowed = {"burnish", *sys.stdlib_module_names} | ({"PyQt5", "PyQt6"} if path.name == "qt.py" else set())
    assert {name.partition(".")[0] for name in imported(path)} <= allowed


@pytest.mark.parametrize("path", files_of(PLUGIN), ids=name_of)
def test_one_file_names_the_qt_binding_and_nobody_loads_opencv_beside_it(path: Path) -> None:
    tops = {name.partition(".")[0] for name in imported(path)}
    assert not tops & {"PyQt5", "PyQt6"} or path == PLUGIN / "qt.py"
    assert not tops & {"cv2", "burnish_models", "burnish_installer"}


def test_the_worker_knows_the_door_alone() -> None:
    for path in files_of(MODELS):
        of_plugin = {name for name in imported(path) if name.partition(".")[0] == "burnish"}
        strangers = {name for name in of_plugin if name != "burnish" and not name.startswith("burnish.wire")}
        assert not strangers, f"{path}: {strangers}"


def test_the_installer_is_standard_library_alone() -> None:
    for path in [*files_of(INSTALLER), ROOT / "installer" / "__main__.py"]:
        tops = {name.partition(".")[0] for name in imported(path)}
        assert tops <= {"burnish_installer", *sys.stdlib_module_names}, path
