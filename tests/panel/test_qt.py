"""The Qt binding is the host's: PyQt5 in Krita 5, PyQt6 elsewhere, and only burnish/qt.py knows their names."""

import os
import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
PLUGIN = TESTS.parent / "plugin"


def test_only_one_file_imports_a_binding():
    imports = re.compile(r"^\s*(from|import)\s+PyQt\d", re.MULTILINE)
    naming = [path.name for path in PLUGIN.rglob("*.py") if imports.search(path.read_text(encoding="utf-8"))]
    assert naming == ["qt.py"]


def test_the_panel_runs_on_the_binding_that_the_host_has_loaded(qapp):
    """PyQt6 here; tests/hosts/programs/test_panel_with_pyqt5.py does the same in a system that has PyQt5."""
    binding = "PyQt6"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PLUGIN), str(TESTS)])}
    script = str(Path(__file__).with_name("with_another_qt.py"))
    done = subprocess.run(
        [sys.executable, script, binding], capture_output=True, text=True, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == binding
