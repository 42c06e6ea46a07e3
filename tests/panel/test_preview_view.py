"""The preview's place in the panel: one line until it is asked for, then two pictures and a line between them."""

import pytest

from burnish.hosts.memory import MemoryHost
from burnish.language import use_language
from burnish.panel.controller import Controller
from burnish.panel.panel import NARROWEST, Panel
from burnish.panel.remembered import Remembered
from burnish.qt import Qt, QtCore, QtGui, QtWidgets
from burnish.wire.sentences import BurnishError
from panel_catalogue import catalogue, noise
from x_server import keep_screenshot


class NoClient:
    """These tests never reach a worker."""


@pytest.fixture
def section(qtbot, qapp, tmp_path):
    """The section of a panel whose pictures are known already: black before, white after."""
    use_language("en")
    controller = Controller(
        MemoryHost(noise(600, 400)), NoClient(), remembered=Remembered("krita", tmp_path / "krita.ini")
    )
    controller.state.know_catalogue(catalogue(best_seconds=2000, fast_seconds=2000))
    panel = Panel(controller)
    qtbot.addWidget(panel)
    panel.resize(NARROWEST, 760)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel.preview
    use_language()


def with_pictures(section):
    preview = section._preview
    preview._open(is_open=True)
    preview.crop = preview._wanted()
    for name, colour in (("before", Qt.GlobalColor.black), ("after", Qt.GlobalColor.white)):
        image = QtGui.QImage(268, 140, QtGui.QImage.Format.Format_RGBA8888)
        image.fill(colour)
        setattr(preview, name, image)
    preview.changed()
    return preview


def colours(section) -> list[str]:
    """What is seen along the middle of the picture."""
    image = section.view.grab().toImage()
    return [image.pixelColor(x, image.height() // 2).name() for x in (30, image.width() - 30)]


def test_until_it_is_asked_for_it_takes_one_line(section):
    assert section.show_button.isVisible() and section.show_button.isEnabled()
    assert not section.view.isVisible() and not section.again.isVisible() and not section.hide_button.isVisible()
    assert section.height() < 40


def test_the_line_between_before_and_after_follows_the_mouse(section, qtbot):
    with_pictures(section)
    assert section.view.isVisible()
    assert colours(section) == ["#000000", "#ffffff"]
    qtbot.mouseMove(section.view, QtCore.QPoint(5, 70))
    qtbot.waitUntil(lambda: section.view.divider < 0.1)
    assert colours(section) == ["#ffffff", "#ffffff"]
    keep_screenshot(section.window(), "panel-preview-300")


def test_the_line_follows_the_arrow_keys_too(section, qtbot):
    with_pictures(section)
    section.view.setFocus()
    for _ in range(20):
        qtbot.keyClick(section.view, Qt.Key.Key_Right)
    assert section.view.divider == 1.0
    assert colours(section) == ["#000000", "#000000"]
    qtbot.keyClick(section.view, Qt.Key.Key_Left)
    assert section.view.divider == pytest.approx(0.95)


def test_dragging_and_shift_with_an_arrow_key_ask_for_another_part(section, qtbot, monkeypatch):
    preview = with_pictures(section)
    moves = []
    monkeypatch.setattr(preview, "move", lambda right, down: moves.append((right, down)))
    view = section.view
    press, release = QtCore.QPoint(100, 60), QtCore.QPoint(60, 100)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=press)
    qtbot.mouseMove(view, release)
    qtbot.waitUntil(lambda: view._moved.x() == -40)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=release)
    assert moves == [(10.0, -10.0)]  # the picture follows the hand; four screen pixels are one of the layer
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=press)
    assert len(moves) == 1  # a click is no drag
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert moves[1] == (0.0, pytest.approx(140 / 4 / 4))


def test_what_was_made_with_other_choices_says_so(section):
    preview = with_pictures(section)
    assert not section.message.isVisible()
    preview._state.choose_scale(2.0)
    assert section.message.text() == "Refresh shows what is chosen now, in about 60 s."
    assert section.again.isEnabled()


def test_it_comes_into_sight_when_it_opens(section, qtbot):
    panel = section.parentWidget().parentWidget().parentWidget()
    assert isinstance(panel, Panel)
    panel.resize(NARROWEST, 240)  # as low as a docker may be
    panel.verticalScrollBar().setValue(0)
    with_pictures(section)
    bottom = QtCore.QPoint(0, section.view.height())
    qtbot.waitUntil(lambda: section.view.mapTo(panel.viewport(), bottom).y() <= panel.viewport().height())
    assert section.view.mapTo(panel.viewport(), QtCore.QPoint(0, 0)).y() >= 0


def test_hiding_it_is_remembered(section, qtbot, tmp_path):
    with_pictures(section)
    assert Remembered("krita", tmp_path / "krita.ini").preview_open
    qtbot.mouseClick(section.hide_button, Qt.MouseButton.LeftButton)
    assert not section.view.isVisible()
    assert section.show_button.hasFocus() or not QtWidgets.QApplication.activeWindow()
    assert not Remembered("krita", tmp_path / "krita.ini").preview_open


def test_a_failure_takes_the_pictures_place(section):
    preview = with_pictures(section)
    preview._fail(BurnishError("no-layer").failure)
    assert section.message.text() == "No picture is open."
    assert not section.view.isVisible()


def test_without_a_layer_it_cannot_be_asked_for(section):
    section._preview._host.open(None)
    assert not section.show_button.isEnabled()


def test_transparency_is_shown_as_squares(section):
    preview = with_pictures(section)
    preview.before.fill(Qt.GlobalColor.transparent)
    preview.changed()
    image = section.view.grab().toImage()
    assert {image.pixelColor(x, 60).name() for x in range(20, 60)} == {"#cccccc", "#999999"}
