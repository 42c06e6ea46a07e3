"""What becomes of the panel once GIMP's plug-in is gone: it ends with GIMP; where GIMP goes on, it first says why."""

from __future__ import annotations

import time
from collections.abc import Callable

from burnish.hosts.gimp.residency import is_running, residency_began
from burnish.language import _
from burnish.qt import Qt, QtCore, QtWidgets

_LOOK_EVERY_MS = 100
_GIMP_MAY_TAKE = 1.5  # seconds from the end of its plug-ins to its own


class Ending(QtCore.QObject):
    """Ends this process in time.

    GIMP ends a plug-in that writes to a layer which was deleted a moment before, and the artist has to know what
    happened to the run. When GIMP itself ends there is nobody to tell.

    Args:
        gimp: its process. end: called when nothing is left to be said.
    """

    def __init__(self, gimp: int, end: Callable[[], None]) -> None:
        super().__init__()
        self._gimp = gimp
        self._end = end
        self._served_since = residency_began(gimp)
        self._gone_since = 0.0
        self._message: QtWidgets.QMessageBox | None = None
        self._look_again = QtCore.QTimer(self)
        self._look_again.setInterval(_LOOK_EVERY_MS)
        self._look_again.timeout.connect(self._look)

    def begin(self) -> None:
        """The plug-in is gone."""
        self._gone_since = time.monotonic()
        self._look_again.start()
        self._look()

    def _look(self) -> None:
        if not is_running(self._gimp) or residency_began(self._gimp) != self._served_since:
            self._have_done()
        elif self._message is None and time.monotonic() - self._gone_since > _GIMP_MAY_TAKE:
            self._say()

    def _say(self) -> None:
        self._message = QtWidgets.QMessageBox()
        self._message.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self._message.setWindowTitle("Burnish")
        self._message.setIcon(QtWidgets.QMessageBox.Icon.Warning)
        self._message.setText(_("GIMP has ended Burnish's plug-in, and what it was doing."))
        self._message.setInformativeText(
            _(
                "That can happen when a layer is deleted in the moment in which it is painted. "
                "Choose Filters › Enhance › Burnish… to go on."
            )
        )
        self._message.finished.connect(self._have_done)
        self._message.show()

    def _have_done(self) -> None:
        self._look_again.stop()
        self._end()
