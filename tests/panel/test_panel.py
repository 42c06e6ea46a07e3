"""The panel's widgets: what they show, that a keyboard is enough, that every control has a name, and 300 pixels."""

import pytest

import burnish.language
from burnish.hosts.memory import MemoryHost
from burnish.hosts.standalone.theme import LIGHT, apply_look
from burnish.language import use_language, use_translations
from burnish.panel.controller import Controller
from burnish.panel.panel import NARROWEST, Panel
from burnish.panel.state import HistoryEntry, Phase, QueuedOrder, Result
from burnish.qt import Qt, QtCore, QtGui, QtWidgets
from burnish.wire.geometry import Rect
from burnish.wire.messages import Accepted, Done, Progress, Stage
from burnish.wire.sentences import Failure, Note
from panel_catalogue import catalogue, facts, noise
from words import Bracketed, bare_texts
from x_server import keep_screenshot

_CONTROLS = (
    QtWidgets.QAbstractButton,
    QtWidgets.QComboBox,
    QtWidgets.QSlider,
    QtWidgets.QProgressBar,
    QtWidgets.QPlainTextEdit,
)


class NoClient:
    """These tests never reach a worker."""

    def models(self):
        raise NotImplementedError

    def submit(self, request, layer):
        raise NotImplementedError

    def blend(self, request, layer, earlier):
        raise NotImplementedError


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language()


@pytest.fixture
def panel(qtbot, qapp):
    host = MemoryHost(noise(600, 400))
    controller = Controller(host, NoClient())
    controller.state.know_catalogue(catalogue(best_seconds=76, fast_seconds=2))
    made = Panel(controller)
    qtbot.addWidget(made)
    made.resize(NARROWEST, 760)
    made.show()
    qtbot.waitExposed(made)
    return made


def run_in_progress(panel):
    state = panel.controller.state
    state.start(state.order())
    accepted = Accepted(
        "job", facts().format, "", 34, 256, 256, 38.0, 1 << 20, "best", Note("model-best-fits", {"seconds": "38"}),
        "torch", "cpu", "float32", Note("engine-only"),
    )  # fmt: skip
    state.know_accepted(accepted)
    state.know_progress(Progress("job", Stage.RUNNING, tiles_done=14, tiles=34, seconds_left=22.0))


def finished(panel):
    state = panel.controller.state
    done = Done("job", 38.0, 34, 1.0, "best", "torch", "cpu", "float32")
    result = Result(state.order(), facts().format, Rect(0, 0, 600, 400), seconds=38.0, done=done)
    state.finish(result, "11:02", "Background")


def test_the_panel_shows_the_layer_and_what_would_happen(panel):
    assert panel.layer.title.text() == "Portrait › Background"
    assert panel.layer.details.text() == "600×400 · 8-bit"
    assert panel.size_chooser.details.text() == "600×400 → 2400×1600"
    assert panel.run_bar.enhance.text() == "&Enhance · about 18 s"
    assert panel.run_bar.enhance.isVisible() and panel.run_bar.enhance.isEnabled()
    assert not panel.run_bar.progress.isVisible()
    assert not panel.strength.isVisible()


def test_running_shows_progress_and_cancel_instead_of_enhance(panel):
    run_in_progress(panel)
    assert not panel.run_bar.enhance.isVisible()
    assert panel.run_bar.progress.text.text() == "14 of 34 tiles · 22 s left"
    assert panel.run_bar.progress.bar.value() == round(1000 * 14 / 34)
    assert panel.model.combo.isEnabled()  # for the next one
    keep_screenshot(panel, "panel-running-300")


def test_while_one_runs_another_can_be_put_behind_it(panel, qtbot, monkeypatch):
    submitted = []
    monkeypatch.setattr(panel.controller, "submit", submitted.append)
    assert not panel.run_bar.add.isVisible()
    run_in_progress(panel)
    assert panel.run_bar.add.isVisible() and panel.run_bar.add.isEnabled()
    qtbot.mouseClick(panel.run_bar.add, Qt.MouseButton.LeftButton)
    assert len(submitted) == 1
    panel.controller.host.open(None)
    assert not panel.run_bar.add.isEnabled()


def test_what_waits_is_listed_with_its_layer_and_can_be_taken_out(panel, qtbot, monkeypatch):
    removed = []
    monkeypatch.setattr(panel.controller.queue, "remove", removed.append)
    assert not panel.waiting.isVisible()
    run_in_progress(panel)
    order = panel.controller.state.order()
    panel.controller.state.know_queue(tuple(QueuedOrder(key, order, f"Layer {key}", "Portrait") for key in range(1, 9)))
    assert panel.waiting.isVisible()
    assert len(panel.waiting.remove) == 5
    assert panel.waiting.more.text() == "3 more are waiting"
    texts = [label.text() for label in panel.waiting.findChildren(QtWidgets.QLabel)]
    assert "Automatic" in texts and "Portrait › Layer 1" in texts
    assert panel.waiting.remove[1].accessibleName() == "Remove: Automatic on Portrait › Layer 2"
    qtbot.mouseClick(panel.waiting.remove[1], Qt.MouseButton.LeftButton)
    assert removed == [2]
    keep_screenshot(panel, "panel-waiting-300")
    panel.controller.state.fail(Failure("out-of-memory"), facts())
    assert panel.waiting.held.isVisible()
    panel.controller.state.dismiss_failure()
    assert not panel.waiting.held.isVisible()


def test_progress_names_the_layer_that_is_not_the_current_one_any_more(panel):
    state = panel.controller.state
    state.start(state.order(), state.layer)
    assert panel.run_bar.progress.details.text() == ""
    panel.controller.host.layer_name = "Another"
    panel.controller.host.open(noise(50, 50))
    assert panel.run_bar.progress.details.text() == "Portrait › Background"


def test_cancel_does_what_was_chosen_last(panel, qtbot, monkeypatch):
    cancelled = []
    monkeypatch.setattr(panel.controller, "cancel", lambda: cancelled.append(panel.controller.state.keep_on_cancel))
    run_in_progress(panel)
    cancel = panel.run_bar.progress.cancel
    assert cancel.keep.isChecked() and not cancel.discard.isChecked()
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton, pos=QtCore.QPoint(10, 10))
    cancel.discard.trigger()
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton, pos=QtCore.QPoint(10, 10))
    assert cancelled == [True, False, False]
    assert cancel.discard.isChecked() and not cancel.keep.isChecked()


def takes_wheel(widget) -> bool:
    """Turn the wheel over a widget; what that does not take, its scroll area gets."""
    middle = QtCore.QPointF(widget.rect().center())
    event = QtGui.QWheelEvent(
        middle, QtCore.QPointF(widget.mapToGlobal(middle.toPoint())), QtCore.QPoint(), QtCore.QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QtWidgets.QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_scrolling_through_a_low_docker_changes_no_choice(panel, qtbot):
    finished(panel)
    panel.resize(NARROWEST, 240)
    qtbot.wait(20)
    choices = panel.controller.state.choices
    for widget in (panel.model.combo, panel.size_chooser.scale, panel.size_chooser.place, panel.strength.slider):
        assert not takes_wheel(widget)
    assert panel.controller.state.choices == choices
    assert panel.controller.state.result.strength == 1.0
    panel.activateWindow()
    panel.strength.slider.setFocus()
    qtbot.waitUntil(panel.strength.slider.hasFocus)
    assert takes_wheel(panel.strength.slider)  # this one is meant for it
    assert panel.controller.state.result.strength < 1.0


def test_a_refusal_stands_where_the_layer_is(panel, monkeypatch):
    sentence = "The layer is locked. Unlock it in the list of layers."
    assert not panel.layer.refusal.isVisible()
    monkeypatch.setattr(panel.controller.host, "current_layer", lambda: facts(refusal=sentence))
    monkeypatch.setattr(panel.controller.host, "limits", lambda: ("What is visible is not known here.",))
    panel.controller.look_at_host()
    assert panel.layer.refusal.isVisible() and panel.layer.refusal.text() == sentence
    assert not panel.layer.remark.isVisible()
    assert not panel.run_bar.enhance.isEnabled()
    monkeypatch.setattr(panel.controller.host, "current_layer", facts)
    panel.controller.look_at_host()
    assert not panel.layer.refusal.isVisible()
    assert panel.layer.remark.text() == "What is visible is not known here."


def test_the_place_says_what_happens_to_the_picture(panel):
    assert [panel.size_chooser.place.itemText(index) for index in range(2)] == ["Scale the image", "New image"]
    panel.controller.state.choose_scale(1.0)
    assert [panel.size_chooser.place.itemText(index) for index in range(3)] == [
        "New layer", "Replace the layer", "New image",
    ]  # fmt: skip


def test_done_shows_strength_and_history(panel):
    finished(panel)
    assert panel.strength.isVisible()
    panel.strength.slider.setValue(80)
    assert panel.controller.state.result.strength == 0.8
    assert panel.strength.value.text() == "80 %"
    assert len(panel.history.again) == 1
    keep_screenshot(panel, "panel-done-300")


def test_an_error_is_a_sentence_a_button_and_details_that_can_be_copied(panel, qtbot):
    state = panel.controller.state
    state.start(state.order())
    state.fail(Failure("out-of-memory", {}, "torch.OutOfMemoryError at line 7"))
    card = panel.run_bar.error
    assert card.isVisible()
    assert card.message.text() == "There is not enough memory, even with the smallest tile."
    assert card.fix.text() == "Use the fast model"
    assert not card.details.isVisible()
    qtbot.mouseClick(card.details_button, Qt.MouseButton.LeftButton)
    assert card.details.isVisible()
    qtbot.mouseClick(card.copy, Qt.MouseButton.LeftButton)
    assert "torch.OutOfMemoryError at line 7" in QtWidgets.QApplication.clipboard().text()
    keep_screenshot(panel, "panel-error-300")
    qtbot.mouseClick(card.dismiss, Qt.MouseButton.LeftButton)
    assert not card.isVisible()


def test_choosing_a_task_by_mouse_changes_models_and_size(panel, qtbot):
    qtbot.mouseClick(panel.tasks.buttons["denoise"], Qt.MouseButton.LeftButton)
    state = panel.controller.state
    assert state.choices.task == "denoise"
    assert panel.model.combo.currentData() == "gentle"
    assert panel.size_chooser.details.text() == "600×400 → 600×400"


def test_a_selection_switches_the_region(panel):
    assert not panel.region.buttons[list(panel.region.buttons)[1]].isEnabled()
    panel.controller.host.select(Rect(0, 0, 50, 40))
    selection = list(panel.region.buttons.values())[1]
    assert selection.isEnabled() and selection.isChecked()
    assert panel.size_chooser.details.text() == "50×40 → 200×160"


def test_every_control_can_be_reached_and_used_with_the_keyboard(panel, qtbot):
    finished(panel)
    panel.controller.state.fail(Failure("out-of-memory"))
    panel.run_bar.error.details_button.setChecked(True)
    panel.activateWindow()
    panel.tasks.buttons["upscale"].setFocus()
    reached = set()
    for _ in range(60):
        focus = panel.window().focusWidget()
        reached.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    unreached = [
        control
        for control in controls(panel)
        if control.isVisible()
        and control.isEnabled()
        and control not in reached
        and not in_reached_group(control, reached)
        and not isinstance(control, QtWidgets.QProgressBar)
    ]
    assert unreached == []


def in_reached_group(control, reached) -> bool:
    """Radio and task buttons are one stop; the arrow keys go from one to the next."""
    if not isinstance(control, QtWidgets.QAbstractButton):
        return False
    group = control.group()
    if group is not None:
        return any(button in reached for button in group.buttons())
    siblings = control.parentWidget().findChildren(QtWidgets.QRadioButton)
    return control in siblings and any(button in reached for button in siblings)


def test_space_presses_enhance(panel, qtbot, monkeypatch):
    started = []
    monkeypatch.setattr(panel.controller, "submit", started.append)
    panel.run_bar.enhance.setFocus()
    qtbot.keyClick(panel.run_bar.enhance, Qt.Key.Key_Space)
    assert len(started) == 1


def test_every_control_has_an_accessible_name(panel):
    run_in_progress(panel)
    finished(panel)
    panel.controller.state.fail(Failure("out-of-memory"))
    nameless = [control for control in controls(panel) if not control.accessibleName().strip()]
    assert nameless == []


def controls(panel):
    return [widget for kind in _CONTROLS for widget in panel.findChildren(kind) if _is_ours(widget)]


def _is_ours(widget) -> bool:
    """Not a part that Qt makes inside a scroll bar or a combo box's list."""
    parents = []
    parent = widget.parent()
    while parent is not None:
        parents.append(type(parent).__name__)
        parent = parent.parent()
    return not {"QComboBox", "QScrollBar", "QPlainTextEdit", "QComboBoxPrivateContainer"} & set(parents)


@pytest.fixture(params=["the host's style", "the window's theme"])
def style(request, qapp):
    """What the panel looks like in a host, and in our own window."""
    palette, sheet = qapp.palette(), qapp.styleSheet()
    qapp.setStyleSheet("")
    if request.param == "the window's theme":
        apply_look(qapp, LIGHT)
    yield request.param
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_nothing_is_cut_off_at_300_pixels(qtbot, qapp, language, style):
    use_language(language)
    host = MemoryHost(
        noise(600, 400), document="A rather long name of a document.kra", name="Copy of the background 12"
    )
    controller = Controller(host, NoClient())
    controller.state.know_catalogue(catalogue(best_seconds=76))
    panel = Panel(controller)
    qtbot.addWidget(panel)
    panel.resize(NARROWEST, 500)  # so low that it has a scroll bar, too
    panel.show()
    qtbot.waitExposed(panel)
    name = f"panel-300-{language}-{'window' if 'window' in style else 'host'}"
    long_sentence = "This layer is a group of layers of several kinds, so it can be read but not painted on. " * 2
    state = controller.state
    state.know_layer(facts(refusal=long_sentence), None, (long_sentence,))
    assert_fits(panel, qtbot)
    run_in_progress(panel)
    state.know_queue(tuple(QueuedOrder(key, state.order(), "A layer with a rather long name") for key in range(9)))
    controller.preview._open(is_open=True)
    assert_fits(panel, qtbot)
    keep_screenshot(panel, f"{name}-running")
    finished(panel)
    state.fail(Failure("model-file-missing", {"path": "/home/artist/models/" + "long-" * 12 + ".pth"}), facts())
    assert_fits(panel, qtbot)
    keep_screenshot(panel, name)
    controller.close()


def assert_fits(panel, qtbot):
    qtbot.wait(50)
    content = panel.widget()
    assert content.width() <= panel.viewport().width()
    for button in panel.findChildren(QtWidgets.QAbstractButton):
        if button.isVisible() and button.text() and _is_ours(button):
            needed = button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))
            assert needed <= button.width(), button.text()
            assert content.rect().contains(QtCore.QRect(button.mapTo(content, QtCore.QPoint()), button.size()))
    for label in panel.findChildren(QtWidgets.QLabel):
        if label.isVisible() and label.wordWrap():
            assert label.heightForWidth(label.width()) <= label.height(), label.text()


# --- untranslated sentences ----------------------------------------------------------------------------------------


def test_every_word_of_the_panel_goes_through_gettext(qtbot, qapp):
    before = burnish.language._translations
    use_translations(Bracketed())
    try:
        controller = Controller(MemoryHost(noise(60, 40)), NoClient())
        controller.state.know_catalogue(catalogue(best_seconds=76))
        panel = Panel(controller)
        qtbot.addWidget(panel)
        bare = set(bare_texts(panel))
        run_in_progress(panel)
        order = controller.state.order()
        controller.state.know_queue(tuple(QueuedOrder(key, order, "Background", "Portrait") for key in range(9)))
        controller.preview._open(is_open=True)
        bare |= set(bare_texts(panel))
        controller.preview._fail(Failure("no-layer"))
        controller.state.choose_cancel(keep=False)
        bare |= set(bare_texts(panel))
        finished(panel)
        bare |= set(bare_texts(panel))
        controller.state.fail(Failure("unknown-model", {"name": "⟦x⟧", "known": "⟦y⟧"}))
        bare |= set(bare_texts(panel)) - {panel.run_bar.error.details.toPlainText()}
        controller.host.open(None)
        bare |= set(bare_texts(panel)) - {panel.run_bar.error.details.toPlainText()}
        assert bare == set()
        assert panel.run_bar.enhance.text().startswith("⟦&Enhance")
    finally:
        use_translations(before)


def test_the_search_for_bare_words_finds_one(qtbot):
    parent = QtWidgets.QWidget()
    qtbot.addWidget(parent)
    QtWidgets.QPushButton("⟦Fine⟧", parent)
    assert bare_texts(parent) == []
    QtWidgets.QPushButton("⟦Fine⟧ but not this", parent)
    assert "⟦Fine⟧ but not this" in bare_texts(parent)


def test_a_history_line_can_be_done_again(panel, qtbot, monkeypatch):
    finished(panel)
    repeated = []
    monkeypatch.setattr(panel.controller, "repeat", repeated.append)
    qtbot.mouseClick(panel.history.again[0], Qt.MouseButton.LeftButton)
    assert isinstance(repeated[0], HistoryEntry)
    assert panel.controller.state.phase is Phase.DONE
