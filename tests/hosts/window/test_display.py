"""Pictures of any size on the screen: what is drawn equals the picture, and nothing large is converted at once."""

import numpy as np
import pytest

from burnish.hosts.standalone.cells import BLOCK, Cell
from burnish.hosts.standalone.display import PictureDisplay
from burnish.hosts.standalone.display_thread import DisplayThread
from burnish.qt import QtCore, QtGui
from burnish.wire.geometry import Depth, PixelFormat, Rect


@pytest.fixture
def thread(qapp):
    made = DisplayThread()
    yield made
    made.end()


def gradient(width: int, height: int) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 255 // height, columns * 255 // width, (rows + columns) % 256], -1).astype(np.uint8)


def drawn(display, scale, width, height, origin=(0.0, 0.0)) -> np.ndarray:
    image = QtGui.QImage(width, height, QtGui.QImage.Format.Format_RGB32)
    image.fill(QtGui.QColor(255, 0, 255))
    painter = QtGui.QPainter(image)
    display.draw(painter, QtCore.QPointF(*origin), scale, QtCore.QRectF(0, 0, width, height))
    painter.end()
    raw = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), np.uint8).reshape(height, width, 4)
    return raw[..., 2::-1]


def settled(qtbot, display, scale, width, height, origin=(0.0, 0.0)):
    """What is drawn once every cell that a first look asks for has come."""
    drawn(display, scale, width, height, origin)
    qtbot.waitUntil(lambda: display._thread.is_idle, timeout=30_000)
    return drawn(display, scale, width, height, origin)


def test_a_small_picture_is_shown_pixel_for_pixel(qtbot, thread):
    pixels = gradient(700, 300)
    display = PictureDisplay(PixelFormat(700, 300, Depth.UINT8, 3), pixels, thread)
    assert np.array_equal(settled(qtbot, display, 1.0, 700, 300), pixels)


def test_a_large_picture_is_shown_pixel_for_pixel_where_somebody_looks(qtbot, thread):
    pixels = gradient(5000, 3000)
    display = PictureDisplay(PixelFormat(5000, 3000, Depth.UINT8, 3), pixels, thread)
    assert np.array_equal(
        settled(qtbot, display, 1.0, 400, 300, origin=(-2345.0, -1717.0)), pixels[1717:2017, 2345:2745]
    )


def test_zoomed_out_it_is_the_mean_of_what_it_stands_for(qtbot, thread):
    pixels = np.random.default_rng(1).integers(0, 256, (2048, 4096, 3)).astype(np.uint8)
    display = PictureDisplay(PixelFormat(4096, 2048, Depth.UINT8, 3), pixels, thread)
    picture = settled(qtbot, display, 0.25, 1024, 512)
    means = pixels.reshape(512, 4, 1024, 4, 3).mean((1, 3))
    assert np.abs(picture - means).mean() < 16  # noise of one pixel has a mean difference of 85
    assert abs(picture.mean() - pixels.mean()) < 1


def test_a_result_in_the_making_shows_only_what_is_finished(qtbot, thread):
    pixels = gradient(3000, 2000)
    display = PictureDisplay(PixelFormat(3000, 2000, Depth.UINT8, 3), pixels, thread, complete=False)
    display.refresh(Rect(600, 500, 300, 200))
    picture = settled(qtbot, display, 1.0, 400, 300, origin=(-550.0, -450.0))
    assert np.array_equal(picture[50:250, 50:350], pixels[500:700, 600:900])
    assert np.array_equal(picture[:50], np.broadcast_to([255, 0, 255], (50, 400, 3)))


def test_a_tile_painted_again_is_shown_again(qtbot, thread):
    pixels = np.zeros((1024, 4096, 3), np.uint8)
    pixels = np.concatenate([pixels, pixels])
    display = PictureDisplay(PixelFormat(4096, 2048, Depth.UINT8, 3), pixels, thread, complete=False)
    display.refresh(Rect(0, 0, 300, 300))
    assert settled(qtbot, display, 1.0, 300, 300).max() == 0
    pixels[:300, :300] = 200
    display.refresh(Rect(0, 0, 300, 300))
    assert settled(qtbot, display, 1.0, 300, 300).min() == 200


def test_no_image_is_larger_than_the_overview_whatever_the_picture(thread):
    whole = PixelFormat(20_000, 15_000, Depth.UINT8, 1)
    pixels = np.broadcast_to(np.uint8(7), (15_000, 20_000, 1))  # 300 megapixels that take no memory
    display = PictureDisplay(whole, pixels, thread, complete=False)
    overview = display._overviews[0]
    assert overview.width() * overview.height() <= 4_000_000
    for level in range(display._level):
        image = display.render(Cell(level, 1, 1))
        assert (image.width(), image.height()) == (BLOCK, BLOCK)


def test_memory_for_tiles_is_bounded(thread):
    from burnish.hosts.standalone import display as module

    pixels = np.broadcast_to(np.uint8(7), (40_000, 40_000, 1))
    display = PictureDisplay(PixelFormat(40_000, 40_000, Depth.UINT8, 1), pixels, thread, complete=False)
    tile = QtGui.QImage(1, 1, QtGui.QImage.Format.Format_RGB32)
    for number in range(module._TILES_KEPT + 50):
        display.take(Cell(0, number % 70, number // 70), tile)
    assert len(display._tiles) == module._TILES_KEPT
