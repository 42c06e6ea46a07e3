"""Looks at everything Burnish needs, so that `burnish doctor` can show it and say how to repair what is broken."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import burnish
from burnish.cli.hosts import standings
from burnish.cli.window import display_present
from burnish.client import WorkerClient
from burnish.language import _, hint_of, message_of
from burnish.profiles.inspection import Standing
from burnish.wire.messages import Description, ModelCard, Models
from burnish.wire.runtime import RuntimeFolder, cache_path, default_runtime_path, readable_bytes
from burnish.wire.sentences import BurnishError

LITTLE_DISK = 2 << 30
LITTLE_MEMORY = 1 << 30
_PACKAGES = ("torch", "openvino", "numpy", "pyvips", "PyQt6")
_QT_PROBE = "from PyQt6 import QtGui, QtWidgets"


class State(str, Enum):
    """How a check ended. Only BROKEN keeps Burnish from working."""

    GOOD = "good"
    NOTICE = "notice"
    BROKEN = "broken"


@dataclass(frozen=True)
class Check:
    """One thing looked at. key: for programs; fix: what to do about it, empty where nothing needs doing."""

    key: str
    name: str
    state: State
    value: str
    fix: str = ""


@dataclass
class Health:
    """Everything that was found, in the order in which it is shown."""

    checks: list[Check] = field(default_factory=list)
    description: Description | None = None
    models: Models | None = None

    @property
    def healthy(self) -> bool:
        return all(check.state is not State.BROKEN for check in self.checks)

    def add(
        self, key: str, name: str, value: str, *, broken: bool = False, notice: bool = False, fix: str = ""
    ) -> None:
        state = State.BROKEN if broken else State.NOTICE if notice else State.GOOD
        self.checks.append(Check(key, name, state, value, fix if state is not State.GOOD else ""))


def examine(client: WorkerClient) -> Health:
    """Check the environment, then start the worker (if need be) and ask it. Takes a few seconds."""
    health = Health()
    _environment(health)
    _places(health)
    _imaging(health)
    _window(health)
    _hosts(health)
    _worker(health, client)
    if health.models is not None:
        _models(health, health.models)
    return health


def _environment(health: Health) -> None:
    health.add("burnish", _("Burnish"), burnish.__version__)
    health.add("python", _("Python"), f"{platform.python_version()} · {sys.executable}")
    health.add("system", _("System"), f"{platform.system()} {platform.release()} · {platform.machine()}")
    found = {package: _version_of(package) for package in _PACKAGES}
    text = " · ".join(f"{package} {version}" for package, version in found.items() if version)
    missing = [package for package in ("torch", "numpy", "pyvips") if not found[package]]
    health.add(
        "packages",
        _("Packages"),
        text + (" · " + _("missing: {names}").format(names=", ".join(missing)) if missing else ""),
        broken=bool(missing),
        fix=_("Install Burnish again with: python3 installer"),
    )


def _version_of(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _places(health: Health) -> None:
    """Folders that must be writable, and room in them and in memory."""
    try:
        folder = str(RuntimeFolder().path)
        health.add("runtime-folder", _("Runtime folder"), folder)
    except (OSError, BurnishError) as error:
        fix = _("Set BURNISH_RUNTIME_DIR to a folder of your own.")
        health.add("runtime-folder", _("Runtime folder"), f"{default_runtime_path()}: {error}", broken=True, fix=fix)
    cache = cache_path()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            free = shutil.disk_usage(cache).free
        health.add(
            "cache-folder",
            _("Cache folder"),
            f"{cache} · " + _("{size} free").format(size=readable_bytes(free)),
            notice=free < LITTLE_DISK,
            fix=_("Free some space, or set BURNISH_CACHE_DIR to a folder on another disk."),
        )
    except OSError as error:
        fix = _("Make it writable, or set BURNISH_CACHE_DIR to another folder.")
        health.add("cache-folder", _("Cache folder"), f"{cache}: {error.strerror or error}", broken=True, fix=fix)
    memory = free_memory()
    if memory is not None:
        fix = _("Close other programs.")
        text = _("{size} free").format(size=readable_bytes(memory))
        health.add("memory", _("Memory"), text, notice=memory < LITTLE_MEMORY, fix=fix)


def free_memory() -> int | None:
    """Bytes that programs may still take, None where the system does not say so simply."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None


def _imaging(health: Health) -> None:
    try:
        from burnish.hosts.standalone.files import formats, vips  # noqa: F401 - loading libvips is the check
    except (ImportError, OSError) as error:
        fix = _("Reinstall the packages pyvips and pyvips-binary.")
        health.add("image-files", _("Image files"), str(error).strip().splitlines()[0], broken=True, fix=fix)
        return
    health.add("image-files", _("Image files"), ", ".join(known.name for known in formats.FORMATS))


def _window(health: Health) -> None:
    """Whether the window could open. The command line does without it."""
    # another process, because a missing system library can end the one that asks
    probe = subprocess.run([sys.executable, "-c", _QT_PROBE], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        reason = (probe.stderr.strip().splitlines() or ["?"])[-1]
        fix = _("Run “python3 installer test” as root on Debian, or install what the message names.")
        health.add(
            "window", _("Window"), _("Qt cannot be loaded: {reason}").format(reason=reason), notice=True, fix=fix
        )
    elif not display_present():
        fix = _("Start Burnish from a desktop session; the command line works without one.")
        health.add("window", _("Window"), _("this session has no display"), notice=True, fix=fix)
    else:
        health.add("window", _("Window"), _("can be opened"))


def _hosts(health: Health) -> None:
    """Whether Burnish is sound in the Krita and GIMP profiles of this user; not being there is no fault."""
    for name, sentence, standing in standings():
        sound = standing in (Standing.CURRENT, Standing.ABSENT)
        fix = _("Run “burnish install”; “burnish status” shows the folders.")
        health.add("host", name, sentence, notice=not sound, fix=fix)


def _worker(health: Health, client: WorkerClient) -> None:
    ran_before = client.running()
    try:
        description = client.describe()
        health.models = client.models()
    except BurnishError as error:
        fix = hint_of(error.failure)
        health.add("worker", _("Worker"), message_of(error.failure), broken=True, fix=fix)
        return
    health.description = description
    state = _("runs as process {pid}") if ran_before else _("started as process {pid}")
    health.add("worker", _("Worker"), state.format(pid=description.pid) + f" · {description.log}")
    usable = [card for card in description.engines if card.available]
    for card in description.engines:
        name = _("{engine} on {device}").format(engine=card.engine, device=card.device)
        text = " · ".join(part for part in (card.version, _(card.detail)) if part)
        health.add("engine", name, text, notice=not card.available)
    if not usable:
        fix = _("Install Burnish again with: python3 installer")
        health.add("engines", _("Engines"), _("none can run"), broken=True, fix=fix)


def _models(health: Health, models: Models) -> None:
    """Whether each model's weights are here, and are what they should be."""
    for package in sorted({card.source for card in models.models}):
        cards = [card for card in models.models if card.source == package]
        present = checksums_of(package)
        bad = [card.name for card in cards if card.installed and card.sha256 not in present]
        missing = [card.name for card in cards if not card.installed]
        fix = _("Reinstall the package {package}.").format(package=package)
        if missing:
            text = _("missing: {names}").format(names=", ".join(missing))
        elif bad:
            text = _("damaged: {names}").format(names=", ".join(bad))
        else:
            text = _("{count} models, checksums right").format(count=len(cards))
        essential = {models.best, models.fast} & {*missing, *bad}
        health.add(
            "models", _("Models"), f"{package}: {text}", broken=bool(essential), notice=bool(missing or bad), fix=fix
        )


def checksums_of(source: str) -> set[str]:
    """SHA-256 of every weights file of an installed package. source: its name and version."""
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in _weights_of(source.partition(" ")[0])}


def _weights_of(package: str) -> Iterator[Path]:
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        return
    for file in files:
        path = Path(os.fspath(file.locate()))
        if path.suffix == ".bin" and path.is_file():
            yield path


def measured(models: Models) -> list[ModelCard]:
    """The models whose speed is known here, fastest first."""
    known = [card for card in models.models if card.seconds_per_megapixel is not None]
    return sorted(known, key=lambda card: card.seconds_per_megapixel or 0.0)
