"""How the canvas is drawn: backdrop, picture, result, working tile, region and the before/after line."""

from __future__ import annotations

from dataclasses import dataclass

from burnish.hosts.standalone.band import HANDLES, Band
from burnish.hosts.standalone.stage import ShownResult, Stage
from burnish.hosts.standalone.view import View
from burnish.language import _
from burnish.qt import Qt, QtCore, QtGui
from burnish.wire.geometry import Rect

_CHECK = 10
_HANDLE = 4.0
_GRIP_RADIUS = 15.0
_SMOOTH_BELOW = 3.0
_WAITING_SHADE = 56


@dataclass(frozen=True)
class CanvasColours:
    """What the theme decides about the canvas: colour names as QColor understands them."""

    backdrop: str = "#17181a"
    accent: str = "#5b9dff"
    check_light: str = "#ffffff"
    check_dark: str = "#d9d9d9"


class Painting:
    """One paint event. `painter` works in device pixels; `ratio` of them make one of the desktop's own."""

    def __init__(
        self,
        painter: QtGui.QPainter,
        stage: Stage,
        view: View,
        colours: CanvasColours,
        exposed: QtCore.QRectF,
        ratio: float,
    ) -> None:
        self._painter = painter
        self._stage = stage
        self._view = view
        self._colours = colours
        self._exposed = exposed
        self._ratio = ratio
        hint = QtGui.QPainter.RenderHint.SmoothPixmapTransform
        finest = stage.result.scale if stage.result else 1.0  # before is drawn as smoothly as after
        painter.setRenderHint(hint, view.zoom / finest < _SMOOTH_BELOW)

    def backdrop(self) -> None:
        self._painter.fillRect(self._exposed, QtGui.QColor(self._colours.backdrop))

    def picture(self, split_x: float | None, *, before_only: bool) -> None:
        """The original, and over it the result: all of it, or what lies right of the line at `split_x`."""
        original = self._stage.original
        assert original is not None
        if original.format.has_alpha:
            self._checkerboard(self._on_canvas(QtCore.QRectF(0, 0, self._view.columns, self._view.rows)))
        original.draw(self._painter, QtCore.QPointF(self._view.x, self._view.y), self._view.zoom, self._exposed)
        shown = self._stage.result
        if shown is not None and not before_only:
            self._result(shown, split_x)

    def _result(self, shown: ShownResult, split_x: float | None) -> None:
        painter = self._painter
        painter.save()
        painter.setClipRegion(self._result_region(shown, split_x))
        painter.setRenderHint(
            QtGui.QPainter.RenderHint.SmoothPixmapTransform, self._view.zoom / shown.scale < _SMOOTH_BELOW
        )
        if not shown.result.format.has_alpha:
            painter.setOpacity(shown.strength)
            self._draw_result(painter, shown, self._exposed)
        elif shown.strength < 1:
            self._mixed(shown)
        else:
            self._checkerboard(self._on_canvas(shown.bounds()))
            self._draw_result(painter, shown, self._exposed)
        painter.restore()

    def _mixed(self, shown: ShownResult) -> None:
        """Original and result mixed by strength, transparency included, then laid over the checkerboard."""
        area = self._exposed.intersected(self._on_canvas(shown.bounds()))
        if area.isEmpty():
            return
        size = area.toAlignedRect().size()
        mixed = QtGui.QImage(size, QtGui.QImage.Format.Format_ARGB32_Premultiplied)
        mixed.fill(0)
        corner = QtCore.QPointF(area.toAlignedRect().topLeft())
        painter = QtGui.QPainter(mixed)
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(-corner)
        painter.setOpacity(1 - shown.strength)
        original = self._stage.original
        assert original is not None
        original.draw(painter, QtCore.QPointF(self._view.x, self._view.y), self._view.zoom, area)
        painter.setCompositionMode(QtGui.QPainter.CompositionMode.CompositionMode_Plus)
        painter.setOpacity(shown.strength)
        self._draw_result(painter, shown, area)
        painter.end()
        self._checkerboard(self._on_canvas(shown.bounds()))
        self._painter.drawImage(corner, mixed)

    def _draw_result(self, painter: QtGui.QPainter, shown: ShownResult, exposed: QtCore.QRectF) -> None:
        x, y = self._view.to_canvas(shown.region.x, shown.region.y)
        shown.display.draw(painter, QtCore.QPointF(x, y), self._view.zoom / shown.scale, exposed)

    def _result_region(self, shown: ShownResult, split_x: float | None) -> QtGui.QRegion:
        """Where on the canvas the result may be drawn: what is finished, right of the line."""
        if shown.complete:
            region = QtGui.QRegion(self._pixels(shown.result.format.bounds, shown))
        else:
            region = QtGui.QRegion()
            for rect in shown.finished:
                region = region.united(self._pixels(rect, shown))
        region = region.intersected(self._exposed.toAlignedRect())
        if split_x is not None:
            right = QtCore.QRect(round(split_x), 0, max(0, self._view.width - round(split_x)), self._view.height)
            region = region.intersected(right)
        return region

    def _pixels(self, rect: Rect, shown: ShownResult) -> QtCore.QRect:
        area = self._on_canvas(shown.to_document(rect))
        left, top = round(area.left()), round(area.top())
        return QtCore.QRect(left, top, round(area.right()) - left, round(area.bottom()) - top)

    def working_tile(self) -> None:
        """While a run lasts, what is still to come is a little darker, and the tile in work has a thin frame."""
        shown = self._stage.result
        if shown is None or shown.settled:
            return
        self._waiting(shown)
        if shown.framed is None:
            return
        pen = QtGui.QPen(QtGui.QColor(self._colours.accent), max(1.0, 1.5 * self._ratio))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(self._on_canvas(shown.to_document(shown.framed)))

    def _waiting(self, shown: ShownResult) -> None:
        waiting = QtGui.QRegion(self._pixels(shown.result.format.bounds, shown))
        for rect in shown.finished:
            waiting = waiting.subtracted(QtGui.QRegion(self._pixels(rect, shown)))
        self._painter.save()
        self._painter.setClipRegion(waiting)
        self._painter.fillRect(self._exposed, QtGui.QColor(0, 0, 0, _WAITING_SHADE))
        self._painter.restore()

    def band(self, band: Band) -> None:
        """The region: everything else a little darker, a two-tone line, eight handles."""
        assert band.rect is not None
        painter, ratio = self._painter, self._ratio
        area = self._on_canvas(QtCore.QRectF(band.rect.x, band.rect.y, band.rect.width, band.rect.height))
        document = self._on_canvas(QtCore.QRectF(0, 0, self._view.columns, self._view.rows))
        outside = QtGui.QPainterPath()
        outside.addRect(document)
        inside = QtGui.QPainterPath()
        inside.addRect(area)
        painter.fillPath(outside.subtracted(inside), QtGui.QColor(0, 0, 0, 90))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QtGui.QPen(QtGui.QColor(0, 0, 0, 150), 3 * ratio))
        painter.drawRect(area)
        painter.setPen(QtGui.QPen(QtGui.QColor("white"), 1.2 * ratio))
        painter.drawRect(area)
        painter.setPen(QtGui.QPen(QtGui.QColor(0, 0, 0, 170), ratio))
        painter.setBrush(QtGui.QColor("white"))
        half = _HANDLE * ratio
        for grip in HANDLES:
            x, y = self._view.to_canvas(*band.handle(grip))
            painter.drawRect(QtCore.QRectF(x - half, y - half, 2 * half, 2 * half))

    def split_line(self, x: float) -> None:
        """The before/after line with its round handle and a word on each side."""
        painter, ratio = self._painter, self._ratio
        shown = self._stage.result
        if shown is None:
            return
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        area = self._on_canvas(shown.bounds()).intersected(QtCore.QRectF(0, 0, self._view.width, self._view.height))
        painter.setPen(QtGui.QPen(QtGui.QColor(0, 0, 0, 110), 4 * ratio))
        painter.drawLine(QtCore.QPointF(x, area.top()), QtCore.QPointF(x, area.bottom()))
        painter.setPen(QtGui.QPen(QtGui.QColor("white"), 2 * ratio))
        painter.drawLine(QtCore.QPointF(x, area.top()), QtCore.QPointF(x, area.bottom()))
        self._split_handle(QtCore.QPointF(x, area.center().y()))
        self._word(_("Before"), QtCore.QPointF(x, area.top()), before=True)
        self._word(_("After"), QtCore.QPointF(x, area.top()), before=False)

    def _split_handle(self, middle: QtCore.QPointF) -> None:
        painter, ratio = self._painter, self._ratio
        radius = _GRIP_RADIUS * ratio
        painter.setPen(QtGui.QPen(QtGui.QColor(0, 0, 0, 90), 1.5 * ratio))
        painter.setBrush(QtGui.QColor("white"))
        painter.drawEllipse(middle, radius, radius)
        pen = QtGui.QPen(QtGui.QColor("#30343a"), 2 * ratio)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for side in (-1, 1):
            tip = middle + QtCore.QPointF(side * radius * 0.62, 0)
            inner = side * radius * 0.28
            path = QtGui.QPainterPath(middle + QtCore.QPointF(inner, -radius * 0.34))
            path.lineTo(tip)
            path.lineTo(middle + QtCore.QPointF(inner, radius * 0.34))
            painter.drawPath(path)

    def _word(self, text: str, top: QtCore.QPointF, *, before: bool) -> None:
        painter, ratio = self._painter, self._ratio
        font = painter.font()
        font.setPixelSize(round(12 * ratio))
        font.setWeight(QtGui.QFont.Weight.DemiBold)
        painter.setFont(font)
        metrics = QtGui.QFontMetricsF(font)
        width, height = metrics.horizontalAdvance(text) + 16 * ratio, 24 * ratio
        left = top.x() - width - 10 * ratio if before else top.x() + 10 * ratio
        box = QtCore.QRectF(left, top.y() + 10 * ratio, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QtGui.QColor(20, 22, 25, 190))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(QtGui.QColor("white"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _checkerboard(self, area: QtCore.QRectF) -> None:
        side = round(_CHECK * self._ratio)
        tile = QtGui.QPixmap(2 * side, 2 * side)
        tile.fill(QtGui.QColor(self._colours.check_light))
        dark = QtGui.QColor(self._colours.check_dark)
        painter = QtGui.QPainter(tile)
        painter.fillRect(0, 0, side, side, dark)
        painter.fillRect(side, side, side, side, dark)
        painter.end()
        self._painter.drawTiledPixmap(area.intersected(self._exposed).toAlignedRect(), tile)

    def _on_canvas(self, rect: QtCore.QRectF) -> QtCore.QRectF:
        left, top = self._view.to_canvas(rect.left(), rect.top())
        return QtCore.QRectF(left, top, rect.width() * self._view.zoom, rect.height() * self._view.zoom)
