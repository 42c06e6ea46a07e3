"""The panel by keyboard alone: order, letters, Return, and nothing taken away from the host's own menus."""

import itertools
from collections import Counter

import pytest

from burnish.hosts.memory import MemoryHost
from burnish.language import use_language
from burnish.panel.controller import Controller
from burnish.panel.keys import Caption, mnemonic_of, without_mnemonic
from burnish.panel.orders import QueuedOrder
from burnish.panel.panel import Panel
from burnish.panel.state import Result
from burnish.qt import QAction, Qt, QtCore, QtWidgets
from burnish.wire.geometry import Rect
from burnish.wire.messages import Progress, Stage
from burnish.wire.sentences import Failure
from panel_catalogue import catalogue, facts, noise


class NoClient:
    """These tests never reach a worker."""


@pytest.fixture(params=["en", "zh_CN"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language()


@pytest.fixture
def in_a_host(qtbot, qapp, monkeypatch):
    """A main window with a menu, a canvas, and the panel in a dock; what Enhance submits is noted."""
    controller = Controller(MemoryHost(noise(600, 400)), NoClient())
    controller.state.know_catalogue(catalogue(best_seconds=76))
    controller.submitted = []
    monkeypatch.setattr(controller, "submit", controller.submitted.append)
    window = QtWidgets.QMainWindow()
    window.opened = []
    menu = window.menuBar().addMenu("&Edit")
    menu.aboutToShow.connect(lambda: window.opened.append("Edit"))
    other = QAction("Confirm", window)
    other.setShortcut("Return")
    other.triggered.connect(lambda: window.opened.append("Confirm"))
    window.addAction(other)
    window.canvas = QtWidgets.QLineEdit()
    window.setCentralWidget(window.canvas)
    dock = QtWidgets.QDockWidget("Burnish", window)
    window.panel = Panel(controller)
    dock.setWidget(window.panel)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    qtbot.addWidget(window)
    window.resize(900, 900)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    yield window
    menu.close()
    controller.close()


def everything_shown(panel):
    """A run, a queue, a result, an error, a history: every control that there is, one state after the other."""
    state = panel.controller.state
    yield
    state.start(state.order(), facts())
    state.know_progress(Progress("job", Stage.RUNNING, tiles_done=1, tiles=4))
    state.know_queue((QueuedOrder(1, state.order(), "Face"), QueuedOrder(2, state.order(), "Hat")))
    yield
    panel.controller.preview._open(is_open=True)
    state.finish(Result(state.order(), facts().format, Rect(0, 0, 600, 400), seconds=3), "11:00", "Face")
    yield
    state.fail(Failure("out-of-memory"), facts())
    yield


def test_tab_goes_from_top_to_bottom(qtbot, in_a_host):
    panel = in_a_host.panel
    content = panel.widget()
    for _state in everything_shown(panel):
        qtbot.wait(20)
        panel.tasks.buttons["upscale"].setFocus()
        places = []
        for _step in range(40):
            focus = in_a_host.focusWidget()
            if focus is None or not content.isAncestorOf(focus) or (places and focus is places[0][1]):
                break
            places.append((focus.mapTo(content, QtCore.QPoint(0, focus.height() // 2)).y(), focus))
            qtbot.keyClick(focus, Qt.Key.Key_Tab)
        tops = [top for top, _focus in places]
        assert len(tops) >= 6
        assert all(after >= before - 12 for before, after in itertools.pairwise(tops)), places


def test_every_letter_means_one_thing(in_a_host, language):
    panel = Panel(in_a_host.panel.controller)
    panel.show()
    for _state in everything_shown(panel):
        texts = [button.text() for button in panel.findChildren(QtWidgets.QAbstractButton) if button.isVisible()]
        texts += [caption.text() for caption in panel.findChildren(Caption) if caption.isVisible()]
        letters = Counter(mnemonic_of(text) for text in texts)
        del letters[""]
        assert letters
        assert set(letters.values()) == {1}, letters
    panel.close()
    panel.deleteLater()


def test_no_letter_is_taken_from_the_host(in_a_host):
    panel = in_a_host.panel
    for _state in everything_shown(panel):
        for button in panel.findChildren(QtWidgets.QAbstractButton):
            assert button.shortcut().isEmpty(), button.text()
        for label in panel.findChildren(QtWidgets.QLabel):
            assert label.buddy() is None, label.text()


def test_inside_the_panel_a_letter_is_the_panels(qtbot, in_a_host):
    panel = in_a_host.panel
    qtbot.keyClick(panel.tasks.buttons["upscale"], Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert in_a_host.focusWidget() is panel.model.combo
    qtbot.keyClick(panel.model.combo, Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)
    assert len(panel.controller.submitted) == 1
    assert in_a_host.opened == []


def test_a_letter_brings_its_control_into_sight(qtbot, in_a_host):
    panel = in_a_host.panel
    in_a_host.resize(900, 300)
    qtbot.wait(20)
    panel.verticalScrollBar().setValue(panel.verticalScrollBar().maximum())
    assert panel.model.combo.mapTo(panel.viewport(), QtCore.QPoint(0, 0)).y() < 0
    qtbot.keyClick(panel.run_bar.enhance, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert panel.model.combo.mapTo(panel.viewport(), QtCore.QPoint(0, 0)).y() >= 0


def test_a_panel_that_is_given_the_keyboard_can_be_used_at_once(qtbot, in_a_host):
    in_a_host.canvas.setFocus()
    in_a_host.panel.setFocus()
    focus = in_a_host.focusWidget()
    assert in_a_host.panel.isAncestorOf(focus)
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert len(in_a_host.panel.controller.submitted) == 1


def test_outside_it_is_the_hosts(qtbot, in_a_host):
    in_a_host.canvas.setFocus()
    qtbot.keyClick(in_a_host.canvas, Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)
    assert in_a_host.panel.controller.submitted == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_enhances_wherever_the_focus_is_on_no_button(qtbot, in_a_host, key):
    panel = in_a_host.panel
    for widget in (panel.model.combo, panel.size_chooser.scale, next(iter(panel.region.buttons.values()))):
        widget.setFocus()
        qtbot.keyClick(widget, key)
    assert len(panel.controller.submitted) == 3
    assert in_a_host.opened == []


def test_return_presses_the_button_that_has_the_focus(qtbot, in_a_host):
    panel = in_a_host.panel
    button = panel.tasks.buttons["denoise"]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert panel.controller.state.choices.task == "denoise"
    assert panel.controller.submitted == []
    panel.run_bar.enhance.setFocus()
    qtbot.keyClick(panel.run_bar.enhance, Qt.Key.Key_Return)
    assert len(panel.controller.submitted) == 1


def test_cancel_is_pressed_with_space_and_its_menu_opened_with_down(qtbot, in_a_host, monkeypatch):
    panel = in_a_host.panel
    controller, cancel = panel.controller, panel.run_bar.progress.cancel
    cancelled = []
    monkeypatch.setattr(controller, "cancel", lambda **values: cancelled.append(values))
    controller.state.start(controller.state.order())
    cancel.setFocus()
    qtbot.keyClick(cancel, Qt.Key.Key_Space)
    assert cancelled == [{}]
    seen = []

    def take_the_other():
        menu = QtWidgets.QApplication.activePopupWidget()
        seen.append([action.text() for action in menu.actions() if action.isChecked()])
        cancel.discard.trigger()
        menu.close()

    QtCore.QTimer.singleShot(100, take_the_other)
    qtbot.keyClick(cancel, Qt.Key.Key_Down)
    assert seen == [["Keep the finished tiles"]]
    assert cancelled == [{}, {}]
    assert not controller.state.keep_on_cancel
    assert cancel.discard.isChecked()
    assert "take everything away" in cancel.toolTip()


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language()


@pytest.mark.parametrize(
    ("text", "letter", "read"),
    [
        ("&Model", "m", "Model"),
        ("S&trength", "t", "Strength"),
        ("模型(&M)", "m", "模型"),
        ("Salt && pepper", "", "Salt & pepper"),
        ("Plain", "", "Plain"),
        ("A & B", "", "A  B"),
    ],
)
def test_a_text_and_its_letter(text, letter, read):
    assert mnemonic_of(text) == letter
    assert without_mnemonic(text) == read
