"""The window as an artist uses it: real pictures, the real worker, a real X server."""

import re

import numpy as np
import pytest

import burnish.language
from burnish.hosts.standalone.dialogs import Answer, about_dialog, shortcuts_dialog
from burnish.hosts.standalone.files.picture import Metadata, Picture, read_picture, write_picture
from burnish.hosts.standalone.settings import Settings
from burnish.hosts.standalone.window import Window
from burnish.language import use_language, use_translations
from burnish.panel.state import Phase, RegionChoice
from burnish.qt import Qt, QtCore, QtGui, QtWidgets
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.request import Request
from burnish.wire.sentences import Failure
from words import Bracketed, bare_texts
from x_server import keep_screenshot

MODEL = "realesr-animevideov3-x2"
PATIENCE_MS = 60_000


@pytest.fixture
def settings(tmp_path):
    made = Settings(tmp_path / "settings.ini")
    made.language = "en"
    made.theme = "light"
    return made


@pytest.fixture
def window(qtbot, qapp, shared_client, settings):
    made = Window(shared_client, settings)
    made.ask = lambda: Answer.LOSE
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.state.catalogue is not None, timeout=PATIENCE_MS)
    yield made
    made.ask = lambda: Answer.LOSE
    made.close()
    use_language()


@pytest.fixture
def photo(tmp_path):
    """A 16-bit picture with transparency and a profile, as a file."""
    space = QtGui.QColorSpace(QtGui.QColorSpace.NamedColorSpace.DisplayP3)
    pixel_format = PixelFormat(90, 60, Depth.UINT16, 4, profile=bytes(space.iccProfile().data()))
    values = np.random.default_rng(2).integers(0, 65536, (60, 90, 4), np.uint16)
    path = tmp_path / "portrait.tif"
    write_picture(Picture(pixel_format, values, Metadata()), path)
    return path


def opened(qtbot, window, path):
    before = window.stage.document
    window.open_path(path)
    qtbot.waitUntil(lambda: window.stage.document not in (None, before), timeout=PATIENCE_MS)


def enhanced(qtbot, window):
    window.state.choose_model(MODEL)
    window.controller.start()
    qtbot.waitUntil(lambda: window.state.phase is not Phase.RUNNING, timeout=PATIENCE_MS)
    assert window.state.failure is None


def saved(qtbot, window, path):
    window.save_to(path)
    qtbot.waitUntil(lambda: not window.files.is_busy, timeout=PATIENCE_MS)


def test_it_begins_with_an_invitation(window):
    assert window.pages.currentWidget() is window.empty
    assert not window.actions_by_name["save"].isEnabled()
    assert not window.actions_by_name["enhance"].isEnabled()
    keep_screenshot(window, "window-empty")


def test_open_enhance_save_keeps_depth_alpha_and_profile(qtbot, window, photo, tmp_path, shared_client):
    opened(qtbot, window, photo)
    assert window.panel.layer.details.text() == "90×60 · 16-bit · Display P3"
    enhanced(qtbot, window)
    assert window.stage.result.complete
    saved(qtbot, window, tmp_path / "out.tif")
    out = read_picture(tmp_path / "out.tif")
    original = read_picture(photo)
    assert (out.format.width, out.format.height) == (180, 120)
    assert (out.format.depth, out.format.channels, out.format.profile) == (
        original.format.depth,
        original.format.channels,
        original.format.profile,
    )
    from burnish.client import Layer

    with shared_client.submit(Request(model=MODEL), Layer(original.format, original.pixels.data)) as job:
        list(job.events())
        assert out.pixels.tobytes() == bytes(job.result())
    assert window.stage.result.saved
    keep_screenshot(window, "window-done")


def test_strength_acts_at_once_on_the_canvas_and_exactly_in_the_file(qtbot, window, photo, tmp_path):
    opened(qtbot, window, photo)
    window.state.choose_scale(1.0)
    enhanced(qtbot, window)
    window.panel.strength.slider.setValue(0)
    assert window.stage.result.strength == 0
    saved(qtbot, window, tmp_path / "nothing.tif")
    assert np.array_equal(read_picture(tmp_path / "nothing.tif").pixels, read_picture(photo).pixels)
    window.panel.strength.slider.setValue(100)
    saved(qtbot, window, tmp_path / "everything.tif")
    assert not np.array_equal(read_picture(tmp_path / "everything.tif").pixels, read_picture(photo).pixels)


def test_the_canvas_shows_the_original_at_strength_0_and_the_result_at_1(qtbot, window, tmp_path):
    path = tmp_path / "grey.png"
    values = np.random.default_rng(4).integers(0, 256, (64, 96, 3)).astype(np.uint8)
    write_picture(Picture(PixelFormat(96, 64, Depth.UINT8, 3), values, Metadata()), path)
    opened(qtbot, window, path)
    window.state.choose_scale(1.0)
    before = canvas_pixels(qtbot, window)
    enhanced(qtbot, window)
    full = canvas_pixels(qtbot, window)
    window.state.set_strength(0.5)
    half = canvas_pixels(qtbot, window)
    window.state.set_strength(0.0)
    none = canvas_pixels(qtbot, window)
    assert np.array_equal(none, before)
    assert np.abs(full.astype(int) - before).max() > 20
    assert np.abs(half.astype(float) - (full.astype(float) + before) / 2).max() <= 2


def canvas_pixels(qtbot, window) -> np.ndarray:
    qtbot.wait(150)  # the canvas repaints a little after a change
    window.canvas.grab()  # which asks for what is not there yet
    qtbot.waitUntil(lambda: window.stage.is_settled, timeout=PATIENCE_MS)
    image = window.canvas.grab().toImage().convertToFormat(QtGui.QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), np.uint8)
    return rows.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 3].copy()


def test_a_region_drawn_with_the_mouse_is_what_is_enhanced(qtbot, window, photo, tmp_path):
    opened(qtbot, window, photo)
    canvas = window.canvas
    start, end = (canvas.view.to_canvas(*point) for point in ((10, 20), (50, 50)))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QtCore.QPoint(*map(round, start)))
    qtbot.mouseMove(canvas, QtCore.QPoint(*map(round, end)))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QtCore.QPoint(*map(round, end)))
    assert canvas.band.rect == Rect(10, 20, 40, 30)
    qtbot.waitUntil(lambda: window.state.region is RegionChoice.SELECTION, timeout=PATIENCE_MS)
    keep_screenshot(window, "window-region")
    window.state.choose_scale(1.0)
    enhanced(qtbot, window)
    saved(qtbot, window, tmp_path / "region.tif")
    out, original = read_picture(tmp_path / "region.tif").pixels, read_picture(photo).pixels
    inside = np.zeros(out.shape[:2], bool)
    inside[20:50, 10:50] = True
    assert np.array_equal(out[~inside], original[~inside])
    assert not np.array_equal(out[inside], original[inside])
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.band.rect is None
    qtbot.waitUntil(lambda: window.state.region is RegionChoice.LAYER, timeout=PATIENCE_MS)


def test_undo_is_one_step_and_redo_brings_everything_back(qtbot, window, photo, tmp_path):
    opened(qtbot, window, photo)
    enhanced(qtbot, window)
    window.state.set_strength(0.5)
    window.actions_by_name["undo"].trigger()
    assert window.stage.result is None
    assert window.state.result is None
    assert not window.actions_by_name["undo"].isEnabled()
    window.actions_by_name["redo"].trigger()
    assert window.stage.result is not None
    assert window.state.result.strength == 0.5
    saved(qtbot, window, tmp_path / "out.tif")
    assert read_picture(tmp_path / "out.tif").format.width == 180


def test_stopping_keeps_what_is_finished_and_the_file_is_whole(qtbot, window, tmp_path):
    path = tmp_path / "wide.png"
    values = np.full((128, 256, 3), 90, np.uint8)
    write_picture(Picture(PixelFormat(256, 128, Depth.UINT8, 3), values, Metadata()), path)
    opened(qtbot, window, path)
    window.state.choose_model(MODEL)
    order = window.state.order()
    from dataclasses import replace

    window.controller.submit(replace(order, request=replace(order.request, tile="64")))
    qtbot.waitUntil(lambda: window.stage.result is not None and bool(window.stage.result.finished), timeout=PATIENCE_MS)
    keep_screenshot(window, "window-running")
    window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: window.state.phase is not Phase.RUNNING, timeout=PATIENCE_MS)
    saved(qtbot, window, tmp_path / "out.png")
    out = read_picture(tmp_path / "out.png")
    assert (out.format.width, out.format.height) == (512, 256)
    assert out.pixels.min() > 40  # nothing is black: what was not finished is the original


def test_a_result_becomes_the_picture_to_go_on_from(qtbot, window, photo):
    opened(qtbot, window, photo)
    enhanced(qtbot, window)
    before = window.stage.document
    window.actions_by_name["go-on"].trigger()
    qtbot.waitUntil(lambda: window.stage.document is not before, timeout=PATIENCE_MS)
    assert window.stage.document.picture.format.width == 180
    assert window.stage.result is None
    enhanced(qtbot, window)
    assert window.stage.result.result.format.width == 360


def test_copy_and_paste_keep_every_bit(qtbot, window, photo):
    opened(qtbot, window, photo)
    original = window.stage.document.picture
    window.actions_by_name["copy"].trigger()
    qtbot.waitUntil(lambda: not window.files.is_busy, timeout=PATIENCE_MS)
    assert QtWidgets.QApplication.clipboard().mimeData().hasFormat("image/png")
    window.actions_by_name["paste"].trigger()
    qtbot.waitUntil(lambda: window.stage.document.path is None, timeout=PATIENCE_MS)
    pasted = window.stage.document.picture
    assert pasted.format.depth is Depth.UINT16
    assert np.array_equal(pasted.pixels, original.pixels)


def test_an_image_of_another_program_is_pasted(qtbot, window):
    image = QtGui.QImage(30, 20, QtGui.QImage.Format.Format_RGB32)
    image.fill(QtGui.QColor(10, 200, 30))
    QtWidgets.QApplication.clipboard().setImage(image)
    window.paste()
    qtbot.waitUntil(lambda: window.stage.document is not None, timeout=PATIENCE_MS)
    assert window.stage.document.picture.pixels[0, 0].tolist()[:3] == [10, 200, 30]


def test_a_dropped_file_is_opened(qtbot, window, photo):
    data = QtCore.QMimeData()
    data.setUrls([QtCore.QUrl.fromLocalFile(str(photo))])
    left, none, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QtGui.QDragEnterEvent(QtCore.QPoint(200, 200), copy, data, left, none)
    QtWidgets.QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QtGui.QDropEvent(QtCore.QPointF(200, 200), copy, data, left, none)
    QtWidgets.QApplication.sendEvent(window, drop)
    qtbot.waitUntil(lambda: window.stage.document is not None, timeout=PATIENCE_MS)
    assert window.stage.document.path == photo


def test_a_file_that_is_no_picture_is_a_sentence_with_a_button(qtbot, window, tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("these are not pixels")
    window.open_path(path)
    qtbot.waitUntil(window.notice.isVisible, timeout=PATIENCE_MS)
    assert "notes.png" in window.notice.message.text()
    assert window.notice.fix.text() == "Open another picture…"
    keep_screenshot(window, "window-file-error")


def test_a_folder_that_cannot_be_written_is_a_sentence_and_leaves_nothing(qtbot, window, photo, tmp_path):
    opened(qtbot, window, photo)
    saved(qtbot, window, tmp_path / "no such folder" / "out.png")
    assert window.notice.isVisible()
    assert window.notice.fix.text() == "Save elsewhere…"
    saved(qtbot, window, tmp_path / "out.unknown")
    assert window.notice.isVisible()
    assert sorted(path.name for path in tmp_path.glob("*out*")) == []


def test_saving_that_is_cancelled_leaves_the_old_file(qtbot, window, photo, tmp_path):
    opened(qtbot, window, photo)
    target = tmp_path / "out.tif"
    target.write_text("something dear")
    window.save_to(target)
    errand = window.files._errand
    window.files.cancel()
    assert errand.wait(60)
    assert not window.files.is_busy
    assert target.read_text() == "something dear"
    assert list(tmp_path.glob(".out*")) == []


def test_an_unsaved_result_is_asked_about(qtbot, window, photo):
    opened(qtbot, window, photo)
    enhanced(qtbot, window)
    asked = []
    window.ask = lambda: asked.append(1) or Answer.STAY
    window.close()
    assert asked == [1]
    assert window.isVisible()
    window.open_path(photo)
    assert asked == [1, 1]
    assert not window.files.is_busy
    window.close_picture()
    assert window.stage.document is not None


def test_before_and_after_is_dragged_on_the_canvas(qtbot, window, photo):
    opened(qtbot, window, photo)
    enhanced(qtbot, window)
    window.actions_by_name["split"].trigger()
    canvas = window.canvas
    assert canvas.split == 0.5
    middle = QtCore.QPoint(round(canvas.split_x()), canvas.height() // 2)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(canvas, middle + QtCore.QPoint(-100, 0))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QtCore.QPoint(-100, 0))
    assert canvas.split_x() == pytest.approx(middle.x() - 100, abs=2)
    assert canvas.band.rect is None
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.split_x() > middle.x() - 100
    keep_screenshot(window, "window-before-after")


def test_holding_b_shows_the_picture_before(qtbot, window, photo):
    opened(qtbot, window, photo)
    window.state.choose_scale(1.0)
    before = canvas_pixels(qtbot, window)
    enhanced(qtbot, window)
    after = canvas_pixels(qtbot, window)
    qtbot.keyPress(window.canvas, Qt.Key.Key_B)
    assert np.array_equal(canvas_pixels(qtbot, window), before)
    qtbot.keyRelease(window.canvas, Qt.Key.Key_B)
    assert np.array_equal(canvas_pixels(qtbot, window), after)
    assert not np.array_equal(before, after)


def test_the_wheel_zooms_where_the_mouse_is(qtbot, window, photo):
    opened(qtbot, window, photo)
    canvas = window.canvas
    point = QtCore.QPointF(canvas.width() / 2 + 40, canvas.height() / 2 + 20)
    before = canvas.view.to_document(point.x(), point.y())
    zoom = canvas.view.zoom
    event = QtGui.QWheelEvent(
        point,
        canvas.mapToGlobal(point),
        QtCore.QPoint(),
        QtCore.QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QtWidgets.QApplication.sendEvent(canvas, event)
    assert canvas.view.zoom > zoom
    assert canvas.view.to_document(point.x(), point.y()) == pytest.approx(before, abs=1e-6)


def test_the_theme_is_switched_at_once_and_remembered(qtbot, window, photo, settings):
    opened(qtbot, window, photo)
    window.choose_theme("dark")
    assert window.palette().color(QtGui.QPalette.ColorRole.WindowText).lightness() > 200
    keep_screenshot(window, "window-dark")
    window.choose_theme("light")
    assert window.palette().color(QtGui.QPalette.ColorRole.WindowText).lightness() < 60
    assert settings.theme == "light"


def test_the_theme_follows_the_system(qtbot, window, monkeypatch):
    from burnish.hosts.standalone import theme

    window.choose_theme("system")
    for wanted in (theme.DARK, theme.LIGHT):
        monkeypatch.setattr(theme, "system_look", lambda wanted=wanted: wanted)
        scheme = Qt.ColorScheme.Dark if wanted is theme.DARK else Qt.ColorScheme.Light
        QtGui.QGuiApplication.styleHints().colorSchemeChanged.emit(scheme)
        assert window.look is wanted


def test_the_language_is_switched_at_once_over_the_same_work(qtbot, window, photo):
    opened(qtbot, window, photo)
    enhanced(qtbot, window)
    window.canvas.view.zoom_to(3.0)
    result = window.stage.result
    window.choose_language("zh_CN")
    assert window.stage.result is result
    assert window.canvas.view.zoom == 3.0
    assert window.panel.run_bar.enhance.text() != "&Enhance"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in window.panel.run_bar.enhance.text())
    keep_screenshot(window, "window-chinese")
    standard = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Cancel)
    assert standard.buttons()[0].text().startswith("取消")  # Qt's own words go along
    window.choose_language("en")
    assert window.panel.run_bar.enhance.text().startswith("&Enhance")
    window.state.choose_region(RegionChoice.LAYER)  # the panels of before are gone; nothing of them is called


def test_the_window_remembers(qtbot, window, photo, settings, shared_client):
    opened(qtbot, window, photo)
    window.state.choose_task("denoise")
    window.state.choose_model("waifu2x-photo-x2-denoise2")
    window.close()
    again = Window(shared_client, Settings(settings_file(settings)))
    qtbot.addWidget(again)
    assert again.state.choices.task == "denoise"
    assert again.state.choices.model == "waifu2x-photo-x2-denoise2"
    assert again.settings.recent == (photo,)
    again.close()


def settings_file(settings):
    from pathlib import Path

    return Path(settings._store.fileName())


def test_every_shortcut_belongs_to_one_command(window):
    keys = [key.toString() for action in window.actions_by_name.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert keys


def test_every_word_of_the_window_goes_through_gettext(qtbot, window, photo):
    before = burnish.language._translations
    opened(qtbot, window, photo)
    use_translations(Bracketed())
    try:
        window._rebuild()
        window.busy.show_busy("")
        enhanced(qtbot, window)
        window.notice.show_problem(Failure("file-empty", {"path": "⟦x⟧"}), lambda: None)
        dialogs = [shortcuts_dialog(window), about_dialog(window)]
        bare = {text for root in (window, *dialogs) for text in bare_texts(root)}
        bare -= {window.notice.details.toPlainText(), window.settings.recent[0].name, str(window.settings.recent[0])}
        assert {text for text in bare if not acceptable(text)} == set()
    finally:
        use_translations(before)


def acceptable(text: str) -> bool:
    """File names, names of keys and of languages stay as they are."""
    plain = re.sub("⟦[^⟧]*⟧", " ", text.replace("portrait.tif", ""))
    names = {"Ctrl", "Shift", "Return", "Esc", "F1", "English", "Burnish", "Display", "P3"}
    return set(re.findall("[A-Za-z][A-Za-z0-9]+", plain)) <= names
