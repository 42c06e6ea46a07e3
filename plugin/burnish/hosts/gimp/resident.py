"""The plug-in that lives as long as GIMP: starts the panel's process, tells it what changes, does what it asks for.

Everything that asks GIMP something runs on the main thread, under GLib's main loop. Gimp.progress_* is never used
here: the Cancel button that comes with it would end this process, and the panel along with it.
"""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from burnish.hosts.environment import clean_environment
from burnish.hosts.gimp import drawables, pixels, places
from burnish.hosts.gimp.bridge import Bridge
from burnish.hosts.gimp.facts import Observer
from burnish.hosts.gimp.messages import (
    Begin,
    Discard,
    Facts,
    Fetch,
    Fetched,
    FetchMask,
    Finish,
    Forget,
    Lost,
    Paint,
    Painted,
    Profile,
    Show,
)
from burnish.hosts.gimp.program import Gimp, GLib
from burnish.hosts.gimp.results import Result
from burnish.hosts.gimp.snapshots import GoneError, read_in_peace
from burnish.language import _
from burnish.wire.runtime import log_path
from burnish.wire.sentences import BurnishError, Failure

_LOOK_EVERY_MS = 400
_PATIENCE_SECONDS = 5.0
_LOG_BYTES = 1 << 20


class Resident:
    """One in each GIMP, with at most one panel. python: the interpreter of Burnish's environment."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._panel: PanelProcess | None = None

    def show(self, image: Any, *, again: bool = False) -> None:
        """The menu was used in this picture (None without one). Raises BurnishError where no panel can be started."""
        if self._panel is None or not self._panel.running:
            self._panel = PanelProcess(self._python)
        self._panel.show(image, again=again)


class PanelProcess:
    """The panel as the plug-in sees it."""

    def __init__(self, python: str) -> None:
        self._results: dict[int, Result] = {}
        self._told: Facts | None = None
        self._observer = Observer(lambda key, icc: self._bridge.send(Profile(key), icc))
        self._handlers: dict[type, Callable[[Any, bytes], None]] = {
            Fetch: self._fetch,
            FetchMask: self._fetch_mask,
            Begin: self._begin,
            Paint: self._paint,
            Finish: self._finish,
            Discard: self._discard,
            Forget: self._forget,
        }
        self._process = _started(python)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._ended = False
        self._bridge = Bridge(
            self._process.stdout,  # type: ignore[arg-type]
            self._process.stdin,  # type: ignore[arg-type]
            lambda message, data: _on_main_thread(self._handle, message, data),
            lambda: _on_main_thread(self._end),
        )
        self._bridge.start()
        GLib.timeout_add(_LOOK_EVERY_MS, self._look_again)

    @property
    def running(self) -> bool:
        """Whether there still is a panel. Its end is known at once, also before it is told on the main thread."""
        return not self._ended and self._process.poll() is None

    def show(self, image: Any, *, again: bool) -> None:
        if image is not None:
            self._observer.mean(image)
        self._look_safely()  # before it is shown, so that "again" means this picture
        self._bridge.send(Show(again))

    # --- what is told --------------------------------------------------------------------------------------------

    def _look_again(self) -> bool:
        if self.running:
            self._look_safely()
        return self.running

    def _look_safely(self) -> None:
        try:
            self._look()
        except GoneError:
            pass  # an image was closed between two questions; the next look is better
        except Exception:  # noqa: BLE001 - the same, as GIMP's interface says it where nothing is left to ask
            traceback.print_exc()

    def _look(self) -> None:
        facts = self._observer.look()
        if facts != self._told:
            self._told = facts
            self._bridge.send(facts)
        for target in list(self._results):
            self._try(target, lambda result: result.check())

    def _lose(self, target: int, failure: Failure | None) -> None:
        self._results.pop(target, None)
        self._bridge.send(Lost(target, failure))

    def _end(self) -> None:
        """The panel is gone, or nothing can be said to it any more."""
        self._ended = True
        self._results.clear()
        self._bridge.close()
        try:
            status = self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if status != 0:
            Gimp.message(_("Burnish's panel has stopped. Details are in {log}.").format(log=_panel_log()))

    # --- what is asked for ---------------------------------------------------------------------------------------

    def _handle(self, message: Any, data: bytes) -> None:
        if not self._ended:  # what it said before it ended counts
            self._handlers[type(message)](message, data)

    def _fetch(self, message: Fetch, _data: bytes) -> None:
        self._answer(message.ticket, lambda: _pixels_of(message))

    def _fetch_mask(self, message: FetchMask, _data: bytes) -> None:
        self._answer(message.ticket, lambda: drawables.selection_mask(_drawable(message.drawable), message.rect) or b"")

    def _answer(self, ticket: int, work: Callable[[], Any]) -> None:
        try:
            rows = work()
        except Exception as error:  # noqa: BLE001 - somebody waits for an answer
            self._bridge.send(Fetched(ticket, failure_of(error)))
        else:
            self._bridge.send(Fetched(ticket), rows)

    def _begin(self, message: Begin, _data: bytes) -> None:
        try:
            source = _drawable(message.drawable)
            size = message.width, message.height
            result = places.begin(
                message.place, source, message.region, size, message.depth, message.channels, message.name, shown=True
            )
        except Exception as error:  # noqa: BLE001 - the job has to end
            self._lose(message.target, failure_of(error))
            return
        self._results[message.target] = result
        self._observer.ignore(source.get_image())
        self._observer.ignore(result.image)

    def _paint(self, message: Paint, data: bytes) -> None:
        self._try(message.target, lambda result: result.paint(message.rect, data))
        self._bridge.send(Painted(message.target, message.ticket))

    def _finish(self, message: Finish, _data: bytes) -> None:
        self._try(message.target, lambda result: result.finish())

    def _discard(self, message: Discard, _data: bytes) -> None:
        self._try(message.target, lambda result: result.discard())
        self._results.pop(message.target, None)

    def _forget(self, message: Forget, _data: bytes) -> None:
        self._results.pop(message.target, None)

    def _try(self, target: int, work: Callable[[Result], None]) -> None:
        result = self._results.get(target)
        if result is None:
            return
        try:
            work(result)
        except GoneError:
            self._lose(target, None)
        except Exception as error:  # noqa: BLE001 - the job has to end
            self._lose(target, failure_of(error))


def _pixels_of(message: Fetch) -> Any:
    """The bytes that were asked for. Raises BurnishError where the drawable is not what the panel takes it for."""
    drawable = _drawable(message.drawable)
    bounds = drawables.bounds_of(drawable)
    if drawables.refusal(drawable) is not None or (bounds.width, bounds.height) != (message.width, message.height):
        raise BurnishError("layer-changed", name=drawable.get_name())
    encoding = pixels.encoding_of(drawable)
    if encoding.depth is not message.depth:
        raise BurnishError("layer-changed", name=drawable.get_name())
    try:
        rows = read_in_peace(drawable, message.rect, encoding)
        return pixels.fitted(rows, encoding.depth, encoding.channels, message.channels)
    except GoneError as error:
        raise BurnishError("layer-gone", name="") from error
    except ValueError as error:
        raise BurnishError("layer-changed", detail=str(error), name=drawable.get_name()) from error


def _drawable(number: int) -> Any:
    """Raises BurnishError where it is gone."""
    drawable = Gimp.Drawable.get_by_id(number)
    if drawable is None or not drawable.is_valid():
        raise BurnishError("layer-gone", name="")
    return drawable


def _started(python: str) -> subprocess.Popen[bytes]:
    """The panel's process. Raises BurnishError where it cannot be started."""
    try:
        _panel_log().parent.mkdir(parents=True, exist_ok=True)
        with _panel_log().open("wb" if _is_long(_panel_log()) else "ab") as errors:
            return subprocess.Popen(
                [python, "-m", "burnish.hosts.gimp.panel", _colour_scheme(), str(Gimp.getpid())],
                cwd=_panel_log().parent,  # Python would import what lies in the folder that it is started from
                env=clean_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                creationflags=subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0,
            )
    except OSError as error:
        raise panel_error(str(error)) from error


def _colour_scheme() -> str:
    """What GIMP's windows look like: "dark", "gray", "light", or "system"."""
    procedure = Gimp.get_pdb().lookup_procedure("gimp-gimprc-query")
    config = procedure.create_config()
    config.set_property("token", "theme-color-scheme")
    answer = procedure.run(config)
    return str(answer.index(1)) if answer.index(0) == Gimp.PDBStatusType.SUCCESS else "system"


def _panel_log() -> Path:
    return log_path().with_name("gimp-panel.log")


def panel_error(reason: str) -> BurnishError:
    """The panel could not be started."""
    return BurnishError("panel-not-started", reason=reason, log=str(_panel_log()))


def _is_long(log: Path) -> bool:
    """Whether it is time to begin a new log. Until then, why the panel before this one ended can still be read."""
    return log.exists() and log.stat().st_size > _LOG_BYTES


def failure_of(error: Exception) -> Failure:
    """What went wrong, foreseen or not."""
    if isinstance(error, BurnishError):
        return error.failure
    reason = str(error) or type(error).__name__
    return Failure("internal", {"reason": reason, "log": str(_panel_log())}, "".join(traceback.format_exception(error)))


def _on_main_thread(work: Callable[..., None], *arguments: Any) -> None:
    def once() -> bool:
        work(*arguments)
        return bool(GLib.SOURCE_REMOVE)

    GLib.idle_add(once, priority=GLib.PRIORITY_DEFAULT)
