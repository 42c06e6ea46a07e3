"""The panel's upper half: which layer, and what to do with which part of it."""

from __future__ import annotations

from pathlib import Path

from burnish.language import _
from burnish.panel import wording
from burnish.panel.controller import Controller
from burnish.panel.parts import (
    Elided,
    QuietLine,
    caption,
    column,
    emphasised,
    fill_combo,
    listen,
    narrow_combo,
    quiet,
    row,
)
from burnish.panel.state import AUTO, RegionChoice
from burnish.qt import QtWidgets
from burnish.wire.request import description_of

_TASKS_IN_A_ROW = 3
_CHOOSE_FILE = "choose-file"


class LayerLine(QtWidgets.QWidget):
    """Which layer will be enhanced, and what it is made of."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._state = controller.state
        self.title = Elided()
        emphasised(self.title)
        self.details = QuietLine()
        self.refusal = QtWidgets.QLabel()
        self.refusal.setWordWrap(True)
        self.remark = quiet()
        self.setLayout(column(caption(_("Layer")), self.title, self.details, self.refusal, self.remark))
        listen(self, self._show, self._state.layer_changed)
        self._show()

    def _show(self) -> None:
        layer = self._state.layer
        self.title.setText(wording.layer_title(layer) if layer else _("No picture is open"))
        self.details.setText(wording.layer_details(layer) if layer else "")
        self.details.setVisible(layer is not None)
        refusal = layer.refusal if layer else ""
        self.refusal.setText(refusal)
        self.refusal.setVisible(bool(refusal))
        self.remark.setText("\n".join(self._state.limits))
        self.remark.setVisible(bool(self._state.limits) and not refusal)


class TaskButtons(QtWidgets.QWidget):
    """One button a task; the pressed one is the task."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._state = controller.state
        self._grid = QtWidgets.QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._group = QtWidgets.QButtonGroup(self)
        self.buttons: dict[str, QtWidgets.QPushButton] = {}
        self.setLayout(column(caption(_("Task")), self._grid))
        listen(self, self._build, self._state.catalogue_changed)
        listen(self, self._show, self._state.choices_changed)
        self._build()

    def _build(self) -> None:
        for button in self.buttons.values():
            self._group.removeButton(button)
            button.deleteLater()
        self.buttons.clear()
        for index, task in enumerate(self._state.tasks()):
            button = QtWidgets.QPushButton(_(task.title))
            button.setCheckable(True)
            button.setProperty("role", "task")
            button.setToolTip(_(task.purpose))
            button.setAccessibleName(_(task.title))
            button.setAccessibleDescription(_(task.purpose))
            button.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, name=task.name: self._state.choose_task(name))
            self._group.addButton(button)
            self._grid.addWidget(button, index // _TASKS_IN_A_ROW, index % _TASKS_IN_A_ROW)
            self.buttons[task.name] = button
        self._show()

    def _show(self) -> None:
        for name, button in self.buttons.items():
            chosen = name == self._state.choices.task
            button.setChecked(chosen)
            font = button.font()
            font.setBold(chosen)  # some hosts' styles hardly show which one is pressed
            button.setFont(font)


class ModelChooser(QtWidgets.QWidget):
    """Which model does it, what that one is for, and how fast it is here."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._state = controller.state
        self.combo = narrow_combo()
        self.combo.setToolTip(_(description_of("model")))
        self.combo.activated.connect(self._choose)
        self.details = quiet()
        self.setLayout(column(caption(_("&Model"), self.combo), self.combo, self.details))
        listen(self, self._show, self._state.catalogue_changed)
        listen(self, self._show, self._state.choices_changed)
        listen(self, self._show_details, self._state.layer_changed)
        self._show()

    def _choose(self, index: int) -> None:
        name = self.combo.itemData(index)
        if name == _CHOOSE_FILE:
            self._choose_file()
        else:
            self._state.choose_model(name)

    def _choose_file(self) -> None:
        path, _kind = QtWidgets.QFileDialog.getOpenFileName(
            self, _("Open a weights file"), "", _("Weights (*.safetensors *.pth)")
        )
        if path:
            self._state.choose_model(str(Path(path)))
        self._show()

    def _show(self) -> None:
        state = self._state
        entries = [(wording.model_title(card.title), card.name, _(card.purpose)) for card in state.cards()]
        if state.offers_auto():
            entries.insert(0, (_("Automatic"), AUTO, _("The best model that takes under a minute here")))
        names = [name for _title, name, _tooltip in entries]
        if state.choices.model not in names:
            entries.append((wording.model_title(state.choices.model), state.choices.model, state.choices.model))
        entries.append((_("A weights file…"), _CHOOSE_FILE, _("Use your own .safetensors or .pth file")))
        fill_combo(self.combo, entries, state.choices.model)
        self._show_details()

    def _show_details(self) -> None:
        self.details.setText(wording.model_details(self._state))


class SizeChooser(QtWidgets.QWidget):
    """How large the result is, and where it goes."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._state = controller.state
        self.scale = narrow_combo()
        self.scale.setToolTip(_(description_of("scale")))
        self.scale.activated.connect(lambda index: self._state.choose_scale(self.scale.itemData(index)))
        self.place = narrow_combo()
        self.place.setAccessibleName(_("Where the result goes"))
        self.place.setToolTip(_("Where the result goes"))
        self.place.activated.connect(lambda index: self._state.choose_place(self.place.itemData(index)))
        self.details = QuietLine()
        self.setLayout(column(caption(_("&Size"), self.scale), self.scale, self.place, self.details))
        listen(self, self._show, self._state.choices_changed, self._state.layer_changed)
        self._show()

    def _show(self) -> None:
        state = self._state
        entries = [(wording.scale_text(scale), scale, "") for scale in state.scales()]
        if state.scale() not in state.scales():
            entries.append((wording.scale_text(state.scale()), state.scale(), ""))
        fill_combo(self.scale, entries, state.scale())
        places = [(wording.place_text(place, state.scale()), place, "") for place in state.places()]
        fill_combo(self.place, places, state.place())
        self.place.setVisible(len(places) > 1)
        self.details.setText(wording.result_text(state))
        self.details.setVisible(state.layer is not None)


class RegionChooser(QtWidgets.QWidget):
    """The whole layer, the selection, or what can be seen."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._state = controller.state
        self.buttons: dict[RegionChoice, QtWidgets.QRadioButton] = {}
        tooltips = {
            RegionChoice.LAYER: _("Enhance the whole layer"),
            RegionChoice.SELECTION: _("Enhance only what is selected"),
            RegionChoice.VISIBLE: _("Enhance only the part that can be seen now"),
        }
        choices = row(spacing=12)
        for region, tooltip in tooltips.items():
            button = QtWidgets.QRadioButton(wording.region_text(region))
            button.setToolTip(tooltip)
            button.setAccessibleName(tooltip)
            button.clicked.connect(lambda _checked=False, region=region: self._state.choose_region(region))
            choices.addWidget(button)
            self.buttons[region] = button
        choices.addStretch(1)
        self.setLayout(column(caption(_("Region")), choices))
        listen(self, self._show, self._state.choices_changed, self._state.layer_changed)
        self._show()

    def _show(self) -> None:
        state = self._state
        possible = {
            RegionChoice.LAYER: True,
            RegionChoice.SELECTION: state.layer is not None and state.layer.selection is not None,
            RegionChoice.VISIBLE: state.visible is not None,
        }
        for region, button in self.buttons.items():
            button.setChecked(region is state.effective_region())
            button.setEnabled(possible[region])
