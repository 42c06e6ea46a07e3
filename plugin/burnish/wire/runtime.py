"""Where this user's worker can be found, where shared pixels lie, and how what the dead left behind is removed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from burnish.wire.locking import remove_if_unused
from burnish.wire.sentences import BurnishError

PIXELS_SUFFIX = ".pixels"
BEING_MADE_SUFFIX = ".being-made"
PROBE_PREFIX = "probe-"
FOLDER_VARIABLES = ("BURNISH_RUNTIME_DIR", "BURNISH_CACHE_DIR")
_LONGEST_SOCKET_PATH = 100  # the kernel's limit is 104 on macOS and 108 on Linux, with the closing zero
_ABANDONED_AFTER_SECONDS = 60.0


@dataclass(frozen=True)
class WorkerRecord:
    """How to reach the running worker. secret: what both sides must know, in hexadecimal."""

    pid: int
    address: str
    secret: str
    version: str
    protocol: int


class RuntimeFolder:
    """One user's private folder: the worker's record, its lock and socket, and small shared pixels.

    path: for tests and unusual systems; BURNISH_RUNTIME_DIR, then the system's own place otherwise.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_runtime_path()
        make_private(self.path)

    @property
    def record_path(self) -> Path:
        return self.path / "worker.json"

    @property
    def lock_path(self) -> Path:
        return self.path / "worker.lock"

    def address(self) -> str:
        """A fresh listening address: a socket in this folder, or a named pipe on Windows."""
        if sys.platform == "win32":
            return rf"\\.\pipe\burnish-{os.getpid()}-{time.monotonic_ns():x}"
        path = str(self.path / "worker.sock")
        if len(path.encode()) <= _LONGEST_SOCKET_PATH:
            return path
        # always the same place for the same folder, so that the next worker finds what a killed one left
        name = f"burnish-{_user()}-{hashlib.sha256(path.encode()).hexdigest()[:12]}"
        beside = Path(tempfile.gettempdir()) / name
        make_private(beside)
        return str(beside / "worker.sock")

    def write_record(self, record: WorkerRecord) -> None:
        """Publish the worker, readable by its owner alone, complete or not at all."""
        beside = self.path / f"worker.json.{os.getpid()}"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(record), file)
        beside.replace(self.record_path)

    def read_record(self) -> WorkerRecord | None:
        """The published worker (which may have died), or None."""
        try:
            return WorkerRecord(**json.loads(self.record_path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def remove_record(self, pid: int) -> None:
        """Withdraw the record of the worker `pid`, its socket included, unless another worker has replaced it."""
        record = self.read_record()
        if record is None or record.pid != pid:
            return
        self.record_path.unlink(missing_ok=True)
        if sys.platform == "win32":
            return
        socket = Path(record.address)
        socket.unlink(missing_ok=True)
        if socket.parent != self.path:
            with contextlib.suppress(OSError):
                socket.parent.rmdir()

    def pixel_folders(self) -> Iterator[Path]:
        """Where shared pixels may lie, best first: memory-backed places, then the user's cache on disk."""
        yield self.path
        if "BURNISH_RUNTIME_DIR" in os.environ:
            return
        shared_memory = Path("/dev/shm")  # noqa: S108 - our own folder in it is private
        if shared_memory.is_dir() and os.access(shared_memory, os.W_OK):
            yield shared_memory / f"burnish-{_user()}"
        yield cache_path() / "pixels"

    def folder_with_room(self, needed: int) -> Path:
        """The first pixel folder with `needed` bytes and some air. Raises BurnishError("no-space")."""
        folders = list(self.pixel_folders())
        for folder in folders:
            try:
                make_private(folder)
            except (OSError, BurnishError):
                continue
            if shutil.disk_usage(folder).free > needed * 1.05 + (16 << 20):
                return folder
        free = max((shutil.disk_usage(folder).free for folder in folders if folder.is_dir()), default=0)
        raise BurnishError("no-space", folder=str(folders[0]), needed=readable_bytes(needed), free=readable_bytes(free))

    def sweep(self) -> int:
        """Remove shared pixels whose every user has died; returns how many files that were."""
        removed = 0
        for folder in self.pixel_folders():
            with contextlib.suppress(OSError):  # the folder is not there, or not ours
                for path in list(folder.iterdir()):
                    if path.suffix == PIXELS_SUFFIX or _abandoned(path):
                        removed += remove_if_unused(path)
        return removed


def default_runtime_path() -> Path:
    """BURNISH_RUNTIME_DIR, the session's runtime folder, or a private folder among the temporary files."""
    if os.environ.get("BURNISH_RUNTIME_DIR"):
        return Path(os.environ["BURNISH_RUNTIME_DIR"]).absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "Burnish" / "run"
    session = os.environ.get("XDG_RUNTIME_DIR")
    if session and Path(session).is_dir():
        return Path(session) / "burnish"
    return Path(tempfile.gettempdir()) / f"burnish-{_user()}"


def cache_path() -> Path:
    """The user's cache folder for Burnish (not created); BURNISH_CACHE_DIR overrides it."""
    if os.environ.get("BURNISH_CACHE_DIR"):
        return Path(os.environ["BURNISH_CACHE_DIR"]).absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Burnish" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "Burnish"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "burnish"


def log_path() -> Path:
    """The worker's log file."""
    return cache_path() / "log" / "worker.log"


def make_private(folder: Path) -> None:
    """Make the folder for this user alone. Raises BurnishError when somebody else owns it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise BurnishError("folder-not-private", folder=str(folder)) from error
    if sys.platform == "win32":
        return
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise BurnishError("folder-not-private", folder=str(folder))
    if status.st_mode & 0o077:
        folder.chmod(0o700)


def readable_bytes(count: float) -> str:
    """A byte count for people: 1.5 GB."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _user() -> str:
    return str(os.getuid()) if sys.platform != "win32" else os.environ.get("USERNAME", "user")


def _abandoned(path: Path) -> bool:
    """Whether a file that lives for a moment only has outlived whoever made it."""
    if path.suffix != BEING_MADE_SUFFIX and not path.name.startswith(PROBE_PREFIX):
        return False
    try:
        return time.time() - path.stat().st_mtime > _ABANDONED_AFTER_SECONDS
    except OSError:
        return False
