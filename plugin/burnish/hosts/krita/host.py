"""Krita as a host: its active layer, and room for results in its documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from burnish.client import Layer
from burnish.hosts.contract import LayerFacts, Lost, Place, ResultPixels, Target
from burnish.hosts.krita.enlarged import NewImage, ScaledImage
from burnish.hosts.krita.layers import KritaLayer, layer_of, read_pixels, selected_pixels
from burnish.hosts.krita.program import application, in_document, is_open
from burnish.hosts.krita.target import KritaTarget, NewLayer, Replace
from burnish.hosts.krita.view import Viewport
from burnish.qt import QtCore
from burnish.wire.geometry import Rect
from burnish.wire.sentences import BurnishError

_LOOK_EVERY_MS = 300
_KINDS: dict[Place, Callable[[KritaLayer, Rect, ResultPixels, Lost], KritaTarget]] = {
    Place.NEW_LAYER: NewLayer,
    Place.REPLACE: Replace,
    Place.SCALED_IMAGE: ScaledImage,
    Place.NEW_IMAGE: NewImage,
}


class KritaHost(QtCore.QObject):
    """Krita's side of a panel. Krita does not tell what changes, so it looks a few times a second, at facts only.

    Attributes:
        result_shown: called with False when the artist undid the last result, and with True when it is back.
    """

    name = "Krita"

    def __init__(self) -> None:
        super().__init__()
        self.result_shown: Callable[[bool], None] = lambda shown: None
        self._watchers: list[Callable[[], None]] = []
        self._viewport = Viewport()
        self._layer: KritaLayer | None = None
        self._visible: Rect | None = None
        self._making: list[KritaTarget] = []
        self._last: KritaTarget | None = None
        self._last_shown = True
        self._seen_by_artist = False
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    # --- the contract --------------------------------------------------------------------------------------------

    def places(self, scale: float) -> tuple[Place, ...]:
        if scale != 1:
            return (Place.SCALED_IMAGE, Place.NEW_IMAGE)
        if self._layer is not None and self._layer.node.type() != "paintlayer":
            return (Place.NEW_LAYER, Place.NEW_IMAGE)
        return (Place.NEW_LAYER, Place.REPLACE, Place.NEW_IMAGE)

    def limits(self) -> tuple[str, ...]:
        return ()

    def current_layer(self) -> LayerFacts | None:
        self._layer = self._current()
        return self._layer

    def read(self, region: Rect | None = None) -> Layer:
        layer = self._current()
        if layer is None:
            raise BurnishError("no-layer")
        part = layer.format.bounds if region is None else region
        pixels = read_pixels(layer, part)
        if region is None and self._layer is not None and layer.shows_as(self._layer):
            self._layer.original.was_read(pixels)
        return Layer(replace(layer.format, width=part.width, height=part.height), pixels)

    def selection_mask(self, region: Rect) -> bytes | None:
        layer = self._current()
        return selected_pixels(layer, region) if layer is not None else None

    def visible(self) -> Rect | None:
        return self._seen(self._layer)

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        assert isinstance(source, KritaLayer)
        if not in_document(source.node, source.handle):
            raise BurnishError("layer-gone", name=source.name)
        target = _KINDS[place](source, region, result, lost)
        self._making.append(target)
        self._timer.start()
        return target

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)

    # --- looking -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look: the panel can be seen."""
        self._seen_by_artist = True
        self.look()
        self._timer.start()

    def pause(self) -> None:
        """Look after results alone, as long as there are any: the panel cannot be seen."""
        self._seen_by_artist = False

    def stop(self) -> None:
        """Look no further: Krita quits."""
        self._timer.stop()

    def look(self) -> None:
        """Tell the panel if what it shows has changed, and end what the artist took away."""
        self._look_after_results()
        if not self._seen_by_artist:
            if not self._making and self._last is None:
                self._timer.stop()
            return
        layer = self._current()
        seen = self._seen(layer)
        same = layer.shows_as(self._layer) if layer is not None else self._layer is None
        if same and seen == self._visible:
            return
        self._layer, self._visible = layer, seen
        for changed in self._watchers:
            changed()

    def _current(self) -> KritaLayer | None:
        document = application().activeDocument()
        node = document.activeNode() if document is not None and is_open(document) else None
        return layer_of(document, node) if node is not None and node.parentNode() is not None else None

    def _seen(self, layer: KritaLayer | None) -> Rect | None:
        if layer is None or not is_open(layer.handle):
            return None
        seen = self._viewport.visible(layer.handle)
        return seen.moved(-layer.area.x, -layer.area.y).intersection(layer.format.bounds) if seen else None

    def _look_after_results(self) -> None:
        for target in self._making:
            target.check()
        for target in [each for each in self._making if each.finished]:
            self._last, self._last_shown = target, True
        self._making = [each for each in self._making if not (each.finished or each.over)]
        last = self._last
        if last is None:
            return
        last.check()
        if last.discarded or not is_open(last.document):
            self._last = None
        elif not last.busy and last.exists() != self._last_shown:  # one layer makes way for another meanwhile
            self._last_shown = not self._last_shown
            self.result_shown(self._last_shown)
