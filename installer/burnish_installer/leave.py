"""Takes Burnish out of Krita and GIMP again, with the Python at hand: the environment may be damaged or gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from burnish_installer.place import Place


def leave_hosts(place: Place, arguments: Sequence[str]) -> int:
    """Run `burnish uninstall ARGUMENTS` from the source tree; returns its exit code, 0 where the tree has none."""
    plugin = place.project / "plugin"
    if not (plugin / "burnish" / "profiles" / "__main__.py").is_file():
        return 0
    environ = {**os.environ, "PYTHONPATH": str(plugin), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "burnish.profiles", *arguments]
    return subprocess.run(command, env=environ, check=False).returncode
