"""The window: a canvas with the picture on the left, the panel on the right, and the commands that join them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from burnish.hosts.standalone.actions import make_actions, make_menus
from burnish.hosts.standalone.busy import BusyBar
from burnish.hosts.standalone.canvas import Canvas
from burnish.hosts.standalone.dialogs import Answer, about_dialog, ask_about_result, shortcuts_dialog
from burnish.hosts.standalone.document import Document
from burnish.hosts.standalone.empty import EmptyState
from burnish.hosts.standalone.file_work import FileWork, Output
from burnish.hosts.standalone.header import Header
from burnish.hosts.standalone.host import StandaloneHost
from burnish.hosts.standalone.incoming import Incoming, clipboard_data, incoming_of
from burnish.hosts.standalone.notice import FileNotice, FileProblem
from burnish.hosts.standalone.qt_words import use_qt_language
from burnish.hosts.standalone.settings import Settings
from burnish.hosts.standalone.stage import ShownResult, Stage
from burnish.hosts.standalone.theme import apply_look, follow_system, look_for
from burnish.language import _, current_language, text_of, use_language
from burnish.panel.controller import Client, Controller
from burnish.panel.panel import NARROWEST, Panel
from burnish.panel.state import Phase
from burnish.qt import Qt, QtCore, QtWidgets, run_dialog
from burnish.wire.sentences import Note

_FIRST_SIZE = QtCore.QSize(1240, 800)
_PANEL_WIDTH = 340


class Window(QtWidgets.QMainWindow):
    """One window for one picture. ask: decides about an unsaved result; a dialog unless a test says otherwise."""

    def __init__(self, client: Client, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        use_language(self.settings.language)
        self.ask: Callable[[], Answer] = lambda: ask_about_result(self)
        self.stage = Stage()
        self.host = StandaloneHost(self.stage)
        self.controller = Controller(self.host, client, remembered=self.settings.remembered)
        self.state = self.controller.state
        self.files = FileWork()
        self._undone: ShownResult | None = None
        self._problem = FileProblem()
        self.setAcceptDrops(True)
        self.resize(_FIRST_SIZE)
        self._apply_look()
        self._build()
        self._connect()
        self.restoreGeometry(self.settings.geometry("window"))
        self.splitter.restoreState(self.settings.geometry("splitter"))
        self.controller.ask_catalogue()

    # --- building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Make every widget and action; called again for another language."""
        use_qt_language(current_language())
        self.setWindowTitle(_("Burnish"))
        handlers = {
            "open": self.choose_file,
            "save": self.choose_destination,
            "copy": self.copy,
            "paste": self.paste,
            "close": self.close_picture,
            "quit": self.close,
            "undo": self.undo,
            "redo": self.redo,
            "clear-region": lambda: self.canvas.clear_region(),
            "enhance": self.controller.start,
            "repeat": self._repeat,
            "stop": lambda: self.controller.cancel(keep=True),
            "discard": lambda: self.controller.cancel(keep=False),
            "go-on": self.go_on_from_result,
            "fit": lambda: self.canvas.fit(),
            "pixels": lambda: self.canvas.zoom_to_pixels(),
            "larger": lambda: self.canvas.zoom_by(1),
            "smaller": lambda: self.canvas.zoom_by(-1),
            "split": lambda: self.canvas.set_split(self.actions_by_name["split"].isChecked()),
            "shortcuts": lambda: run_dialog(shortcuts_dialog(self)),
            "about": lambda: run_dialog(about_dialog(self)),
        }
        self.actions_by_name = make_actions(self, handlers)
        self.menus = make_menus(self, self.actions_by_name, self.settings)
        self.menus.recent_chosen.connect(self.open_path)
        self.menus.theme_chosen.connect(self.choose_theme)
        self.menus.language_chosen.connect(self.choose_language)
        self.header = Header(self.actions_by_name)
        self.canvas = Canvas(self.stage)
        self.empty = EmptyState(self.choose_file, self.open_path)
        self.pages = QtWidgets.QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.canvas)
        self.busy = BusyBar(self.files.cancel)
        self.notice = FileNotice(self._problem, self.choose_file, self.choose_destination)
        left = QtWidgets.QWidget()
        layout = QtWidgets.QVBoxLayout(left)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.busy, self.notice, self.pages):
            layout.addWidget(widget)
        layout.setStretch(2, 1)
        self.panel = Panel(self.controller)
        self.splitter = QtWidgets.QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setCollapsible(0, False)
        self.splitter.setCollapsible(1, False)
        self.splitter.setHandleWidth(1)
        self.splitter.setSizes([_FIRST_SIZE.width() - _PANEL_WIDTH, max(_PANEL_WIDTH, NARROWEST)])
        central = QtWidgets.QWidget()
        outer = QtWidgets.QVBoxLayout(central)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        outer.addWidget(self.splitter, 1)
        self.setCentralWidget(central)
        self.canvas.region_changed.connect(self.host.select)
        self.canvas.view_changed.connect(self._on_view)
        self.canvas.split_changed.connect(lambda shown: self.actions_by_name["split"].setChecked(shown))
        self._show_look()
        self._show_document()

    def _connect(self) -> None:
        """What is wired once, whatever the language."""
        self.stage.document_changed.connect(self._on_document)
        self.stage.result_changed.connect(self._enable)
        self.state.phase_changed.connect(self._on_phase)
        self.state.choices_changed.connect(self._enable)
        self.state.layer_changed.connect(self._enable)
        self.state.history_changed.connect(self._enable)
        self.files.busy.connect(self._on_busy)
        self.files.failed.connect(lambda failure, again: self.notice.show_problem(failure, again))
        follow_system(self._apply_look_again)

    # --- pictures ------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        path, _kind = QtWidgets.QFileDialog.getOpenFileName(
            self, _("Open a picture"), self.settings.folder, f"{_('Pictures')} (*.png *.jpg *.jpeg *.webp *.tif *.tiff)"
        )
        if path:
            self.open_path(Path(path))

    def open_path(self, path: Path) -> None:
        """Open a picture file, once the result on the canvas is safe."""
        if self._may_lose_result():
            self.notice.clear()
            self.files.open(path, self._opened)

    def open_incoming(self, incoming: Incoming) -> None:
        """Open what was dropped or pasted."""
        if incoming.path is not None:
            self.open_path(incoming.path)
        elif self._may_lose_result():
            if incoming.encoded:
                self.files.open_bytes(incoming.encoded, self._opened)
            elif incoming.image is not None:
                self.files.open_image(incoming.image, self._opened)

    def _opened(self, document: Document) -> None:
        self._stop_run()
        self.controller.forget_result()
        self._undone = None
        if document.path is not None:
            self.settings.remember_file(document.path)
        self.stage.open(document)
        self.canvas.setFocus()
        if document.picture.notes:
            self.busy.show_message(" ".join(text_of(note) for note in document.picture.notes))

    def close_picture(self) -> None:
        if self._may_lose_result():
            self._stop_run()
            self.controller.forget_result()
            self._undone = None
            self.stage.open(None)

    def choose_destination(self) -> None:
        document = self.stage.document
        if document is None:
            return
        shown = self.stage.result
        width = shown.result.format.width if shown else document.picture.format.width
        folder = Path(self.settings.folder) if self.settings.folder else Path.home()
        kinds = f"PNG (*.png);;TIFF (*.tif *.tiff);;JPEG (*.jpg *.jpeg);;WebP (*.webp);;{_('All files')} (*)"
        path, _kind = QtWidgets.QFileDialog.getSaveFileName(
            self, _("Save the picture as"), str(folder / document.suggested_name(width)), kinds
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Save what stands on the canvas, at the strength it is shown at."""
        output = self._output()
        if output is not None:
            shown = self.stage.result
            strength = shown.strength if shown else 1.0
            self.files.save(output, path, lambda saved, notes: self._saved(saved, notes, shown, strength))

    def _saved(self, path: Path, notes: tuple[Note, ...], shown: ShownResult | None, strength: float) -> None:
        self.settings.folder = str(path.absolute().parent)
        if shown is not None and shown.strength == strength:
            shown.saved = True
        sentences = [_("Saved as {name}.").format(name=path.name), *(text_of(note) for note in notes)]
        self.busy.show_message(" · ".join(sentences))

    def copy(self) -> None:
        output = self._output()
        if output is not None:
            self.files.encode(output, self._copied)

    def _copied(self, data: bytes) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        assert clipboard is not None
        clipboard.setMimeData(clipboard_data(data))
        self.busy.show_message(_("The picture is on the clipboard."))

    def paste(self) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        assert clipboard is not None
        incoming = incoming_of(clipboard.mimeData())
        if incoming is None:
            self.busy.show_message(_("There is no picture on the clipboard."))
        else:
            self.open_incoming(incoming)

    def go_on_from_result(self) -> None:
        """Make the result the picture, so that it can be enhanced further."""
        document, output = self.stage.document, self._output()
        if document is None or output is None or output.region is None or output.format is None:
            return
        self.files.go_on(output, document.suggested_name(output.format.width), self._opened)

    def _output(self) -> Output | None:
        """What stands on the canvas, as a picture in the making."""
        document, shown = self.stage.document, self.stage.result
        if document is None:
            return None
        if shown is None or self.state.phase is Phase.RUNNING:
            return Output(document.picture)
        blend = self.controller.blended(shown.strength) if shown.strength < 1 else None
        finished = None if shown.complete else tuple(shown.finished)
        return Output(document.picture, shown.region, shown.result.format, shown.result.view, finished, blend)

    def _may_lose_result(self) -> bool:
        """Whether the result on the canvas may go; asks where it is in no file."""
        shown = self.stage.result
        if shown is None or shown.saved or not (shown.complete or shown.finished):
            return True
        answer = self.ask()
        if answer is Answer.SAVE:
            self.choose_destination()
        return answer is Answer.LOSE

    def _stop_run(self) -> None:
        self.controller.stop_everything()

    # --- undo, repeat --------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Show the picture without the result, as one step."""
        if self.stage.result is not None and self.state.phase is not Phase.RUNNING:
            self.controller.hide_result()
            self._undone = self.stage.hide_result()
            self._enable()

    def redo(self) -> None:
        if self._undone is not None:
            shown, self._undone = self._undone, None
            self.stage.show_result(shown)
            self.controller.show_hidden_result()

    def _repeat(self) -> None:
        if self.state.history:
            self.controller.repeat(self.state.history[0])

    # --- looks and language --------------------------------------------------------------------------------------

    def choose_theme(self, theme: str) -> None:
        self.settings.theme = theme
        self._apply_look_again()

    def choose_language(self, language: str) -> None:
        """Another language at once: every widget is made anew over the same state."""
        self.settings.language = language
        use_language(language)
        self._rebuild()

    def _rebuild(self) -> None:
        view, split = self.canvas.view, self.canvas.split
        region = self.canvas.band.rect
        sizes = self.splitter.sizes()
        old = self.takeCentralWidget()
        menu_bar = self.menuBar()
        assert menu_bar is not None
        menu_bar.clear()
        for menu in self.findChildren(QtWidgets.QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            menu.deleteLater()
        for menu in menu_bar.findChildren(QtWidgets.QMenu):
            menu.deleteLater()
        for action in self.actions_by_name.values():
            self.removeAction(action)
            action.deleteLater()
        self.menus.deleteLater()
        self._build()
        if old is not None:
            old.deleteLater()
        self.splitter.setSizes(sizes)
        self.canvas.view = view
        self.canvas.split = split
        self.canvas.band.rect = region
        self.canvas.band.columns, self.canvas.band.rows = view.columns, view.rows
        self.actions_by_name["split"].setChecked(split is not None)

    def _apply_look(self) -> None:
        application = QtWidgets.QApplication.instance()
        assert isinstance(application, QtWidgets.QApplication)
        self.look = look_for(self.settings.theme)
        apply_look(application, self.look)

    def _apply_look_again(self, *_scheme: object) -> None:
        self._apply_look()
        self._show_look()

    def _show_look(self) -> None:
        self.header.show_look(self.look)
        self.empty.show_look(self.look)
        self.canvas.colours = self.look.canvas
        self.canvas.update()

    # --- what changes --------------------------------------------------------------------------------------------

    def _on_document(self) -> None:
        self._show_document()
        self.host.look_at(self.canvas.visible())

    def _show_document(self) -> None:
        document = self.stage.document
        self.pages.setCurrentWidget(self.canvas if document else self.empty)
        self.empty.show_recent(self.settings.recent)
        self.menus.show_recent(self.settings.recent)
        self.setWindowTitle(f"{document.name} – Burnish" if document else "Burnish")
        self._on_view()
        self._enable()

    def _on_view(self) -> None:
        self.host.look_at(self.canvas.visible())
        self.header.show_zoom(self.canvas.zoom_percent() if self.stage.document else None)

    def _on_phase(self) -> None:
        self._enable()
        if self.state.phase is Phase.RUNNING:
            self._undone = None

    def _on_busy(self, sentence: str) -> None:
        self.busy.show_busy(sentence)
        self._enable()

    def _enable(self) -> None:
        """Grey out what would do nothing."""
        document = self.stage.document is not None
        running = self.state.phase is Phase.RUNNING
        result = self.stage.result is not None and not running
        for name, possible in {
            "save": document and not running and not self.files.is_busy,
            "copy": document and not running and not self.files.is_busy,
            "close": document,
            "undo": result,
            "redo": self._undone is not None and not running,
            "clear-region": document and self.canvas.band.rect is not None,
            "enhance": self.state.can_start(),
            "repeat": document and bool(self.state.history),
            "stop": running,
            "discard": running,
            "go-on": result,
            "fit": document,
            "pixels": document,
            "larger": document,
            "smaller": document,
            "split": self.stage.result is not None,
        }.items():
            self.actions_by_name[name].setEnabled(possible)

    # --- what the desktop does -----------------------------------------------------------------------------------

    def dragEnterEvent(self, a0: Any) -> None:
        if incoming_of(a0.mimeData(), peek=True) is not None:
            a0.acceptProposedAction()
            self.empty.show_drag(True)

    def dragLeaveEvent(self, a0: Any) -> None:
        self.empty.show_drag(False)

    def dropEvent(self, a0: Any) -> None:
        self.empty.show_drag(False)
        incoming = incoming_of(a0.mimeData())
        if incoming is not None:
            a0.acceptProposedAction()
            self.open_incoming(incoming)

    def closeEvent(self, a0: Any) -> None:
        if not self._may_lose_result():
            a0.ignore()
            return
        self.settings.keep_geometry("window", self.saveGeometry())
        self.settings.keep_geometry("splitter", self.splitter.saveState())
        self.settings.save()
        self.files.cancel()
        self.controller.close()
        self.stage.close()
        a0.accept()
