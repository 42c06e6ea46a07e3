"""Pixels that two processes see at once: a memory-mapped file that lives as long as somebody holds it."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.locking import lock_shared
from burnish.wire.runtime import BEING_MADE_SUFFIX, PIXELS_SUFFIX, RuntimeFolder, readable_bytes
from burnish.wire.sentences import BurnishError

_WRITE_CHUNK = 8 << 20


class SharedPixels:
    """A block of shared bytes. Each holder marks the file as in use, so that sweeping never takes it away."""

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self.path = path
        self.size = size
        self._descriptor = descriptor
        self._map = mmap.mmap(descriptor, size)

    @classmethod
    def create(cls, folder: RuntimeFolder, size: int) -> SharedPixels:
        """A new block of `size` zero bytes. Call `reserve` before writing. Raises BurnishError("no-space")."""
        place = folder.folder_with_room(size)
        name = secrets.token_hex(8)
        being_made = place / f"{name}{BEING_MADE_SUFFIX}"
        path = place / f"{name}{PIXELS_SUFFIX}"
        descriptor = os.open(being_made, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            lock_shared(descriptor)
            os.ftruncate(descriptor, size)
            if sys.platform != "win32":  # an open file cannot be renamed there, and needs no hiding either
                being_made.rename(path)
            else:
                path = being_made
            return cls(path, descriptor, size)
        except BaseException:
            os.close(descriptor)
            being_made.unlink(missing_ok=True)
            raise

    @classmethod
    def open(cls, path: Path) -> SharedPixels:
        """The block that another process made. Raises OSError when it is gone or out of sight."""
        descriptor = os.open(path, os.O_RDWR)
        try:
            if not lock_shared(descriptor):
                raise FileNotFoundError(errno.ENOENT, "being removed", str(path))
            return cls(path, descriptor, os.fstat(descriptor).st_size)
        except BaseException:
            os.close(descriptor)
            raise

    def reserve(self) -> None:
        """Take the space now, so that a full disk is an error here and not a crash while writing."""
        if not hasattr(os, "posix_fallocate"):
            return
        try:
            os.posix_fallocate(self._descriptor, 0, self.size)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                return  # the file system cannot reserve; folder_with_room has looked at its free space
            raise BurnishError(
                "no-space", folder=str(self.path.parent), needed=readable_bytes(self.size), free="?"
            ) from error

    @property
    def view(self) -> memoryview:
        """All bytes, writable. Release every view before `close`."""
        return memoryview(self._map)

    def write(self, data: memoryview, place: int = 0) -> None:
        """Fill the block from byte `place` on. Goes through the file so that other threads run meanwhile."""
        data = data.cast("B")
        done = 0
        while done < len(data):
            chunk, offset = data[done : done + _WRITE_CHUNK], place + done
            done += _pwrite(self._descriptor, chunk, offset) if _pwrite else self._copy(chunk, offset)

    def _copy(self, chunk: memoryview, offset: int) -> int:
        self._map[offset : offset + len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Let go of the block. Views that are still alive keep the memory until the last of them goes."""
        with contextlib.suppress(BufferError):
            self._map.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def remove(self) -> None:
        """Let go of the block and remove its file; where another holder prevents that (Windows), sweeping will."""
        self.close()
        with contextlib.suppress(OSError):
            self.path.unlink()


_pwrite: Callable[[int, memoryview, int], int] | None = getattr(os, "pwrite", None)


def rows_of(view: memoryview, pixels: PixelFormat, rect: Rect) -> bytes:
    """The bytes of one rectangle of an image, its rows joined."""
    row_bytes, pixel_bytes = pixels.row_bytes, pixels.pixel_bytes
    first = rect.y * row_bytes + rect.x * pixel_bytes
    if rect.width == pixels.width:
        return bytes(view[first : first + rect.height * row_bytes])
    length = rect.width * pixel_bytes
    return b"".join(view[start : start + length] for start in range(first, first + rect.height * row_bytes, row_bytes))


def put_rows(view: memoryview, pixels: PixelFormat, rect: Rect, rows: memoryview) -> None:
    """Write the joined rows of a rectangle to their places in an image."""
    row_bytes, pixel_bytes = pixels.row_bytes, pixels.pixel_bytes
    length = rect.width * pixel_bytes
    for row in range(rect.height):
        start = (rect.y + row) * row_bytes + rect.x * pixel_bytes
        view[start : start + length] = rows[row * length : (row + 1) * length]
