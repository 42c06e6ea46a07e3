"""GIMP as the panel sees it, from a process of its own: everything is asked and told over the bridge.

Nothing here waits on the UI thread. What is current in GIMP was told before; pixels are asked for at once, and waited
for on the job's own thread.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from burnish.client import Layer
from burnish.hosts.contract import LayerFacts, Lost, Painted, Place, ResultPixels, Target
from burnish.hosts.gimp import messages
from burnish.hosts.gimp.bridge import Bridge
from burnish.hosts.gimp.messages import Facts, Fetched, LayerNow, Profile, Show
from burnish.language import _, hint_of, message_of
from burnish.qt import QtCore, Signal
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.sentences import BurnishError, Failure


class Awaited:
    """Bytes that are on their way. Call it, on a thread that may wait, to have them."""

    def __init__(self) -> None:
        self._arrived = threading.Event()
        self._answer: Fetched | None = None
        self._data = b""

    def arrive(self, answer: Fetched | None, data: bytes = b"") -> None:
        """answer: None when the other side is gone."""
        self._answer, self._data = answer, data
        self._arrived.set()

    def __call__(self) -> bytes:
        """Raises BurnishError where the pixels cannot be had, EOFError where GIMP is gone."""
        self._arrived.wait()
        if self._answer is None:
            raise EOFError
        failure = self._answer.failure
        if failure is not None:
            raise BurnishError(failure.code, failure.detail, **failure.values)
        data, self._data = self._data, b""  # whoever asked has it now
        return data


@dataclass(frozen=True)
class AwaitedMask:
    """A selection's mask on its way; None where there turns out to be no edge to respect."""

    awaited: Awaited

    def __call__(self) -> bytes | None:
        return self.awaited() or None


class GimpTarget:
    """A result in the making, in GIMP."""

    def __init__(self, number: int, send: Callable[..., None], lost: Lost) -> None:
        self.number = number
        self._send = send
        self._lost: Lost | None = lost
        self._under_way: dict[int, Painted] = {}
        self._tickets = itertools.count(1)
        weakref.finalize(self, send, messages.Forget(number))

    def paint(self, rect: Rect, pixels: Any, painted: Painted) -> None:
        if self._lost is None:
            painted()
            return
        ticket = next(self._tickets)
        self._under_way[ticket] = painted
        self._send(messages.Paint(self.number, ticket, rect), pixels)

    def frame(self, rect: Rect | None) -> None:
        """GIMP lets nobody draw over its canvas."""

    def show_strength(self, strength: float) -> bool:
        return False  # a layer's opacity blends in other colours than the worker does, and makes undo steps

    @property
    def under_way(self) -> int:
        """How many tiles GIMP has not taken yet."""
        return len(self._under_way)

    def finish(self) -> None:
        if self._lost is not None:
            self._send(messages.Finish(self.number))

    def discard(self) -> None:
        if self._lost is not None:
            self._send(messages.Discard(self.number))

    def know_painted(self, ticket: int) -> None:
        painted = self._under_way.pop(ticket, None)
        if painted is not None:
            painted()

    def know_lost(self, failure: Failure | None) -> None:
        """Nothing is painted from now on."""
        lost, self._lost = self._lost, None
        for ticket in list(self._under_way):
            self.know_painted(ticket)
        if lost is not None:
            lost(failure)


class GimpHost(QtCore.QObject):
    """The host's side of the panel.

    Signals:
        show_asked: the menu was used; True when the last enhancement is wanted again.
        gone: GIMP, or its plug-in, has ended.
    """

    name = "GIMP"
    show_asked = Signal(bool)
    gone = Signal()
    _received = Signal(object, object)

    def __init__(self, reading: BinaryIO, writing: BinaryIO) -> None:
        super().__init__()
        self._facts = Facts(None, 0)
        self._layer: LayerFacts | None = None
        self._profiles: dict[int, bytes] = {0: b""}
        self._watchers: list[Callable[[], None]] = []
        self._targets: weakref.WeakValueDictionary[int, GimpTarget] = weakref.WeakValueDictionary()
        self._awaited: dict[int, Awaited] = {}
        self._ended = False
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._handlers: dict[type, Callable[..., None]] = {
            Profile: self._know_profile,
            Facts: self._know_facts,
            messages.Painted: self._know_painted,
            messages.Lost: self._know_lost,
            Show: self._show,
        }
        self._received.connect(self._handle)
        self.bridge = Bridge(reading, writing, self._on_reading_thread, self._on_end)

    # --- the contract --------------------------------------------------------------------------------------------

    def places(self, scale: float) -> tuple[Place, ...]:
        if scale != 1:
            return (Place.NEW_IMAGE, Place.NEW_LAYER)
        if self._facts.layer is not None and not self._facts.layer.replaceable:
            return (Place.NEW_LAYER, Place.NEW_IMAGE)
        return (Place.NEW_LAYER, Place.REPLACE, Place.NEW_IMAGE)

    def limits(self) -> tuple[str, ...]:
        if self._facts.images < 2:
            return ()
        return (_("GIMP does not say which picture is in front. To choose another, use the menu in its window."),)

    def current_layer(self) -> LayerFacts | None:
        return self._layer

    def read(self, region: Rect | None = None) -> Layer:
        layer = self._layer
        if layer is None:
            raise BurnishError("no-layer")
        part = region or layer.format.bounds
        drawable, kind = _drawable_of(layer), layer.format
        data = self._ask(
            lambda ticket: messages.Fetch(
                ticket, drawable, part, kind.width, kind.height, kind.depth, kind.channels
            )
        )  # fmt: skip
        return Layer(replace(kind, width=part.width, height=part.height), data)

    def selection_mask(self, region: Rect) -> Callable[[], bytes | None] | None:
        layer = self._layer
        if layer is None or layer.selection is None:
            return None
        return AwaitedMask(self._ask(lambda ticket: messages.FetchMask(ticket, _drawable_of(layer), region)))

    def visible(self) -> Rect | None:
        return None

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        made = result.format
        target = GimpTarget(next(self._numbers), self.bridge.send, lost)
        self._targets[target.number] = target
        name = _("{layer} – {model}").format(layer=source.name, model=result.title) if result.title else source.name
        self.bridge.send(
            messages.Begin(
                target.number,
                place,
                _drawable_of(source),
                region,
                made.width,
                made.height,
                made.depth,
                made.channels,
                name,
            )
        )
        return target

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)

    # --- what is asked and told ----------------------------------------------------------------------------------

    def _ask(self, message: Callable[[int], object]) -> Awaited:
        """Send a question that carries a ticket; what is returned will have the answer."""
        awaited, ticket = Awaited(), next(self._numbers)
        with self._lock:
            self._awaited[ticket] = awaited
            ended = self._ended
        if ended:
            awaited.arrive(None)
        else:
            self.bridge.send(message(ticket))
        return awaited

    def _on_reading_thread(self, message: Any, data: bytes) -> None:
        if isinstance(message, Fetched):  # a job's thread waits for it, so the UI thread need not see it
            with self._lock:
                awaited = self._awaited.pop(message.ticket, None)
            if awaited is not None:
                awaited.arrive(message, data)
        else:
            self._received.emit(message, data)

    def _on_end(self) -> None:
        with self._lock:
            self._ended = True
            waiting, self._awaited = list(self._awaited.values()), {}
        for awaited in waiting:
            awaited.arrive(None)
        self.gone.emit()

    def _handle(self, message: Any, data: bytes) -> None:
        self._handlers[type(message)](message, data)

    def _know_profile(self, message: Profile, data: bytes) -> None:
        self._profiles[message.key] = data

    def _know_facts(self, message: Facts, _data: bytes) -> None:
        self._facts = message
        self._layer = self._facts_of(message.layer) if message.layer else None
        for changed in self._watchers:
            changed()

    def _facts_of(self, layer: LayerNow) -> LayerFacts:
        profile = self._profiles[layer.profile]
        pixels = PixelFormat(
            layer.width, layer.height, layer.depth, layer.channels, profile=profile, transfer=layer.transfer
        )
        return LayerFacts(
            key=f"{layer.image}/{layer.drawable}",
            document=layer.document,
            name=layer.name,
            format=pixels,
            profile=layer.profile_name,
            selection=layer.selection,
            refusal=_sentence_of(layer.refusal),
        )

    def _know_painted(self, message: messages.Painted, _data: bytes) -> None:
        target = self._targets.get(message.target)
        if target is not None:
            target.know_painted(message.ticket)

    def _know_lost(self, message: messages.Lost, _data: bytes) -> None:
        target = self._targets.get(message.target)
        if target is not None:
            target.know_lost(message.failure)

    def _show(self, message: Show, _data: bytes) -> None:
        self.show_asked.emit(message.again)


def _drawable_of(layer: LayerFacts) -> int:
    return int(layer.key.partition("/")[2])


def _sentence_of(failure: Failure | None) -> str:
    """What is wrong and what to do about it, in the artist's language."""
    return " ".join(part for part in (message_of(failure), hint_of(failure)) if part) if failure else ""
