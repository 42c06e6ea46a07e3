"""The machine as far as finding programs needs it, so that every system's rules can be tried on any other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


def _answer_of(command: Sequence[str]) -> str:
    """What a program says within five seconds, empty where it does not."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=5, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""


@dataclass(frozen=True)
class Machine:
    """One user on one system.

    system: as sys.platform names it; root: where the system's own folders begin; which: a program's path, or None;
    answer_of: what a command prints, empty where it fails.
    """

    system: str
    home: Path
    environ: Mapping[str, str]
    root: Path = Path("/")
    which: Callable[[str], str | None] = shutil.which
    answer_of: Callable[[Sequence[str]], str] = _answer_of

    def folder(self, variable: str, *usual: str) -> Path:
        """The folder that a variable names, or the usual one below the user's home."""
        value = self.environ.get(variable, "")
        return Path(value) if Path(value).is_absolute() else self.home.joinpath(*usual)

    @property
    def settings(self) -> Path:
        """Where programs keep their settings."""
        if self.system == "win32":
            return self.folder("LOCALAPPDATA", "AppData", "Local")
        if self.system == "darwin":
            return self.home / "Library" / "Preferences"
        return self.folder("XDG_CONFIG_HOME", ".config")

    @property
    def data(self) -> Path:
        """Where programs keep what the user adds to them."""
        if self.system == "win32":
            return self.folder("APPDATA", "AppData", "Roaming")
        if self.system == "darwin":
            return self.home / "Library" / "Application Support"
        return self.folder("XDG_DATA_HOME", ".local", "share")

    @property
    def own_data(self) -> Path:
        """Burnish's own folder for what must last; BURNISH_DATA_DIR overrides it."""
        chosen = self.environ.get("BURNISH_DATA_DIR")
        if chosen:
            return Path(os.path.abspath(chosen))  # noqa: PTH100 - the pure form: nothing is looked up
        base = self.settings if self.system == "win32" else self.data
        return base / "burnish"


def this_machine(environ: Mapping[str, str] = os.environ) -> Machine:
    """The machine this runs on, for the user who runs it."""
    return Machine(sys.platform, Path(environ.get("HOME") or Path.home()), environ)
