"""What tiles are painted on in Krita: a layer, and whether the artist changed it or its picture since."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from burnish.hosts.krita.program import Document, Node
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.shared_pixels import rows_of

_BAND_BYTES = 16 << 20


@dataclass(frozen=True)
class _Shape:
    """What must stay the same for tiles to land where they belong, and to be understood."""

    width: int
    height: int
    left: int
    top: int
    model: str
    depth: str
    profile: str


class Ground:
    """A layer as it was when painting on it began.

    Painting on one that was moved puts tiles in the wrong place, and Krita 5.2 reads past the end of pixels that are
    too few for a layer in another colour space: so ask `is_same` each time.

    Args:
        painted: places that hold parts of the result already.

    Attributes:
        painted: where it was painted, in the order in which that happened first.
    """

    def __init__(self, document: Document, node: Node, pixel_bytes: int, painted: Iterable[Rect] = ()) -> None:
        self.node: Node = node
        self.painted: dict[Rect, None] = dict.fromkeys(painted)
        self._document: Document = document
        self._pixel_bytes = pixel_bytes
        self._shape = _shape_of(document, node)
        self._settled: int | None = None

    def is_same(self) -> bool:
        """Whether the picture has its size, and the layer its place and its colour space."""
        return _shape_of(self._document, self.node) == self._shape

    def paint(self, place: Rect, pixels: Any) -> bool:
        """Put pixels into the picture at `place`. False where Krita did not take them."""
        self.painted[place] = None
        self._settled = None
        return put_pixels(self.node, place, pixels)

    def paint_from(self, view: memoryview, pixels: PixelFormat, rect: Rect, x: int, y: int) -> None:
        """Copy a part of a whole picture, whose upper left corner lies at (x, y)."""
        for band in bands_of(rect, pixels.pixel_bytes):
            self.paint(band.moved(x, y), rows_of(view, pixels, band))

    def clear(self) -> None:
        """Make all that was painted transparent."""
        for place in self.painted:
            clear_pixels(self.node, place, self._pixel_bytes)

    def settle(self) -> None:
        """Remember what is there now: what the artist does to it from here on is theirs."""
        if self._settled is None:
            self._settled = checksum(self.node, self.painted, self._pixel_bytes)

    def is_untouched(self) -> bool:
        """Whether nobody else has painted here since it settled. Reads every pixel, once until it is painted again."""
        if self._settled is None:
            return True
        return self.is_same() and self._settled == checksum(self.node, self.painted, self._pixel_bytes)


def checksum(node: Node, places: Iterable[Rect], pixel_bytes: int) -> int:
    """A number that tells a layer's pixels from others at the same places."""
    value = 0
    for place in places:
        for band in bands_of(place, pixel_bytes):
            value = zlib.crc32(node.pixelData(band.x, band.y, band.width, band.height), value)
    return value


def put_pixels(node: Node, place: Rect, pixels: Any) -> bool:
    """Krita's own call with its own idea of a rectangle. False where Krita says (since 5.3) that it did not work."""
    return node.setPixelData(bytes(pixels), place.x, place.y, place.width, place.height) is not False


def clear_pixels(node: Node, area: Rect, pixel_bytes: int) -> None:
    """Make a part of a layer transparent."""
    for band in bands_of(area, pixel_bytes):
        put_pixels(node, band, bytes(band.area * pixel_bytes))


def bands_of(area: Rect, pixel_bytes: int) -> Iterator[Rect]:
    """A rectangle in parts that hold a few megabytes each."""
    rows = max(1, _BAND_BYTES // max(1, area.width * pixel_bytes))
    for top in range(area.y, area.bottom, rows):
        yield Rect(area.x, top, area.width, min(rows, area.bottom - top))


def _shape_of(document: Document, node: Node) -> _Shape:
    place = node.position()
    return _Shape(
        document.width(),
        document.height(),
        place.x(),
        place.y(),
        node.colorModel(),
        node.colorDepth(),
        node.colorProfile(),
    )
