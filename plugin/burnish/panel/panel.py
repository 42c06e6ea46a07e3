"""The panel that every host shows: one column, 300 to 420 pixels wide."""

from __future__ import annotations

from burnish.panel.after import History, Strength
from burnish.panel.choices import LayerLine, ModelChooser, RegionChooser, SizeChooser, TaskButtons
from burnish.panel.controller import Controller
from burnish.panel.keys import KeyedWidget
from burnish.panel.parts import SECTION_SPACING, column, listen, order_tabs
from burnish.panel.preview_view import PreviewSection
from burnish.panel.run_bar import RunBar
from burnish.panel.state import Phase
from burnish.panel.waiting import WaitingList
from burnish.qt import Qt, QtCore, QtWidgets

NARROWEST, WIDEST = 300, 420
_MARGIN = 16


class Panel(QtWidgets.QScrollArea):
    """Put it into a dock or a window. Everything it does goes through `controller`."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self.controller = controller
        self.layer = LayerLine(controller)
        self.tasks = TaskButtons(controller)
        self.model = ModelChooser(controller)
        self.size_chooser = SizeChooser(controller)
        self.region = RegionChooser(controller)
        self.preview = PreviewSection(controller)
        self.run_bar = RunBar(controller)
        self.waiting = WaitingList(controller)
        self.strength = Strength(controller)
        self.history = History(controller)
        parts = (self.layer, self.tasks, self.model, self.size_chooser, self.region, self.preview)
        layout = column(*parts, self.run_bar, self.waiting, self.strength, self.history, spacing=SECTION_SPACING)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout.addStretch(1)
        content = KeyedWidget(controller.start, self._bring_into_sight)
        content.setProperty("role", "panel")
        content.setLayout(layout)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(self.model.combo)  # which can always have it; from there Return enhances
        self.setMinimumWidth(NARROWEST)
        self.setMaximumWidth(WIDEST)
        self._news_soon = QtCore.QTimer(self)  # the layout has to know first where things are
        self._news_soon.setSingleShot(True)
        self._news_soon.timeout.connect(self._show_news)
        self._preview_was_open = controller.preview.is_open
        self._preview_soon = QtCore.QTimer(self)
        self._preview_soon.setSingleShot(True)
        self._preview_soon.timeout.connect(lambda: self._bring_into_sight(self.preview))
        listen(self, self._on_preview, controller.preview.changed)
        self._tabs_soon = QtCore.QTimer(self)  # once for all the lists that are built anew in one go
        self._tabs_soon.setSingleShot(True)
        self._tabs_soon.timeout.connect(lambda: order_tabs(layout))
        state = controller.state
        listen(self, self._on_phase, state.phase_changed)
        listen(self, self._tabs_soon.start, state.catalogue_changed, state.queue_changed, state.history_changed)
        order_tabs(layout)

    def _on_phase(self) -> None:
        self._news_soon.start()

    def _on_preview(self) -> None:
        """Bring the preview into sight when it opens: a docker may be lower than the panel is long."""
        is_open = self.controller.preview.is_open
        if is_open and not self._preview_was_open:
            self._preview_soon.start()
        self._preview_was_open = is_open

    def _bring_into_sight(self, widget: QtWidgets.QWidget) -> None:
        self.ensureWidgetVisible(widget, 0, _MARGIN)

    def _show_news(self) -> None:
        """Scroll to what has just appeared."""
        state = self.controller.state
        news = self.run_bar.error if state.failure else self.strength if state.phase is Phase.DONE else self.run_bar
        self._bring_into_sight(news)
