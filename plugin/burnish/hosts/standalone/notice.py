"""Over the canvas: why a file could not be opened or saved, with the button that mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from burnish.language import _
from burnish.panel.run_bar import ErrorCard
from burnish.qt import Qt
from burnish.wire.sentences import Failure

_OPEN_ANOTHER = {
    "file-missing",
    "path-is-folder",
    "file-unreadable",
    "file-empty",
    "file-not-picture",
    "file-damaged",
    "file-too-large",
    "pixels-unsupported",
}
_SAVE_ELSEWHERE = {
    "format-unknown",
    "folder-missing",
    "folder-unwritable",
    "format-too-small",
    "disk-full",
    "save-failed",
}


@dataclass
class FileProblem:
    """What the notice shows; outlives the widget, which is made anew for another language.

    again: does what failed once more.
    """

    failure: Failure | None = None
    again: Callable[[], None] = lambda: None


class FileNotice(ErrorCard):
    """Hidden while there is no problem."""

    def __init__(
        self, problem: FileProblem, open_another: Callable[[], None], save_elsewhere: Callable[[], None]
    ) -> None:
        super().__init__()
        self._problem = problem
        self._open_another = open_another
        self._save_elsewhere = save_elsewhere
        self.fix.clicked.connect(lambda _checked=False: self._mend())
        self.dismiss.clicked.connect(lambda _checked=False: self.clear())
        layout = self.layout()
        assert layout is not None
        layout.setAlignment(self.fix, Qt.AlignmentFlag.AlignLeft)
        layout.setContentsMargins(16, 14, 16, 12)
        self.setProperty("place", "window")
        self._show()

    def show_problem(self, failure: Failure, again: Callable[[], None]) -> None:
        self._problem.failure, self._problem.again = failure, again
        self._show()

    def clear(self) -> None:
        self._problem.failure = None
        self._show()

    def _show(self) -> None:
        failure = self._problem.failure
        self.setVisible(failure is not None)
        if failure is not None:
            self.show_failure(failure, self._fix_text(failure))

    @staticmethod
    def _fix_text(failure: Failure) -> str:
        if failure.code in _OPEN_ANOTHER:
            return _("Open another picture…")
        return _("Save elsewhere…") if failure.code in _SAVE_ELSEWHERE else _("Try again")

    def _mend(self) -> None:
        failure = self._problem.failure
        self.clear()
        if failure is None:
            return
        if failure.code in _OPEN_ANOTHER:
            self._open_another()
        elif failure.code in _SAVE_ELSEWHERE:
            self._save_elsewhere()
        else:
            self._problem.again()
