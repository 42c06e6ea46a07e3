"""The list of jobs that wait for the running one."""

from __future__ import annotations

from burnish.language import _
from burnish.panel import wording
from burnish.panel.controller import Controller
from burnish.panel.orders import QueuedOrder
from burnish.panel.parts import Entry, caption, clear, column, listen, quiet
from burnish.qt import QtWidgets

_LINES = 5


class WaitingList(QtWidgets.QWidget):
    """What waits, each with the layer it is for, and a button that takes it out."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._state = controller.state
        self._lines = column(spacing=6)
        self.more = quiet()
        self.held = quiet()
        self.remove: list[QtWidgets.QPushButton] = []
        self.setLayout(column(caption(_("Waiting")), self.held, self._lines, self.more))
        listen(self, self._build, self._state.queue_changed)
        listen(self, self._show_held, self._state.phase_changed)
        self._build()

    def _build(self) -> None:
        had_focus = [button.hasFocus() for button in self.remove]
        clear(self._lines)
        self.remove = []
        for entry in self._state.queue[:_LINES]:
            self._lines.addWidget(self._line(entry))
        rest = len(self._state.queue) - len(self.remove)
        self.more.setText(wording.queue_text(rest) if rest > 0 else "")
        self.more.setVisible(rest > 0)
        self.setVisible(bool(self._state.queue))
        if True in had_focus and self.remove:  # whoever removes several with the keyboard goes on where they were
            self.remove[min(had_focus.index(True), len(self.remove) - 1)].setFocus()
        self._show_held()

    def _line(self, entry: QueuedOrder) -> QtWidgets.QWidget:
        line = Entry(wording.model_title(entry.order.title), wording.queued_details(entry), _("Remove"))
        line.button.setAccessibleName(_("Remove: {what}").format(what=wording.queued_line(entry)))
        line.button.setToolTip(_("Take this out of the queue"))
        line.button.clicked.connect(lambda _checked=False: self._controller.queue.remove(entry.key))
        self.remove.append(line.button)
        return line

    def _show_held(self) -> None:
        self.held.setText(_("Goes on once the error above is dealt with."))
        self.held.setVisible(self._state.paused)
