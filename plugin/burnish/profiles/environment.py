"""Burnish's own environment, as the shims in a host need to name it."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import burnish
from burnish.profiles.find import FLATPAKS, GIMP, KRITA
from burnish.wire.runtime import default_runtime_path, log_path

_INSTALLER_STAMP = "burnish-installer.json"
_OF_THE_SANDBOX = Path("/usr")  # Flatpak has its own there and shares no other


@dataclass(frozen=True)
class Environment:
    """An installed Burnish. package: the folder of the package `burnish`; python: the interpreter that has torch;
    project: the source tree whose `installer` makes the environment, None where it is not known; base: where the Python
    lies that the environment was made with and links to, None where that is not known.
    """

    package: Path
    python: Path
    project: Path | None = None
    base: Path | None = None

    def command_for(self, host: str) -> str:
        """What to type into a terminal so that this host has a working Burnish again."""
        installer = str(self.project / "installer") if self.project else "installer"
        return f"{_program()} {_quoted(installer)} install {host}"

    def worker_command(self) -> str:
        """What to type so that a worker runs that a sandboxed host can reach."""
        return f"{_quoted(str(self.python))} -m burnish.cli worker run"

    def allow_command(self, host: str) -> str:
        """What to type so that the sandboxed host may see this environment and reach its worker.

        Empty for GIMP: its panel is a process of the environment, and inside the sandbox nothing of it can run.
        """
        if host != KRITA:
            return ""
        folders = {self.package, self.python.parent.parent, *([self.base] if self.base else [])}
        shared = [str(folder) for folder in sorted(folders) if _OF_THE_SANDBOX not in (folder, *folder.parents)]
        options = [*(f"--filesystem={folder}" for folder in shared), *_options_for_the_runtime_folder()]
        return " ".join(["flatpak override --user", *map(_quoted, options), FLATPAKS[host]])

    def log_for(self, host: str) -> Path:
        """Where a shim writes why Burnish could not be loaded."""
        return log_path().with_name(f"{host}.log")

    def build_of(self, host: str) -> str:
        """The version, and for GIMP a sum of the files that say what the plug-in offers, which GIMP remembers."""
        if host != GIMP:
            return burnish.__version__
        digest = hashlib.sha256()
        for path in sorted((self.package / "hosts" / GIMP).rglob("*.py")):
            digest.update(path.read_bytes())
        return f"{burnish.__version__} {digest.hexdigest()[:12]}"


def this_environment() -> Environment:
    """The environment that runs this."""
    package = Path(burnish.__file__).resolve().parent
    return Environment(package, _python(), _project_of(package), Path(sys.base_prefix))


def _options_for_the_runtime_folder() -> list[str]:
    """Let a sandbox see the folder in which a worker is found; `create`, because one that is made later stays unseen.

    Each sandbox has a runtime folder of its own for the session, so Flatpak has a name for the real one.
    """
    if not os.environ.get("BURNISH_RUNTIME_DIR"):
        return ["--filesystem=xdg-run/burnish:create"]
    folder = default_runtime_path()
    return [f"--filesystem={folder}:create", f"--env=BURNISH_RUNTIME_DIR={folder}"]


def _python() -> Path:
    """This interpreter, by the same name whichever way it was started."""
    here = Path(sys.executable).absolute()
    usual = here.with_name("python.exe" if sys.platform == "win32" else "python")
    return usual if usual.exists() and usual.samefile(here) else here


def _project_of(package: Path) -> Path | None:
    """The source tree that this Burnish came from, if it is still there."""
    candidates = [package.parents[1]]
    try:
        stamp = json.loads((Path(sys.prefix) / _INSTALLER_STAMP).read_text(encoding="utf-8"))
        candidates.append(Path(stamp["project"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return next((path for path in candidates if (path / "installer" / "__main__.py").is_file()), None)


def _program() -> str:
    return "py" if sys.platform == "win32" else "python3"


def _quoted(text: str) -> str:
    return subprocess.list2cmdline([text]) if sys.platform == "win32" else shlex.quote(text)
