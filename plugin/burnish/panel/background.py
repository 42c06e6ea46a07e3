"""Runs one blocking function off the UI thread and brings its answer back to it."""

from __future__ import annotations

import contextlib
import threading
import traceback
from collections.abc import Callable
from typing import Any

from burnish.qt import QtCore, Signal
from burnish.wire.runtime import log_path
from burnish.wire.sentences import BurnishError, Failure


class Errand(QtCore.QObject):
    """A function on its way. Its answer arrives on the thread that made this object, unless it was dropped.

    The thread is a daemon: a program that ends does not wait for it.
    """

    _answered = Signal(object)
    _broke = Signal(object)

    def __init__(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Failure], None]) -> None:
        super().__init__()
        self._work = work
        self._done = done
        self._failed = failed
        self._dropped = False
        self._answered.connect(self._deliver)
        self._broke.connect(self._deliver_failure)
        self._thread = threading.Thread(target=self._run, name="errand", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def drop(self) -> None:
        """Forget about the answer; the function itself runs to its end."""
        self._dropped = True

    def wait(self, seconds: float | None = None) -> bool:
        """Block until the function has ended; False when it had not by then."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with contextlib.suppress(RuntimeError):  # the program ended, and Qt took this object along
            try:
                self._answered.emit(self._work())
            except BurnishError as error:
                self._broke.emit(error.failure)
            except Exception as error:  # noqa: BLE001 - whatever it was, it must reach the artist as a sentence
                self._broke.emit(unexpected(error))

    def _deliver(self, answer: Any) -> None:
        if not self._dropped:
            self._done(answer)

    def _deliver_failure(self, failure: Failure) -> None:
        if not self._dropped:
            self._failed(failure)


def in_background(work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Failure], None]) -> Errand:
    """Start `work` on a thread of its own. Keep what is returned until one of the two was called."""
    errand = Errand(work, done, failed)
    errand.start()
    return errand


def unexpected(error: Exception) -> Failure:
    """A failure for what nobody foresaw, with the traceback for the log."""
    reason = str(error) or type(error).__name__
    return Failure("internal", {"reason": reason, "log": str(log_path())}, "".join(traceback.format_exception(error)))
