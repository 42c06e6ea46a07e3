"""The panel under the PyQt5 of the root's own Python, as Krita 5 brings it; see tests/panel/test_qt.py for PyQt6."""

from __future__ import annotations

import subprocess

from hosts.programs.roots import Root, end_with_parent, in_root
from hosts.programs.running import CHECKOUT

SHOW = "xvfb-run -a -s '-screen 0 1600x1000x24' python3 tests/panel/with_another_qt.py PyQt5"


def test_the_panel_runs_on_pyqt5(root: Root) -> None:
    environment = {
        "PYTHONPATH": f"{CHECKOUT / 'plugin'}:{CHECKOUT / 'tests'}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "BURNISH_LANGUAGE": "en",
    }
    command = in_root(root.path, "bash", "-c", f"cd {CHECKOUT} && {SHOW}", show=[CHECKOUT], environment=environment)
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, preexec_fn=end_with_parent,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "PyQt5"
