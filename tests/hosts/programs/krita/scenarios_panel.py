"""The panel's own conveniences, in Krita's window: a part before and after, and the keyboard."""

from inside import screenshot, wait_until
from scenarios import desk


def scenario_preview():
    """a part before and after, before the run: nothing is added to the picture"""
    document = desk.opened()
    desk.choose()
    document.setModified(False)
    before, history = desk.undo_text(), desk.state().history
    preview = desk.controller().preview
    button = desk.docker().panel.preview.show_button
    assert button.isEnabled()
    button.click()
    wait_until(lambda: not preview.busy and (preview.after is not None or preview.failure is not None), "the preview")
    assert preview.failure is None, preview.failure
    assert preview.before.size() == preview.after.size()
    assert preview.before != preview.after
    assert preview.before.pixelColor(20, 20).alpha() == 255
    assert len(desk.layers(document)) == 1
    assert not document.modified()
    assert desk.undo_text() == before
    assert desk.state().history == history
    screenshot("krita-preview")
    preview.hide()


def scenario_keys():
    """Return and Alt with a letter work inside the docker, and take nothing from Krita's menus"""
    document = desk.opened()
    desk.choose()
    core, widgets, keys = desk.qt("QtCore"), desk.qt("QtWidgets"), desk.qt("QtTest").QTest
    desk.docker().open()
    focus = desk.docker().window().focusWidget()
    assert desk.docker().panel.isAncestorOf(focus), focus
    for button in desk.docker().panel.findChildren(widgets.QAbstractButton):
        assert button.shortcut().isEmpty(), button.text()
    keys.keyClick(focus, core.Qt.Key.Key_E, core.Qt.KeyboardModifier.AltModifier)
    desk.ended()
    keys.keyClick(desk.docker().panel.model.combo, core.Qt.Key.Key_Return)
    desk.activate(document, desk.layers(document)[0])
    desk.ended()
    wait_until(lambda: len(desk.layers(document)) == 3, "the second result")
