"""What tiles are painted on in Krita: a layer, and whether the artist changed it or its picture since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from burnish.hosts.krita.checksums import ChecksumsOf, bands_of
from burnish.hosts.krita.program import Document, Node, in_document
from burnish.qt import QtCore
from burnish.wire.geometry import Rect


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

    def is_same(self) -> bool:
        """Whether the picture has its size, and the layer its place and its colour space."""
        return _shape_of(self._document, self.node) == self._shape

    def paint(self, place: Rect, pixels: Any) -> bool:
        """Put pixels into the picture at `place`. False where Krita did not take them."""
        self.painted[place] = None
        return put_pixels(self.node, place, pixels)

    def clear(self) -> None:
        """Make all that was painted transparent."""
        for place in self.painted:
            clear_pixels(self.node, place, self._pixel_bytes)

    def checksums(self) -> ChecksumsOf:
        """Of all that was painted, as it is now."""
        return ChecksumsOf(self._copy, self.painted, self._pixel_bytes, lambda: in_document(self.node, self._document))

    def _copy(self, place: Rect) -> Any:
        return self.node.pixelData(place.x, place.y, place.width, place.height)


def put_pixels(node: Node, place: Rect, pixels: Any) -> bool:
    """Krita's own call with its own idea of a rectangle. False where Krita says (since 5.3) that it did not work."""
    if not isinstance(pixels, (bytes, QtCore.QByteArray)):  # what Krita takes without a copy of ours
        pixels = bytes(pixels)
    return node.setPixelData(pixels, place.x, place.y, place.width, place.height) is not False


def clear_pixels(node: Node, area: Rect, pixel_bytes: int) -> None:
    """Make a part of a layer transparent."""
    for band in bands_of(area, pixel_bytes):
        put_pixels(node, band, bytes(band.area * pixel_bytes))


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
