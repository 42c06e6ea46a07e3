"""The Qt binding is the host's: PyQt5 in Krita 5, PyQt6 elsewhere, and only burnish/qt.py knows their names."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PLUGIN = TESTS.parent / "plugin"


def test_only_one_file_imports_a_binding():
    imports = re.compile(r"^\s*(from|import)\s+PyQt\d", re.MULTILINE)
    naming = [path.name for path in PLUGIN.rglob("*.py") if imports.search(path.read_text(encoding="utf-8"))]
    assert naming == ["qt.py"]


@pytest.mark.parametrize("binding", ["PyQt5", "PyQt6"])
def test_the_panel_runs_on_the_binding_that_the_host_has_loaded(qapp, binding):
    python = interpreter_with(binding)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PLUGIN), str(TESTS)])}
    script = str(Path(__file__).with_name("with_another_qt.py"))
    done = subprocess.run([python, script, binding], capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == binding


def interpreter_with(binding: str) -> str:
    """A Python that has the binding: this one, or the one that BURNISH_PYQT5_PYTHON names."""
    named = os.environ.get("BURNISH_PYQT5_PYTHON") if binding == "PyQt5" else None
    if named is None and importlib.util.find_spec(binding) is None:
        pytest.skip(f"{binding} is not installed; BURNISH_PYQT5_PYTHON can name a Python that has it")
    return named or sys.executable
