"""Opening, saving and copying pictures off the UI thread, one at a time, with a way to stop."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from burnish.client import Job
from burnish.hosts.standalone.colours import picture_from_image
from burnish.hosts.standalone.compose import composed
from burnish.hosts.standalone.document import Document
from burnish.hosts.standalone.files.picture import Metadata, Picture, check_destination, read_picture, write_picture
from burnish.language import _
from burnish.panel.background import Errand, in_background
from burnish.qt import QtCore, QtGui, Signal
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Cancelled, Failed
from burnish.wire.sentences import BurnishError, Failure, Note


@dataclass(frozen=True)
class Output:
    """What is to be saved: the open picture, or a result over its region.

    blend: a job, not yet started, that brings the result to the strength it is shown at; None at full strength.
    finished: as burnish.hosts.standalone.compose has it.
    """

    picture: Picture
    region: Rect | None = None
    format: PixelFormat | None = None
    view: memoryview | None = None
    finished: tuple[Rect, ...] | None = None
    blend: Job | None = None


class _Stopped(Exception):  # noqa: N818 - the artist's wish is no error
    """The artist pressed Cancel."""


class FileWork(QtCore.QObject):
    """Runs one piece of work on files at a time.

    Signals:
        busy: a sentence about what is being done; empty when nothing is.
        failed: a Failure, and the function that tries the same again.
    """

    busy = Signal(str)
    failed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._errand: Errand | None = None
        self._stop = threading.Event()

    @property
    def is_busy(self) -> bool:
        return self._errand is not None

    def open(self, path: Path, opened: Callable[[Document], None]) -> None:
        """Read a picture file."""

        def work() -> Document:
            return Document(read_picture(path), path.name, path.absolute())

        self._run(_("Opening {name}…").format(name=path.name), work, opened, lambda: self.open(path, opened))

    def open_image(self, image: QtGui.QImage, opened: Callable[[Document], None]) -> None:
        """Take over an image that another program put on the clipboard or dropped."""
        name = _("Pasted picture")

        def work() -> Document:
            pixel_format, pixels = picture_from_image(image)
            return Document(Picture(pixel_format, pixels, Metadata()), name)

        self._run(_("Opening {name}…").format(name=name), work, opened, lambda: self.open_image(image, opened))

    def open_bytes(self, data: bytes, opened: Callable[[Document], None]) -> None:
        """Take over an encoded picture from the clipboard, with its depth and profile."""
        name = _("Pasted picture")

        def work() -> Document:
            with tempfile.TemporaryDirectory(prefix="burnish-") as folder:
                path = Path(folder) / "pasted.png"
                path.write_bytes(data)
                return Document(read_picture(path), name)

        self._run(_("Opening {name}…").format(name=name), work, opened, lambda: self.open_bytes(data, opened))

    def go_on(self, output: Output, name: str, opened: Callable[[Document], None]) -> None:
        """Make a result the picture that is open."""

        def work() -> Document:
            picture = self._picture(output)
            own = Picture(picture.format, picture.pixels.copy(), picture.metadata)
            return Document(own, name)

        self._run(_("Preparing the picture…"), work, opened, lambda: self.go_on(output, name, opened))

    def save(self, output: Output, path: Path, saved: Callable[[Path, tuple[Note, ...]], None]) -> None:
        """Write a picture file. Whatever has that name already is replaced, but only by a whole file."""

        def work() -> tuple[Note, ...]:
            check_destination(path, overwrite=True)
            picture = self._picture(output)
            beside = path.with_name(f".{path.stem[:40]}.{secrets.token_hex(4)}{path.suffix}")
            try:
                notes = write_picture(picture, beside)
                self._check()
                beside.replace(path)
            except BurnishError as error:
                raise _about(error, path) from error
            except OSError as error:
                raise BurnishError("save-failed", path=str(path), reason=error.strerror or str(error)) from error
            finally:
                beside.unlink(missing_ok=True)
            return notes

        sentence = _("Saving {name}…").format(name=path.name)
        self._run(sentence, work, lambda notes: saved(path, notes), lambda: self.save(output, path, saved))

    def encode(self, output: Output, encoded: Callable[[bytes], None]) -> None:
        """A picture as the bytes of a PNG file, for the clipboard."""

        def work() -> bytes:
            picture = self._picture(output)
            folder = Path(tempfile.mkdtemp(prefix="burnish-"))
            try:
                write_picture(picture, folder / "copy.png")
                return (folder / "copy.png").read_bytes()
            finally:
                shutil.rmtree(folder, ignore_errors=True)

        self._run(_("Copying the picture…"), work, encoded, lambda: self.encode(output, encoded))

    def cancel(self) -> None:
        """Stop. What cannot be interrupted runs on unseen, and leaves nothing behind."""
        self._stop.set()
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.drop()
            self.busy.emit("")

    def _run(
        self, sentence: str, work: Callable[[], Any], done: Callable[[Any], None], again: Callable[[], None]
    ) -> None:
        self.cancel()
        self._stop = threading.Event()

        def finish(answer: Any) -> None:
            self._errand = None
            self.busy.emit("")
            done(answer)

        def fail(failure: Failure) -> None:
            self._errand = None
            self.busy.emit("")
            self.failed.emit(failure, again)

        self.busy.emit(sentence)
        self._errand = in_background(work, finish, fail)

    # --- on the errand's thread ----------------------------------------------------------------------------------

    def _picture(self, output: Output) -> Picture:
        """What stands on the canvas, at the strength it is shown at."""
        if output.region is None or output.format is None or output.view is None:
            return output.picture
        if output.blend is None:
            return composed(output.picture, output.region, output.format, output.view, output.finished)
        stop = self._stop
        with output.blend as job:
            for event in job.events():
                if stop.is_set():
                    job.cancel()
                if isinstance(event, Failed):
                    raise BurnishError(event.failure.code, event.failure.detail, **event.failure.values)
                if isinstance(event, Cancelled):
                    raise _Stopped
            return composed(output.picture, output.region, output.format, job.result(), output.finished)

    def _check(self) -> None:
        if self._stop.is_set():
            raise _Stopped


def _about(error: BurnishError, path: Path) -> BurnishError:
    """The same failure, about the file the artist named instead of the one written beside it."""
    values = dict(error.failure.values)
    if "path" in values:
        values["path"] = str(path)
    return BurnishError(error.failure.code, error.failure.detail, **values)
