"""Speeds measured on this machine, kept in the user's cache, so that choosing and estimating need no second try.

Every speed is its own small file, replaced whole. Several workers may write at once without a lock, and a damaged file
counts as not measured.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from burnish_models.engines.machine import fingerprint
from burnish_models.folders import cache_folder, replacing

UNSTEADY_SECONDS = 1800.0  # for so long a measurement on a busy machine is better than none

_log = logging.getLogger(__name__)


class Kind(str, Enum):
    """COMPARED: by a short test side by side with the other engines. OBSERVED: by a real job.

    They are kept apart: a job may have shared the machine with others, so only COMPARED ones may be compared.
    """

    COMPARED = "compared"
    OBSERVED = "observed"


@dataclass(frozen=True)
class Speed:
    """How fast a network ran.

    Attributes:
        seconds: per input pixel that the network computed.
        multiply_adds: of that network, per input pixel.
        steady: False where the machine was too busy to trust it for long.
    """

    seconds: float
    multiply_adds: float
    steady: bool = True

    def __post_init__(self) -> None:
        for value in (self.seconds, self.multiply_adds):
            if type(value) is not float or not math.isfinite(value) or value <= 0:
                raise ValueError(f"{value!r} is no positive number")
        if type(self.steady) is not bool:
            raise ValueError(f"{self.steady!r} is neither true nor false")


class SpeedBook:
    """What was measured on this machine.

    Args:
        folder: where speeds are kept; the user's cache folder when left out.
        machine: names the machine as seen by a device; tests put their own here.
    """

    def __init__(self, folder: Path | None = None, machine: Callable[[str], str] = fingerprint) -> None:
        self._folder = folder
        self._machine = machine
        self._fingerprints: dict[str, str] = {}

    def get(self, kind: Kind, engine: str, device: str, model_key: str) -> Speed | None:
        """The speed of a model on an engine, or None before it was measured here, and once it is no longer trusted."""
        try:
            path = self._place(engine, device) / _file_name(kind, model_key)
            speed = _read(path)
            aged = speed is not None and not speed.steady and time.time() - path.stat().st_mtime > UNSTEADY_SECONDS
        except OSError:
            return None
        return None if aged else speed

    def put(self, kind: Kind, engine: str, device: str, model_key: str, speed: Speed) -> None:
        """Keep a speed. Where the cache cannot be written, it is forgotten with a line in the log."""
        try:
            folder = self._place(engine, device)
            folder.mkdir(parents=True, exist_ok=True)
            with replacing(folder / _file_name(kind, model_key)) as beside:
                beside.write_text(json.dumps(asdict(speed)), encoding="utf-8")
        except OSError as error:
            _log.warning("a measured speed could not be kept: %s", error)

    def record(self, engine: str, device: str, model_key: str, seconds: float, multiply_adds: float) -> None:
        """Keep what a finished job took, in seconds per computed input pixel. Nonsense (no time at all) is ignored."""
        with contextlib.suppress(ValueError):
            self.put(Kind.OBSERVED, engine, device, model_key, Speed(float(seconds), float(multiply_adds)))

    def known(self, engine: str, device: str) -> list[Speed]:
        """Every speed that any model ever showed on this engine and device."""
        try:
            paths = sorted(self._place(engine, device).glob("*.json"))
        except OSError:
            return []
        return [speed for path in paths if (speed := _read(path)) is not None]

    def _place(self, engine: str, device: str) -> Path:
        if device not in self._fingerprints:
            self._fingerprints[device] = self._machine(device)
        return (self._folder or cache_folder("speeds")) / self._fingerprints[device] / f"{engine}-{device}"


def _file_name(kind: Kind, model_key: str) -> str:
    return f"{hashlib.sha256(model_key.encode()).hexdigest()[:16]}-{kind.value}.json"


def _read(path: Path) -> Speed | None:
    try:
        return Speed(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
