"""Shows painted pixels on the canvas: Krita repaints the whole picture each time, so not for every tile."""

from __future__ import annotations

import time

from burnish.hosts.krita.program import Document, is_open
from burnish.qt import QtCore

_AT_LEAST_SECONDS = 0.3
_SHARE = 0.01


class Repaint(QtCore.QObject):
    """Repaints a document some time after something was painted.

    Three times a second at most, and less often in large pictures, so that repainting takes about a hundredth of the
    time.
    """

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._took = 0.0
        self._held = False
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.now)

    def soon(self) -> None:
        """Something was painted."""
        if not self._timer.isActive():
            self._timer.start(round(1000 * max(_AT_LEAST_SECONDS, self._took / _SHARE)))

    def now(self) -> None:
        """Repaint at once: the last tile is there."""
        self._timer.stop()
        if is_open(self._document) and not self._held:
            began = time.perf_counter()
            self._document.refreshProjection()
            self._took = time.perf_counter() - began

    def hold(self) -> None:
        """Repaint nothing until `release`."""
        self._held = True
        self._timer.stop()

    def release(self) -> None:
        """Repaint what was held back."""
        self._held = False
        self.now()

    def stop(self) -> None:
        self._timer.stop()
