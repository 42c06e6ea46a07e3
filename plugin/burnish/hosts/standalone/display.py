"""A picture of any size on the screen: an overview of a few megapixels, and sharp tiles where somebody looks.

Nothing is converted on the UI thread. A display thread turns blocks of 512×512 pixels into images, newest wishes
first; the UI thread puts them together. Memory is bounded: the overview, and the most recently seen tiles.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator

import numpy as np

from burnish.hosts.standalone.cells import BLOCK, Cell, blocks, centre_out
from burnish.hosts.standalone.colours import ScreenColours
from burnish.hosts.standalone.display_thread import DisplayThread
from burnish.qt import QtCore, QtGui, Signal
from burnish.wire.geometry import PixelFormat, Rect

_OVERVIEW_PIXELS = 4_000_000
_OVERVIEWS = 4
_TILES_KEPT = 256
_Format = QtGui.QImage.Format


class PictureDisplay(QtCore.QObject):
    """One picture, ready to be drawn at any zoom.

    Args:
        pixels: [height, width, channels], of the format's depth. Read from the display thread, never written.
        complete: False for a result in the making: only what `refresh` named is shown.

    Signals:
        changed: a part of the picture, in its own pixels, looks different now.
    """

    changed = Signal(object)

    def __init__(
        self, pixel_format: PixelFormat, pixels: np.ndarray, thread: DisplayThread, *, complete: bool = True
    ) -> None:
        super().__init__()
        self.format = pixel_format
        self._pixels = pixels
        self._thread = thread
        self._colours = ScreenColours(pixel_format)
        self._complete = complete
        self._finished: tuple[Rect, ...] = ()
        self._tiles: OrderedDict[Cell, QtGui.QImage] = OrderedDict()
        self._stale: set[Cell] = set()
        self._asked: tuple[Cell, ...] = ()
        self._level = self._overview_level()
        self._overviews = self._empty_overviews()
        if complete:
            thread.work(self, centre_out(self._cells(self._level, pixel_format.bounds, overview=True), pixel_format))

    def refresh(self, rect: Rect) -> None:
        """These pixels of a result in the making are there, or have changed."""
        self._finished = (*self._finished, rect)
        for level in range(self._level):
            for cell in self._cells(level, rect):
                if cell in self._tiles:
                    self._stale.add(cell)
        self._asked = ()
        self._thread.work(self, self._cells(self._level, rect, overview=True))

    def complete(self) -> None:
        """Every pixel is there."""
        self._complete = True

    def close(self) -> None:
        """Drop everything; the picture is not shown any more."""
        self._thread.forget(self)
        self._tiles.clear()
        self._finished = ()

    # --- on the UI thread ----------------------------------------------------------------------------------------

    def draw(self, painter: QtGui.QPainter, origin: QtCore.QPointF, scale: float, exposed: QtCore.QRectF) -> None:
        """Draw what of the picture lies in `exposed`.

        Args:
            painter: in device pixels.
            origin: where the picture's top left corner is.
            scale: device pixels per picture pixel.
            exposed: the part of the screen to draw, in device pixels.
        """
        visible = self._visible(origin, scale, exposed)
        if visible is None:
            return
        level = min(self._level, max(0, math.floor(math.log2(1 / scale) + 1e-6)))
        if level == self._level:
            self._draw_overview(painter, origin, scale, visible)
            return
        missing = []
        for cell in self._cells(level, visible):
            image = self._tiles.get(cell)
            part = cell.rect().intersection(self.format.bounds)
            if part is None:
                continue
            if image is None:
                self._draw_overview(painter, origin, scale, part)
            else:
                self._tiles.move_to_end(cell)
                painter.drawImage(_on_screen(part, origin, scale), image)
            if image is None or cell in self._stale:
                missing.append(cell)
        self._ask(missing, visible)

    def _ask(self, missing: list[Cell], visible: Rect) -> None:
        wished = tuple(centre_out(missing, visible))
        if wished and set(wished) - set(self._asked):
            self._asked = wished
            self._thread.wish(self, wished)

    def take(self, cell: Cell, image: QtGui.QImage) -> None:
        """An image that the display thread made."""
        rect = cell.rect().intersection(self.format.bounds)
        if rect is None:
            return
        if cell.overview:
            self._put_into_overviews(rect, image)
        else:
            self._tiles[cell] = image
            self._stale.discard(cell)
            self._asked = tuple(other for other in self._asked if other != cell)
            while len(self._tiles) > _TILES_KEPT:
                self._tiles.popitem(last=False)
        self.changed.emit(rect)

    def _put_into_overviews(self, rect: Rect, image: QtGui.QImage) -> None:
        for level, overview in enumerate(self._overviews, self._level):
            if level > self._level:
                image = self._reduced(image, 1)
            painter = QtGui.QPainter(overview)
            painter.setCompositionMode(QtGui.QPainter.CompositionMode.CompositionMode_Source)
            painter.drawImage(rect.x >> level, rect.y >> level, image)
            painter.end()

    def _draw_overview(self, painter: QtGui.QPainter, origin: QtCore.QPointF, scale: float, part: Rect) -> None:
        coarser = min(len(self._overviews) - 1, max(0, math.floor(math.log2(1 / scale) + 1e-6) - self._level))
        factor = 1 / (1 << (self._level + coarser))
        source = QtCore.QRectF(part.x * factor, part.y * factor, part.width * factor, part.height * factor)
        painter.drawImage(_on_screen(part, origin, scale), self._overviews[coarser], source)

    def _visible(self, origin: QtCore.QPointF, scale: float, exposed: QtCore.QRectF) -> Rect | None:
        left = math.floor((exposed.left() - origin.x()) / scale)
        top = math.floor((exposed.top() - origin.y()) / scale)
        right = math.ceil((exposed.right() - origin.x()) / scale)
        bottom = math.ceil((exposed.bottom() - origin.y()) / scale)
        if right <= left or bottom <= top:
            return None
        return Rect(left, top, right - left, bottom - top).intersection(self.format.bounds)

    # --- on the display thread -----------------------------------------------------------------------------------

    def render(self, cell: Cell) -> QtGui.QImage:
        """The image of one cell, made block by block so that no step is long."""
        rect = cell.rect().intersection(self.format.bounds)
        assert rect is not None
        if cell.overview:
            return self._reduced(self._block(rect), self._level)
        if cell.level == 0:
            return self._block(rect)
        step = 1 << cell.level
        image = QtGui.QImage(-(-rect.width // step), -(-rect.height // step), self._kind())
        image.fill(0)
        painter = QtGui.QPainter(image)
        painter.setCompositionMode(QtGui.QPainter.CompositionMode.CompositionMode_Source)
        for block in blocks(rect):
            x, y = (block.x - rect.x) // step, (block.y - rect.y) // step
            painter.drawImage(x, y, self._reduced(self._block(block), cell.level))
        painter.end()
        return image

    def _block(self, rect: Rect) -> QtGui.QImage:
        values = self._pixels[rect.y : rect.bottom, rect.x : rect.right]
        return self._colours.image(values, None if self._complete else self._mask(rect))

    def _mask(self, rect: Rect) -> np.ndarray:
        """Which pixels of `rect` are finished: bool [height, width]."""
        mask = np.zeros((rect.height, rect.width), bool)
        for finished in self._finished:
            common = finished.intersection(rect)
            if common is not None:
                mask[common.y - rect.y : common.bottom - rect.y, common.x - rect.x : common.right - rect.x] = True
        return mask

    @staticmethod
    def _reduced(image: QtGui.QImage, level: int) -> QtGui.QImage:
        step = 1 << level
        size = QtCore.QSize(-(-image.width() // step), -(-image.height() // step))
        return image.scaled(
            size,
            QtCore.Qt.AspectRatioMode.IgnoreAspectRatio,
            QtCore.Qt.TransformationMode.SmoothTransformation,
        )

    # --- the grid ------------------------------------------------------------------------------------------------

    def _overview_level(self) -> int:
        level = 0
        while (self.format.width >> level) * (self.format.height >> level) > _OVERVIEW_PIXELS:
            level += 1
        return level

    def _empty_overviews(self) -> list[QtGui.QImage]:
        """The overview and coarser ones, each half as large, for pictures that are zoomed out far."""
        overviews = []
        for level in range(self._level, self._level + _OVERVIEWS):
            step = 1 << level
            width, height = -(-self.format.width // step), -(-self.format.height // step)
            image = QtGui.QImage(width, height, self._kind(overview=True))
            image.fill(0)
            overviews.append(image)
        return overviews

    def _kind(self, *, overview: bool = False) -> QtGui.QImage.Format:
        """Opaque images are drawn faster, but what is not there yet has to be transparent."""
        opaque = self._complete and not self.format.has_alpha and not overview
        return _Format.Format_RGB32 if opaque else _Format.Format_ARGB32_Premultiplied

    @staticmethod
    def _cells(level: int, rect: Rect, *, overview: bool = False) -> Iterator[Cell]:
        side = BLOCK if overview else BLOCK << level
        for row in range(rect.y // side, -(-rect.bottom // side)):
            for column in range(rect.x // side, -(-rect.right // side)):
                yield Cell(level, column, row, overview)


def _on_screen(rect: Rect, origin: QtCore.QPointF, scale: float) -> QtCore.QRectF:
    """Where a part of the picture lands, on whole device pixels, so that neighbours meet without a gap."""
    left, top = round(origin.x() + rect.x * scale), round(origin.y() + rect.y * scale)
    right, bottom = round(origin.x() + rect.right * scale), round(origin.y() + rect.bottom * scale)
    return QtCore.QRectF(left, top, max(1, right - left), max(1, bottom - top))
