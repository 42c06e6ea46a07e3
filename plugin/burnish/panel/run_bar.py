"""The middle of the panel: the Enhance button, the progress line in its place while running, an error in its."""

from __future__ import annotations

from typing import Any

from burnish.language import _, hint_of, message_of
from burnish.panel import wording
from burnish.panel.controller import Controller
from burnish.panel.fixes import fix_for, fix_text
from burnish.panel.keys import set_text_with_key
from burnish.panel.parts import Elided, column, emphasised, listen, quiet, row
from burnish.panel.state import Phase
from burnish.qt import QAction, QActionGroup, Qt, QtWidgets
from burnish.wire.sentences import Failure

_PROGRESS_STEPS = 1000


class RunBar(QtWidgets.QWidget):
    """An error with its fix, if there is one, over Enhance; or over progress, Cancel and Add to queue."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._state = controller.state
        self.error = ErrorCard()
        self.error.fix.clicked.connect(lambda _checked=False: self._fix(controller))
        self.error.dismiss.clicked.connect(lambda _checked=False: controller.dismiss())
        self.enhance = QtWidgets.QPushButton()
        self.enhance.setProperty("role", "primary")
        font = self.enhance.font()
        font.setBold(True)
        self.enhance.setFont(font)
        self.enhance.setToolTip(_("Enhance as chosen above"))
        self.enhance.clicked.connect(lambda _checked=False: controller.start())
        self.progress = ProgressLine(controller)
        self.add = QtWidgets.QPushButton()
        self.add.setToolTip(_("Enhance as chosen above once this run has ended: the layer as it is now"))
        self.add.clicked.connect(lambda _checked=False: controller.add_to_queue())
        self.setLayout(column(self.error, self.enhance, self.progress, self.add, spacing=10))
        listen(self, self._show, self._state.phase_changed, self._state.choices_changed, self._state.layer_changed)
        listen(self, self._show, self._state.catalogue_changed)
        self._show()

    def _fix(self, controller: Controller) -> None:
        if self._state.failure is not None:
            controller.fix(fix_for(self._state.failure, self._state))

    def _show(self) -> None:
        state = self._state
        running = state.phase is Phase.RUNNING
        self.enhance.setVisible(not running)
        self._rank("primary" if state.failure is None else "secondary")
        self.enhance.setEnabled(state.can_start())
        set_text_with_key(self.enhance, wording.enhance_text(state))
        self.progress.setVisible(running)
        self.add.setVisible(running)
        self.add.setEnabled(state.can_queue())
        set_text_with_key(self.add, _("Add to &queue"))
        self.error.setVisible(state.failure is not None)
        if state.failure is not None:
            self.error.show_failure(state.failure, fix_text(fix_for(state.failure, state)))

    def _rank(self, role: str) -> None:
        """There is one button to press first; under an error it is the fix."""
        if self.enhance.property("role") != role:
            self.enhance.setProperty("role", role)
            style = self.enhance.style()
            assert style is not None
            style.unpolish(self.enhance)
            style.polish(self.enhance)


class ProgressLine(QtWidgets.QWidget):
    """A bar, "14 of 34 tiles · 22 s left", and Cancel."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._state = controller.state
        self.bar = QtWidgets.QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.text = Elided()
        self.details = quiet()
        self.cancel = CancelButton(controller)
        words = column(self.text, self.details, spacing=3)
        line = row(words, self.cancel)
        line.setStretch(0, 1)
        self.setLayout(column(self.bar, line, spacing=8))
        listen(self, self._show, self._state.progress_changed, self._state.phase_changed, self._state.layer_changed)
        self._show()

    def _show(self) -> None:
        state, progress = self._state, self._state.progress
        if progress is None or progress.tiles == 0:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, _PROGRESS_STEPS)
            self.bar.setValue(round(_PROGRESS_STEPS * progress.tiles_done / progress.tiles))
        self.text.setText(wording.progress_text(state))
        details = wording.running_details(state)
        self.details.setText(details)
        self.details.setVisible(bool(details))
        self.details.setToolTip(wording.running_tooltip(state))


class CancelButton(QtWidgets.QToolButton):
    """Does what was chosen last; its menu offers both, and what is taken there is done from then on."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._state = controller.state
        self.setProperty("role", "split")
        self.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.clicked.connect(lambda _checked=False: controller.cancel())
        menu = QtWidgets.QMenu(self)
        group = QActionGroup(menu)
        self.keep = QAction(_("Keep the finished tiles"), menu)
        self.discard = QAction(_("Discard everything"), menu)
        for action, keep in ((self.keep, True), (self.discard, False)):
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, keep=keep: self._choose(keep=keep))
            group.addAction(action)
            menu.addAction(action)
        self.setMenu(menu)
        listen(self, self._show, self._state.choices_changed, self._state.progress_changed, self._state.phase_changed)
        self._show()

    def keyPressEvent(self, e: Any) -> None:
        if e.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4):
            self.showMenu()
        else:
            super().keyPressEvent(e)

    def _choose(self, *, keep: bool) -> None:
        self._state.choose_cancel(keep=keep)
        self._controller.cancel()

    def _show(self) -> None:
        keep = self._state.keep_on_cancel
        set_text_with_key(self, _("&Cancel"))
        self.setToolTip(
            _("Stop after the tile in work and keep the finished tiles; the arrow offers the other way")
            if keep
            else _("Stop after the tile in work and take everything away; the arrow offers the other way")
        )
        (self.keep if keep else self.discard).setChecked(True)
        self.setEnabled(not self._state.cancelling)


class ErrorCard(QtWidgets.QFrame):
    """One sentence, one button that does the fix, and the details for the log."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "error")
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self.message = QtWidgets.QLabel()
        self.message.setWordWrap(True)
        emphasised(self.message)
        self.hint = quiet()
        self.fix = QtWidgets.QPushButton()
        self.fix.setProperty("role", "primary")
        self.details_button = QtWidgets.QPushButton(_("Details"))
        self.details_button.setCheckable(True)
        self.details_button.setProperty("role", "link")
        self.details_button.setToolTip(_("Show what to put into a report"))
        self.details_button.setAccessibleName(_("Details"))
        self.dismiss = QtWidgets.QPushButton(_("Dismiss"))
        self.dismiss.setProperty("role", "link")
        self.dismiss.setAccessibleName(_("Dismiss"))
        self.details = QtWidgets.QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName(_("Details"))
        self.details.setMaximumHeight(120)
        self.details.setTabChangesFocus(True)
        self.copy = QtWidgets.QPushButton(_("Copy"))
        self.copy.setProperty("role", "link")
        self.copy.setAccessibleName(_("Copy the details"))
        self.copy.setToolTip(_("Copy the details"))
        self.copy.clicked.connect(self._copy)
        self.details_button.toggled.connect(self._show_details)
        links = row(self.details_button, self.dismiss, spacing=12)
        links.addStretch(1)
        links.addWidget(self.copy)
        layout = column(self.message, self.hint, self.fix, links, self.details, spacing=8)
        layout.setContentsMargins(12, 12, 12, 10)
        self.setLayout(layout)
        self._show_details(False)

    def show_failure(self, failure: Failure, fix: str) -> None:
        self.message.setText(message_of(failure))
        self.message.setAccessibleName(message_of(failure))
        self.hint.setText(hint_of(failure))
        self.hint.setVisible(bool(hint_of(failure)))
        self.fix.setText(fix)
        self.fix.setAccessibleName(fix)
        self.details.setPlainText("\n".join(part for part in (failure.code, failure.message, failure.detail) if part))

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.copy.setVisible(shown)

    def _copy(self) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(self.details.toPlainText())
