"""One installer at a time: an environment is locked while it is made or removed, by a lock that dies with its owner."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def locked(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[int]:
    """Hold the lock file at `path`; its folder is made when missing. Yields the file's descriptor.

    The lock is the operating system's, so it is free again as soon as its owner is dead, however it died. `on_wait` is
    called once where somebody else holds it.
    """
    waiting = False
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _take(descriptor):
            if not waiting:
                on_wait()
            waiting = True
            os.close(descriptor)
            time.sleep(0.1)
        elif not _is_still(descriptor, path):
            os.close(descriptor)  # whoever held it has removed the environment: lock the new file
        else:
            break
    try:
        yield descriptor
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            # flock, not lockf: it belongs to the open file, so a child that inherits it keeps it.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_still(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False
