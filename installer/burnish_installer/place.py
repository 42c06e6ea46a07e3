"""Where things are: the source tree that is installed, and the environment that the installer makes for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCK = "burnish-installer.lock"
STAMP = "burnish-installer.json"
LOG = "burnish-installer.log"


@dataclass(frozen=True)
class Place:
    """A source tree and its environment. `editable`: the environment runs the tree's own files, not a copy."""

    project: Path
    environment: Path
    editable: bool

    @property
    def scripts(self) -> Path:
        return self.environment / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.script("python")

    @property
    def lock(self) -> Path:
        """Held while the environment is made. It is written first and removed last, so it also marks it as ours."""
        return self.environment / LOCK

    @property
    def stamp(self) -> Path:
        """Written last: what the environment holds. Without it, the environment is half made."""
        return self.environment / STAMP

    @property
    def log(self) -> Path:
        return self.environment / LOG

    def script(self, name: str) -> Path:
        """A program inside the environment."""
        return self.scripts / (f"{name}.exe" if os.name == "nt" else name)


def find_place(project: Path, environ: Mapping[str, str] = os.environ, system: str = sys.platform) -> Place:
    """The environment for a source tree.

    A writable checkout gets `.venv` inside it, and is run from its own files. Anything else (an unpacked release, a
    folder of the system's) is copied into an environment of the user's. BURNISH_ENVIRONMENT names another folder.
    """
    checkout = (project / ".git").exists() and os.access(project, os.W_OK)
    chosen = environ.get("BURNISH_ENVIRONMENT")
    if chosen:
        return Place(project, Path(chosen).expanduser().absolute(), checkout)
    return Place(project, project / ".venv" if checkout else user_environment(environ, system), checkout)


def user_environment(environ: Mapping[str, str], system: str) -> Path:
    """The folder for a user's own environment, by the custom of each system."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    if system == "win32":
        base = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif system == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "burnish" / "venv"
