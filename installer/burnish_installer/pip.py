"""Runs pip inside the environment: its chatter into the log, its progress onto one line."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from burnish_installer.show import Step
from burnish_installer.words import _, megabytes

_UNITS = {"bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}


class CommandFailedError(Exception):
    """A command ended with an error. output: everything it wrote."""

    def __init__(self, command: Sequence[str], code: int, output: str) -> None:
        super().__init__(f"{' '.join(command)} → {code}")
        self.code = code
        self.output = output


class Commands:
    """Runs commands one after the other, writing what they say into a log.

    lock: the descriptor of the environment's lock. The commands inherit it, so that the environment stays locked while
    one of them still works on it, even when the installer itself was killed.
    """

    def __init__(self, log: Path, lock: int | None = None) -> None:
        self._log = log
        self._lock = lock
        self._raw_progress = False

    def run(self, command: Sequence[str], step: Step | None = None) -> str:
        """Run a command to its end and return what it wrote. Raises CommandFailedError."""
        watch = _Watch(step)
        with self._log.open("a", encoding="utf-8", errors="replace") as log:
            log.write(f"\n$ {' '.join(command)}\n")
            log.flush()
            # PYTHONHOME and PYTHONPATH would mix another Python's modules into the environment.
            environ = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH")}
            environ |= {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "PIP_NO_INPUT": "1"}
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=environ,
                pass_fds=(self._lock,) if self._lock is not None and os.name == "posix" else (),
            )
            assert process.stdout is not None
            try:
                with _TerminatesToo(process):
                    for line in process.stdout:
                        if not watch.read(line):
                            log.write(line)
                            log.flush()
                    code = process.wait()
            except BaseException:
                process.terminate()
                process.wait()
                raise
        if step is not None:
            step.downloaded += watch.finished
        if code != 0:
            raise CommandFailedError(command, code, watch.text)
        return watch.text

    def pip(self, python: Path, arguments: Sequence[str], step: Step | None = None) -> str:
        """`pip ARGUMENTS` inside the environment of `python`."""
        options = ["--disable-pip-version-check", "--no-input"]
        if arguments[0] == "install":
            arguments = [*arguments, "--progress-bar", "raw" if self._raw_progress else "off"]
        return self.run([str(python), "-m", "pip", *arguments, *options], step)

    def learn_pip_version(self, python: Path) -> None:
        """Use what this environment's pip can do: it reports its progress in a readable way since 24.1."""
        version = re.match(r"pip (\d+)\.(\d+)", self.pip(python, ["--version"]))
        self._raw_progress = version is not None and (int(version[1]), int(version[2])) >= (24, 1)


class _Watch:
    """Reads pip's lines as they come, for the bytes that were downloaded and for what to show."""

    def __init__(self, step: Step | None) -> None:
        self._step = step
        self._lines: list[str] = []
        self._part = 0
        self.finished = 0

    @property
    def text(self) -> str:
        return "".join(self._lines)

    def read(self, line: str) -> bool:
        """Take in one line; True when it was nothing but progress, which the log can do without."""
        progress = re.match(r"Progress (\d+) of (\d+)", line)
        if progress:
            self._part = int(progress[1])
            if self._part == int(progress[2]):
                self._part = 0
            self._show()
            return True
        self._lines.append(line)
        size = re.match(r"\s+Downloading (\S+) \(([\d.]+) (bytes|kB|MB|GB)", line)
        if size:
            self._part = 0
            self.finished += round(float(size[2]) * _UNITS[size[3]])
            self._current = round(float(size[2]) * _UNITS[size[3]])
        elif local := re.match(r"\s*Processing (.+\.whl)", line):
            path = Path(local[1].split(" (from")[0])
            self.finished += path.stat().st_size if path.is_file() else 0
        if line.startswith("Installing collected packages"):
            self._say(_("unpacking"))
        else:
            self._show()
        return False

    def _show(self) -> None:
        done = self.finished - (self._current - self._part if self._part else 0)
        if done:
            self._say(megabytes(done))

    _current = 0

    def _say(self, text: str) -> None:
        if self._step is not None:
            self._step.progress(text)


class _TerminatesToo:
    """While inside, a polite request to end (SIGTERM) ends the command too, and then the installer."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __enter__(self) -> None:
        self._possible = threading.current_thread() is threading.main_thread()
        if self._possible:
            self._before = signal.signal(signal.SIGTERM, self._end)

    def __exit__(self, *problem: object) -> None:
        if self._possible:
            signal.signal(signal.SIGTERM, self._before)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._process.terminate()
        sys.exit(128 + number)
