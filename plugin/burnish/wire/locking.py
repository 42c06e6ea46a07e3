"""Advisory file locks that the system releases when their holder dies, however it dies."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def lock_exclusive(descriptor: int) -> bool:
        """Lock the file for this process alone. False when another process holds it."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def lock_shared(descriptor: int) -> bool:
        """Mark the file as in use. Windows needs no mark: an open file cannot be removed there."""
        return True

else:
    import fcntl

    def lock_exclusive(descriptor: int) -> bool:
        """Lock the file for this process alone. False when another process holds it."""
        return _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def lock_shared(descriptor: int) -> bool:
        """Mark the file as in use. False when another process has locked it for itself."""
        return _lock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def _lock(descriptor: int, how: int) -> bool:
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError:
            return False
        return True


def remove_if_unused(path: Path) -> bool:
    """Remove a file that no living process has marked as in use. False when it is in use, or already gone."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        if sys.platform != "win32" and not lock_exclusive(descriptor):
            return False
        if sys.platform != "win32":
            path.unlink(missing_ok=True)
            return True
    finally:
        os.close(descriptor)
    with contextlib.suppress(OSError):
        path.unlink()
        return True
    return False
