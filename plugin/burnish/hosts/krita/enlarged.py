"""Results larger than their source: the whole picture scaled, or a document of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from burnish.hosts.contract import Lost, ResultPixels
from burnish.hosts.krita.checksums import bands_of
from burnish.hosts.krita.ground import Ground, clear_pixels
from burnish.hosts.krita.in_order import Work, a_turn
from burnish.hosts.krita.layers import KritaLayer, document_name
from burnish.hosts.krita.painting import PaintedLayer
from burnish.hosts.krita.program import Document, application, in_document, is_at_rest, is_open
from burnish.hosts.krita.shrinking import shrunk
from burnish.hosts.krita.target import KritaTarget, layer_name
from burnish.language import _
from burnish.qt import QtCore
from burnish.wire.geometry import Rect
from burnish.wire.shared_pixels import rows_of

_FILTER = "Bicubic"
_TURN_MS = 50
_QUIET_TURNS = 6
_TURNS_AT_MOST = 200


class ScaledImage(KritaTarget):
    """A layer above the source, in a picture that is scaled in the end.

    Until then a layer of the picture's old size shows every so many pixels one of what is there. It goes away before
    the picture is scaled, so that what it held is not scaled, too; the result is a layer that comes after that.
    """

    def __init__(self, source: KritaLayer, region: Rect, result: ResultPixels, lost: Lost) -> None:
        super().__init__(source.handle, source.name, lost)
        self.source = source
        self.result: ResultPixels | None = result
        self._format = result.format
        self._layer_name = layer_name(source, result)
        self.scale = result.format.width / region.width
        self.x, self.y = source.area.x + region.x, source.area.y + region.y
        self._step = round(self.scale) if self.scale == round(self.scale) else None
        self._painted: list[Rect] = []
        self._scaling = self._scaled = False
        self.layer = PaintedLayer(source, self._layer_name)

    def ground(self) -> Ground | None:
        return None if self._scaling else self.layer.ground

    def exists(self) -> bool:
        return is_open(self.document) if self._scaling else self.layer.exists()

    def _put(self, rect: Rect, pixels: Any) -> bool:
        if self._scaled:
            return self.layer.paint(rect.moved(*self._corner()), pixels)
        self._painted.append(rect)
        if self._step is None:
            return True
        place, rows = shrunk(memoryview(pixels), rect, self._format.pixel_bytes, self._step)
        return place.area == 0 or self.layer.paint(place.moved(self.x, self.y), rows)

    def _settle(self) -> Work:
        result, self.result = self.result, None  # its memory is shared with the worker, and not needed again
        assert result is not None
        self._scaling = True
        self.repaint.hold()
        yield self.layer.remove
        yield partial(_when_quiet, self.document)
        if self.over or not self.exists():
            return
        self._scale()
        yield partial(_when_quiet, self.document)
        if self.over or not self.exists():
            return
        self._begin_anew()
        yield from self._lay_on(result)
        self.repaint.release()

    def _scale(self) -> None:
        """Scale the picture. Krita lets events through meanwhile."""
        document = self.document
        width, height = round(document.width() * self.scale), round(document.height() * self.scale)
        document.scaleImage(width, height, round(document.xRes()), round(document.yRes()), _FILTER)
        document.waitForDone()

    def _begin_anew(self) -> None:
        """Make a layer in the picture, which is scaled by now."""
        source = self.source
        if not in_document(source.node, self.document):  # then the result lies on top
            layers = [node for node in self.document.topLevelNodes() if not node.type().endswith("mask")]
            source = replace(source, node=layers[-1])
        self.layer = PaintedLayer(source, self._layer_name)
        self._scaled, self._scaling = True, False

    def _lay_on(self, result: ResultPixels) -> Work:
        """Paint what is there by now, a few megabytes in each turn of the event loop."""
        corner, pixels = self._corner(), result.format
        for rect in self._painted:
            for band in bands_of(rect, pixels.pixel_bytes):
                if self.over or not self.exists():
                    return
                self.layer.paint(band.moved(*corner), rows_of(result.view, pixels, band))
                yield a_turn
        self._painted = []

    def _corner(self) -> tuple[int, int]:
        return round(self.x * self.scale), round(self.y * self.scale)

    def _take_away(self) -> None:
        self.layer.remove()


def _when_quiet(document: Document, then: Callable[[], None], quiet: int = 0, turns: int = _TURNS_AT_MOST) -> None:
    """Call `then` when the picture has been at rest for so long that its canvas shows what it holds.

    The canvas hears of changes some time later, bundled. Where the picture's size changes before that (since Krita
    5.3), it looks for pixels of the new picture in textures of the old size, and Krita ends.
    """
    if quiet >= _QUIET_TURNS or turns == 0 or not is_open(document):
        then()
        return
    quiet = quiet + 1 if is_at_rest(document) else 0
    QtCore.QTimer.singleShot(_TURN_MS, lambda: _when_quiet(document, then, quiet, turns - 1))


class NewImage(KritaTarget):
    """A new document with the source's colours and resolution, in a view of its own."""

    def __init__(self, source: KritaLayer, region: Rect, result: ResultPixels, lost: Lost) -> None:
        pixels, colours = result.format, source.colours
        title = _("{layer} · {model}").format(layer=document_name(source.handle), model=result.title)
        document = application().createDocument(
            pixels.width,
            pixels.height,
            title,
            colours.model,
            colours.depth,
            colours.profile,
            float(source.handle.resolution()),
        )
        super().__init__(document, source.name, lost)
        node = document.topLevelNodes()[0]
        node.setName(layer_name(source, result))
        clear_pixels(node, pixels.bounds, pixels.pixel_bytes)
        application().activeWindow().addView(document)
        self._ground = Ground(document, node, pixels.pixel_bytes)

    def ground(self) -> Ground | None:
        return self._ground

    def exists(self) -> bool:
        return in_document(self._ground.node, self.document)

    def _put(self, rect: Rect, pixels: Any) -> bool:
        return self._ground.paint(rect, pixels)

    def _take_away(self) -> None:
        self.document.setModified(False)
        self.document.close()
