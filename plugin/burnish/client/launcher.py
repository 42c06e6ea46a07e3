"""Starts the worker process in Burnish's own environment, detached from the program that needed it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from burnish.wire.runtime import FOLDER_VARIABLES, log_path
from burnish.wire.sentences import BurnishError


@dataclass(frozen=True)
class Launcher:
    """How to start a worker.

    python: the interpreter of Burnish's environment (a host's own Python has no torch).
    environment: the new process's variables; this process's own when None.
    """

    python: str = sys.executable
    environment: Mapping[str, str] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker and return at once; it publishes itself in the runtime folder when it listens."""
        errors = start_errors_path()
        # its own session or group: a Ctrl-C in the terminal that started it must not reach a worker others use
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        try:
            errors.parent.mkdir(parents=True, exist_ok=True)
            with errors.open("wb") as stderr:
                nothing = subprocess.DEVNULL
                return self._process(stdin=nothing, stdout=nothing, stderr=stderr, creationflags=flags)
        except OSError as error:
            raise BurnishError("worker-not-started", reason=str(error), log=str(log_path())) from error

    def start_in_foreground(self) -> subprocess.Popen[bytes]:
        """Start a worker that says what it has to say on this process's own streams."""
        try:
            log_path().parent.mkdir(parents=True, exist_ok=True)
            return self._process()
        except OSError as error:
            raise BurnishError("worker-not-started", reason=str(error), log=str(log_path())) from error

    def _process(
        self,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: IO[bytes] | None = None,
        creationflags: int = 0,
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.python, "-m", "burnish_models.worker"],
            # not the caller's folder: Python would import a torch.py that lies there, and it would stay in use
            cwd=log_path().parent,
            env=_with_whole_paths(os.environ if self.environment is None else self.environment),
            start_new_session=sys.platform != "win32",
            creationflags=creationflags,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )


def _with_whole_paths(environment: Mapping[str, str]) -> dict[str, str]:
    """The folders that are named by variables, as the caller sees them from where it runs."""
    whole = {name: str(Path(environment[name]).absolute()) for name in FOLDER_VARIABLES if environment.get(name)}
    return {**environment, **whole}


def start_errors_path() -> Path:
    """Where the newest worker's last words go when it dies before, or beside, its log."""
    return log_path().with_name("worker-errors.txt")


def last_words() -> str:
    """The last line that a dying worker wrote, or an empty string."""
    try:
        lines = start_errors_path().read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""
