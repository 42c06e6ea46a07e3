"""Numbers that tell pixels from others: pixels are read on Krita's own thread, the arithmetic is done on another."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from burnish.qt import QtCore, Signal
from burnish.wire.geometry import PixelFormat, Rect

_BAND_BYTES = 16 << 20
_TURN_BYTES = 64 << 20  # which Krita copies in some 40 ms

Checksums = dict[Rect, int]


class _KritasThread(QtCore.QObject):
    """Calls functions on the thread that made it."""

    call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.call.connect(self._call)

    def _call(self, function: Callable[[], None]) -> None:
        function()


_kritas_thread = _KritasThread()
_calculator = ThreadPoolExecutor(1, "checksums")


class ChecksumsOf:
    """The checksums of places of a layer. Call it once, with what is to be told of them.

    The places are read a few megabytes in each turn of the event loop, the first of them at once.

    Args:
        read: returns a copy of the pixels of a place.
        is_there: whether there still is something to read. Where there is not, those that are known are all.
    """

    def __init__(
        self, read: Callable[[Rect], Any], places: Iterable[Rect], pixel_bytes: int, is_there: Callable[[], bool]
    ) -> None:
        self._read = read
        self._is_there = is_there
        self._pixel_bytes = pixel_bytes
        self._waiting = iter([(place, band) for place in places for band in bands_of(place, pixel_bytes)])
        self._sums: Checksums = {}

    def __call__(self, then: Callable[[Checksums], None]) -> None:
        copies = self._some_copies() if self._is_there() else []
        if copies:
            _calculator.submit(self._reckon, copies, then)
        else:
            then(self._sums)

    def _some_copies(self) -> list[tuple[Rect, Any]]:
        copies: list[tuple[Rect, Any]] = []
        size = 0
        for place, band in self._waiting:
            copies.append((place, self._read(band)))
            size += band.area * self._pixel_bytes
            if size >= _TURN_BYTES:
                break
        return copies

    def _reckon(self, copies: list[tuple[Rect, Any]], then: Callable[[Checksums], None]) -> None:
        for place, pixels in copies:
            self._sums[place] = zlib.crc32(pixels, self._sums.get(place, 0))
        with contextlib.suppress(RuntimeError):  # the program ended, and Qt took the object along
            _kritas_thread.call.emit(lambda: self(then))


def checksum_of_part(pixels: Any, layout: PixelFormat, part: Rect) -> Future[int]:
    """The checksum of a part of a picture's pixels, as `ChecksumsOf` gives it for the same pixels in a layer.

    It is there before those of any ChecksumsOf that is called later.
    """
    return _calculator.submit(_checksum_of_part, memoryview(pixels).cast("B"), layout, part)


def _checksum_of_part(view: memoryview, layout: PixelFormat, part: Rect) -> int:
    start = part.y * layout.row_bytes + part.x * layout.pixel_bytes
    if part.width == layout.width:
        return zlib.crc32(view[start : start + part.height * layout.row_bytes])
    value = 0
    for row in range(start, start + part.height * layout.row_bytes, layout.row_bytes):
        value = zlib.crc32(view[row : row + part.width * layout.pixel_bytes], value)
    return value


def bands_of(area: Rect, pixel_bytes: int) -> Iterator[Rect]:
    """A rectangle in parts that hold a few megabytes each, from the top."""
    rows = max(1, _BAND_BYTES // max(1, area.width * pixel_bytes))
    for top in range(area.y, area.bottom, rows):
        yield Rect(area.x, top, area.width, min(rows, area.bottom - top))
