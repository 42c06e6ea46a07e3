"""Which process serves a running GIMP: one at a time, also where two uses of the menu start two at once."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from burnish.wire.locking import lock_exclusive
from burnish.wire.runtime import RuntimeFolder, default_runtime_path

if sys.platform == "win32":
    import ctypes

    _SYNCHRONIZE, _STILL_RUNNING = 0x00100000, 0x102

    def is_running(process: int) -> bool:
        """Whether there is a process of this number."""
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(_SYNCHRONIZE, False, process)
        if not handle:
            return False
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == _STILL_RUNNING)
        finally:
            kernel.CloseHandle(handle)

else:

    def is_running(process: int) -> bool:
        """Whether there is a process of this number."""
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


class Residency:
    """Being the one that serves a GIMP. It ends with the process that holds it, however that ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor


def become_resident(gimp: int) -> Residency | None:
    """Take over the GIMP whose process this is; None where another process serves it. What is returned must be kept.

    Raises OSError or BurnishError where the user's runtime folder cannot be used.
    """
    folder = RuntimeFolder().path
    _remove_old_marks(folder)
    descriptor = os.open(_mark_of(folder, gimp), os.O_RDWR | os.O_CREAT, 0o600)
    if not lock_exclusive(descriptor):
        os.close(descriptor)
        return None
    os.utime(_mark_of(folder, gimp))
    return Residency(descriptor)


def residency_began(gimp: int) -> int:
    """A number that is another one as soon as another process serves this GIMP."""
    try:
        return _mark_of(default_runtime_path(), gimp).stat().st_mtime_ns
    except OSError:
        return 0


def _mark_of(folder: Path, gimp: int) -> Path:
    return folder / f"gimp-{gimp}.lock"


def _remove_old_marks(folder: Path) -> None:
    """Those of GIMPs that have ended."""
    for path in folder.glob("gimp-*.lock"):
        number = path.stem.partition("-")[2]
        if number.isdigit() and not is_running(int(number)):
            with contextlib.suppress(OSError):
                path.unlink()
