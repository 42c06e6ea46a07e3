"""`burnish train`: hands over to the trainer in the room where torch lives, and translates what fails there."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from burnish.cli.other_room import command_of
from burnish.wire.codec import decode
from burnish.wire.sentences import BurnishError, Failure

_NEEDED = {"accelerate": "accelerate", "yaml": "pyyaml", "tensorboard": "tensorboard"}
_FAILURE_VARIABLE = "BURNISH_FAILURE_FILE"


def train(
    recipe: str | None,
    *,
    changes: Sequence[str] = (),
    out: Path | None = None,
    resume: Path | None = None,
    smoke: bool = False,
    schema: bool = False,
    device: str = "auto",
    processes: int | None = None,
) -> int:
    """Train in a process of its own, on this terminal; returns its exit status.

    Raises:
        BurnishError: "train-missing" where packages for training are not installed; what the trainer failed with.
    """
    missing = [package for module, package in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        command = f'"{sys.executable}" -m pip install {" ".join(missing)}'
        raise BurnishError("train-missing", missing=", ".join(missing), command=command)
    options = [f"--set={change}" for change in changes] + [f"--device={device}"]
    options += [f"--out={out}"] if out is not None else []
    options += [f"--resume={resume}"] if resume is not None else []
    options += [f"--processes={processes}"] if processes is not None else []
    options += ["--smoke"] if smoke else []
    options += ["--schema"] if schema else []
    return _run([*options, *(["--", recipe] if recipe is not None else [])])


def _run(arguments: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="burnish-train-") as folder:
        failure = Path(folder) / "failure.json"
        command = command_of("burnish_models.training", arguments)
        with subprocess.Popen(command, env={**os.environ, _FAILURE_VARIABLE: str(failure)}) as process:
            status = _wait(process)
        if failure.is_file():
            told: Failure = decode(failure.read_bytes(), {"Failure": Failure})
            raise BurnishError(told.code, told.detail, **told.values)
        return status


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Ctrl-C reaches both processes, and the other one saves before it ends; a request to end is passed on."""

    def pass_on(number: int, _: FrameType | None) -> None:
        process.terminate()

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
    finally:
        signal.signal(signal.SIGTERM, before)
