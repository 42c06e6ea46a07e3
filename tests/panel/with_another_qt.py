"""Shows the panel under whichever Qt binding the first argument names; run by test_qt.py in a fresh interpreter."""

import importlib
import sys
import time

importlib.import_module(f"{sys.argv[1]}.QtCore")  # as a host would have done

from burnish.hosts.memory import MemoryHost  # noqa: E402
from burnish.panel.controller import Controller  # noqa: E402
from burnish.panel.panel import Panel  # noqa: E402
from burnish.panel.state import QueuedOrder, Result  # noqa: E402
from burnish.qt import BINDING, Qt, QtCore, QtGui, QtWidgets  # noqa: E402
from burnish.wire.geometry import Rect  # noqa: E402
from burnish.wire.messages import Progress, Stage  # noqa: E402
from burnish.wire.sentences import Failure  # noqa: E402
from panel_catalogue import catalogue, facts, noise  # noqa: E402


class OnlyModels:
    def models(self):
        return catalogue(best_seconds=10)


application = QtWidgets.QApplication([])
controller = Controller(MemoryHost(noise(600, 400)), OnlyModels())
panel = Panel(controller)
panel.resize(300, 800)
panel.show()
controller.ask_catalogue()
deadline = time.monotonic() + 30
while controller.state.catalogue is None and time.monotonic() < deadline:
    application.processEvents()
state = controller.state
assert state.catalogue is not None
keys = importlib.import_module(f"{BINDING}.QtTest").QTest
started = []
controller.submit = started.append
keys.keyClick(panel.tasks.buttons["upscale"], Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
assert panel.window().focusWidget() is panel.model.combo
keys.keyClick(panel.model.combo, Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)
keys.keyClick(panel.model.combo, Qt.Key.Key_Return)
assert len(started) == 2
preview = controller.preview
preview._open(is_open=True)
preview.crop = preview._wanted()
preview.before = preview.after = QtGui.QImage(268, 140, QtGui.QImage.Format.Format_RGBA8888)
preview.before.fill(QtGui.QColor(1, 2, 3, 100))
preview.changed()
keys.mousePress(panel.preview.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QtCore.QPoint(50, 50))
keys.mouseRelease(panel.preview.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QtCore.QPoint(50, 50))
keys.keyClick(panel.preview.view, Qt.Key.Key_Left)
assert panel.preview.view.divider < 0.5
assert not panel.grab().isNull()
state.start(state.order(), facts())
state.know_progress(Progress("job", Stage.RUNNING, tiles_done=1, tiles=4))
state.know_queue((QueuedOrder(1, state.order(), "Face"),))
panel.run_bar.progress.cancel.discard.trigger()
assert not state.keep_on_cancel
assert panel.run_bar.add.isEnabled()
assert not panel.grab().isNull()
state.finish(Result(state.order(), facts().format, Rect(0, 0, 600, 400), seconds=3), "11:00", "Face")
state.fail(Failure("out-of-memory"))
panel.run_bar.error.details_button.click()
panel.run_bar.error.copy.click()
panel.tasks.buttons["denoise"].click()
panel.strength.slider.setValue(30)
application.processEvents()
assert state.result.strength == 0.3
assert not panel.grab().isNull()
other = {"PyQt5": "PyQt6", "PyQt6": "PyQt5"}[BINDING]
assert f"{other}.QtCore" not in sys.modules
print(BINDING)  # noqa: T201 - test_qt.py reads it
