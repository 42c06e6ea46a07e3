"""A small part of the layer, before and after, made before the run: what would come out, in a second or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from burnish.client import Layer
from burnish.hosts.contract import Host, LayerFacts
from burnish.panel.announcement import Announcement
from burnish.panel.client import Client
from burnish.panel.fetching import fetched_once
from burnish.panel.job_thread import JobThread
from burnish.panel.remembered import Remembered
from burnish.panel.state import PanelState, Phase, RegionChoice
from burnish.qt import QtCore, QtGui
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import FINAL_EVENTS, Done, Failed
from burnish.wire.request import Output, Request
from burnish.wire.sentences import BurnishError, Failure

_CONTEXT = 32
_SMALLEST = 8
_WIDTH_STEP = 64
_SOON_MS = 250
_BY_ITSELF_SECONDS = 2.0
_RGBA_BYTES = 4


@dataclass(frozen=True)
class Crop:
    """What a preview is of. rect: in the layer's pixels; zoom: screen pixels for each pixel of the result."""

    key: str
    rect: Rect
    model: str
    scale: float
    zoom: int


class Preview(QtCore.QObject):
    """Makes the preview, off the UI thread, and holds its two pictures. A run goes before it.

    It is made when the artist asks for it. From then on it follows the model, the size and the layer by itself where
    that takes a moment only.

    Attributes:
        changed: announces every change of the following.
        is_open: whether the artist wants to see it.
        crop: what `before` and `after` show; None before the first.
        before, after: None while they are being made.
        busy: whether one of them is being made.
        failure: why it could not be made.
        seen: whether its place can be seen now; told by the widget.
    """

    def __init__(self, host: Host, client: Client, state: PanelState, remembered: Remembered | None = None) -> None:
        super().__init__()
        self.changed = Announcement()
        self.is_open = remembered.preview_open if remembered is not None else False
        self.crop: Crop | None = None
        self.before: QtGui.QImage | None = None
        self.after: QtGui.QImage | None = None
        self.failure: Failure | None = None
        self.seen = False
        self._host = host
        self._client = client
        self._state = state
        self._remembered = remembered
        self._size = (5 * _WIDTH_STEP, 140)
        self._centre: tuple[float, float] | None = None
        self._centre_of = ""
        self._dragged = False
        self._thread: JobThread | None = None
        self._then: Callable[[QtGui.QImage, float], None] | None = None
        self._seconds: dict[tuple[str, float], float] = {}
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._make)
        for announcement in (state.choices_changed, state.layer_changed, state.catalogue_changed, state.phase_changed):
            announcement.connect(self._look)

    # --- what the artist does ------------------------------------------------------------------------------------

    def show(self) -> None:
        """Open the preview's place, and make one."""
        self._open(is_open=True)
        self.make()

    def hide(self) -> None:
        """Close its place again."""
        self.drop()
        self._open(is_open=False)

    def make(self) -> None:
        """Make one of what is looked at now; where the artist dragged it to, as long as that can be seen."""
        if not self._dragged or self._centre is None or not self._sees(*self._centre):
            self._centre, self._dragged = None, False
        self._make()

    def move(self, right: float, down: float) -> None:
        """Show a part so many layer pixels further to the right and down."""
        layer, crop = self._state.layer, self.crop
        if layer is not None and crop is not None and self.possible:
            x, y = crop.rect.centre
            self._centre, self._centre_of, self._dragged = (x + right, y + down), layer.key, True
            self._make()

    def resize(self, width: int, height: int) -> None:
        """The room for it, in screen pixels. A little more is made, so that a scroll bar that comes changes nothing."""
        size = -(-max(1, width) // _WIDTH_STEP) * _WIDTH_STEP, max(1, height)
        if size != self._size:
            self._size = size
            self._look()

    def watch(self, *, seen: bool) -> None:
        """Its place has come into sight, or gone out of it."""
        self.seen = seen
        self._look()

    def drop(self) -> None:
        """Stop making it."""
        self._soon.stop()
        thread, self._thread, self._then = self._thread, None, None
        if thread is not None:
            thread.retire()
            self.changed()

    # --- what there is to show -----------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        return self._thread is not None

    @property
    def possible(self) -> bool:
        """Whether one can be made now."""
        return self._state.fits() and self._state.phase is not Phase.RUNNING

    @property
    def is_current(self) -> bool:
        """Whether what is chosen now is shown, is being made, or cannot be made."""
        made = self.busy or self.after is not None or self.failure is not None
        return made and self.crop is not None and self.crop == self._wanted()

    def estimate(self) -> float | None:
        """Seconds that one will take; None where nothing has been measured yet."""
        wanted, card, layer = self._wanted(), self._state.likely_card(), self._state.layer
        if wanted is None or layer is None:
            return None
        measured = self._seconds.get((wanted.model, wanted.scale))
        if measured is not None:
            return measured
        if card is None or card.seconds_per_megapixel is None:
            return None
        return card.seconds_per_megapixel * _with_context(wanted.rect, layer.format.bounds).area / 1e6

    # --- which part ----------------------------------------------------------------------------------------------

    def _wanted(self) -> Crop | None:
        """What would be made now."""
        layer = self._state.layer
        if layer is None:
            return None
        scale, bounds = self._state.scale(), layer.format.bounds
        zoom = 2 if scale <= 1 else 1
        width = min(bounds.width, max(_SMALLEST, round(self._size[0] / (scale * zoom))))
        height = min(bounds.height, max(_SMALLEST, round(self._size[1] / (scale * zoom))))
        x, y = self._centre if self._centre is not None and self._centre_of == layer.key else self._usual_centre(layer)
        left = min(max(0, round(x - width / 2)), bounds.width - width)
        top = min(max(0, round(y - height / 2)), bounds.height - height)
        card = self._state.likely_card()  # "auto" would take the best for so small a part, whatever the whole needs
        model = card.name if card is not None else self._state.choices.model
        return Crop(layer.key, Rect(left, top, width, height), model, scale, zoom)

    def _usual_centre(self, layer: LayerFacts) -> tuple[float, float]:
        """The centre of the selection if that is the region, else of what can be seen, else of the layer."""
        whole, visible = layer.format.bounds, self._state.visible
        part = whole
        if visible is not None:
            part = visible.intersection(whole) or whole
        if self._state.region is RegionChoice.SELECTION and layer.selection is not None:
            selected = layer.selection.intersection(whole) or whole
            part = selected.intersection(part) or selected
        return part.centre

    def _sees(self, x: float, y: float) -> bool:
        visible = self._state.visible
        return visible is None or (visible.x <= x <= visible.right and visible.y <= y <= visible.bottom)

    # --- making it -----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Something changed that it depends on."""
        if self._state.layer is None:
            self.drop()
            self.crop = self.before = self.after = self.failure = None  # nothing is open that they could be of
        elif self._state.phase is Phase.RUNNING:
            self.drop()
        elif self.is_open and self.seen and self.possible and not self.is_current and self._quick():
            self._soon.start()
        self.changed()

    def _quick(self) -> bool:
        estimate = self.estimate()
        return estimate is not None and estimate < _BY_ITSELF_SECONDS

    def _make(self) -> None:
        self.drop()
        wanted = self._wanted()
        if wanted is None or not self.is_open or not self.possible:
            return
        self._centre, self._centre_of = wanted.rect.centre, wanted.key  # where it stays while the artist scrolls
        if self.crop is None or replace(self.crop, model=wanted.model) != wanted:
            self.before = None
        self.crop, self.after, self.failure = wanted, None, None
        try:
            facts = self._host.current_layer()
            if facts is None or facts.key != wanted.key:
                return  # the host is about to tell
            area = _with_context(wanted.rect, facts.format.bounds)
            layer = fetched_once(self._host.read(area))
        except BurnishError as error:
            self._fail(error.failure)
            return
        region = wanted.rect.moved(-area.x, -area.y)
        request = Request(wanted.model, wanted.scale, region=region, output=Output.SCREEN)
        self._submit(replace(request, strength=0.0), layer, lambda image, _: self._has_before(image, request, layer))
        self.changed()

    def _submit(self, request: Request, layer: Layer, then: Callable[[QtGui.QImage, float], None]) -> None:
        thread = JobThread(self._client.submit(request, layer))
        self._thread, self._then = thread, then
        thread.tile.connect(lambda _tile, _pixels: thread.painted())
        thread.happened.connect(self._on_event)
        thread.start()

    def _on_event(self, event: Any) -> None:
        thread, then = self._thread, self._then
        if thread is None or then is None or event.job != thread.job.id or not isinstance(event, FINAL_EVENTS):
            return
        self._thread = self._then = None
        if isinstance(event, Done) and thread.job.accepted is not None:
            then(screen_image(thread.job.result(), thread.job.accepted.format), event.seconds)
        elif isinstance(event, Failed):
            self.failure = event.failure
        thread.retire()
        self.changed()

    def _has_before(self, image: QtGui.QImage, request: Request, layer: Layer) -> None:
        self.before = image
        self._submit(request, layer, self._has_after)

    def _has_after(self, image: QtGui.QImage, seconds: float) -> None:
        self.after = image
        if self.crop is not None:
            self._seconds[self.crop.model, self.crop.scale] = seconds

    def _fail(self, failure: Failure) -> None:
        self.failure = failure
        self.changed()

    def _open(self, *, is_open: bool) -> None:
        self.is_open = is_open
        if self._remembered is not None:
            self._remembered.preview_open = is_open
        self.changed()


def _with_context(rect: Rect, bounds: Rect) -> Rect:
    """What is around it counts for a network, too."""
    wider = Rect(rect.x - _CONTEXT, rect.y - _CONTEXT, rect.width + 2 * _CONTEXT, rect.height + 2 * _CONTEXT)
    return wider.intersection(bounds) or rect


def screen_image(pixels: memoryview, kind: PixelFormat) -> QtGui.QImage:
    """8-bit sRGB pixels with alpha, copied into a picture that can be drawn."""
    assert kind.pixel_bytes == _RGBA_BYTES, kind
    data = bytes(pixels[: kind.total_bytes])
    return QtGui.QImage(data, kind.width, kind.height, kind.row_bytes, QtGui.QImage.Format.Format_RGBA8888).copy()
