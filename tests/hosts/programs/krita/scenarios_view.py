"""What the artist looks at comes first."""

from dataclasses import replace

from inside import note, run_loop
from krita import Krita
from scenarios import desk

from burnish.client import Layer
from burnish.wire.geometry import Depth, PixelFormat

_SIZE = 1024
_CLOSE = 8


def _map_of_places():
    """A picture whose colours say where they are: red grows by one every 4 columns, green every 4 rows."""
    pixels = bytearray([90, 0, 0, 255]) * (_SIZE * _SIZE)
    pixels[2::4] = bytes(x // 4 for x in range(_SIZE)) * _SIZE
    pixels[1::4] = b"".join(bytes([y // 4]) * _SIZE for y in range(_SIZE))
    return Layer(PixelFormat(_SIZE, _SIZE, Depth.UINT8, 4, bgr=True), bytes(pixels))


def _canvas():
    """The part of Krita's window that shows the picture, with its scroll bars around it."""
    widgets = desk.qt("QtWidgets")
    view = Krita.instance().activeWindow().qwindow().findChild(widgets.QMdiArea).activeSubWindow().widget()
    return max(view.findChildren(widgets.QAbstractScrollArea), key=lambda each: each.width() * each.height())


def _place_seen(corner):
    """Which pixel of the picture the screen shows at a point of the canvas, as its colour tells."""
    viewport = _canvas().viewport()
    at = viewport.mapToGlobal(corner)
    colour = viewport.screen().grabWindow(0, at.x(), at.y(), 1, 1).toImage().pixelColor(0, 0)
    assert abs(colour.blue() - 90) <= 2, f"no picture at {at}: {colour.name()}"
    return 4 * colour.red(), 4 * colour.green()


def scenario_zoomed_in():
    """zoomed in and moved away from the middle: the panel knows which part is seen, and its tiles come first"""
    document = desk.opened(_SIZE, _SIZE)
    desk.fill(desk.layers(document)[0], _map_of_places())
    desk.shown(document)
    Krita.instance().activeWindow().activeView().canvas().setZoomLevel(2.0)
    run_loop(0.5)
    for bar in (_canvas().horizontalScrollBar(), _canvas().verticalScrollBar()):
        bar.setValue((bar.maximum() + bar.minimum()) // 2 + 300)
    run_loop(1.0)
    core, viewport = desk.qt("QtCore"), _canvas().viewport()
    first = _place_seen(core.QPoint(20, 20))
    last = _place_seen(core.QPoint(viewport.width() // 2, viewport.height() // 2))
    desk.controller().look_at_host()
    seen = desk.controller().host.visible()
    note(f"{seen}, the screen shows {first} and {last}")
    assert abs(seen.x + 10 - first[0]) <= _CLOSE and abs(seen.y + 10 - first[1]) <= _CLOSE
    assert abs(seen.x + viewport.width() // 4 - last[0]) <= _CLOSE
    assert abs(seen.y + viewport.height() // 4 - last[1]) <= _CLOSE
    order = desk.state().order()
    assert order.request.viewport == seen
    desk.controller().submit(replace(order, request=replace(order.request, tile="128")))
    desk.under_way(1)
    tiles = list(desk.controller().run.target.ground().painted)
    assert tiles[0].intersection(seen) is not None, (tiles[0], seen)
    centre = seen.centre
    distances = [abs(tile.centre[0] - centre[0]) + abs(tile.centre[1] - centre[1]) for tile in tiles]
    assert distances[0] <= 128, f"the first tile is {tiles[0]}"
