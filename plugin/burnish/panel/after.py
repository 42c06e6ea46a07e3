"""The panel's lower end: how strong the result is shown, and what was done before."""

from __future__ import annotations

from burnish.language import _
from burnish.panel import wording
from burnish.panel.controller import Controller
from burnish.panel.parts import CalmSlider, Entry, caption, clear, column, listen, quiet, row
from burnish.panel.state import HistoryEntry, Phase
from burnish.qt import Qt, QtWidgets

_LINES = 5


class Strength(QtWidgets.QWidget):
    """How much of the result is kept. Acts at once: the network does not run again."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._state = controller.state
        self.slider = CalmSlider()
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setToolTip(_("How much of the result is kept; acts at once, without a second run"))
        self.slider.valueChanged.connect(lambda value: self._state.set_strength(value / 100))
        self.value = QtWidgets.QLabel()
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance("100 %"))
        self.line = quiet()
        control = column(caption(_("S&trength"), self.slider), row(self.slider, self.value), spacing=2)
        self.setLayout(column(self.line, control, spacing=12))
        listen(self, self._show, self._state.phase_changed)
        listen(self, self._show, self._state.strength_changed)
        self._show()

    def _show(self) -> None:
        result = self._state.result
        self.setVisible(result is not None and self._state.phase is Phase.DONE)
        if result is None:
            return
        self.line.setText(wording.result_line(result))
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(result.strength * 100))
        self.slider.blockSignals(blocked)
        self.value.setText(f"{self.slider.value()} %")


class History(QtWidgets.QWidget):
    """What was done in this session; each line can be done again on the current layer."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._state = controller.state
        self._lines = column(spacing=6)
        self.again: list[QtWidgets.QPushButton] = []
        self.setLayout(column(caption(_("History")), self._lines))
        listen(self, self._build, self._state.history_changed)
        listen(self, self._enable, self._state.layer_changed, self._state.choices_changed)
        self._build()

    def _build(self) -> None:
        clear(self._lines)
        self.again = []
        for entry in self._state.history[:_LINES]:
            self._lines.addWidget(self._line(entry))
        self.setVisible(bool(self._state.history))
        self._enable()

    def _line(self, entry: HistoryEntry) -> QtWidgets.QWidget:
        line = Entry(wording.model_title(entry.order.title), wording.history_details(entry), _("Again"))
        line.button.setAccessibleName(_("Again: {what}").format(what=wording.history_line(entry)))
        line.button.setToolTip(_("Do the same on the current layer"))
        line.button.clicked.connect(lambda _checked=False: self._controller.repeat(entry))
        self.again.append(line.button)
        return line

    def _enable(self) -> None:
        for button in self.again:
            button.setEnabled(self._state.fits())
