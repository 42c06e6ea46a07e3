"""A host without a program: one layer in memory. Tests use it, and a new host's author can read it as the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from burnish.client import Layer
from burnish.hosts.contract import LayerFacts, Place, ResultPixels, Target
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.sentences import BurnishError
from burnish.wire.shared_pixels import put_rows, rows_of


@dataclass
class MemoryTarget:
    """A result in a bytearray. `state` is "painting", "finished" or "discarded"."""

    place: Place
    region: Rect
    format: PixelFormat
    pixels: bytearray
    state: str = "painting"
    painted: list[Rect] = field(default_factory=list)
    framed: Rect | None = None

    def paint(self, rect: Rect, pixels: Any) -> None:
        put_rows(memoryview(self.pixels), self.format, rect, memoryview(pixels))
        self.painted.append(rect)

    def frame(self, rect: Rect | None) -> None:
        self.framed = rect

    def show_strength(self, strength: float) -> bool:
        return False

    def finish(self) -> None:
        self.state = "finished"

    def discard(self) -> None:
        self.state = "discarded"


class MemoryHost:
    """Holds one layer, or none, and every target that was begun."""

    name = "Memory"
    places: tuple[Place, ...] = (Place.NEW_LAYER, Place.REPLACE, Place.NEW_IMAGE)

    def __init__(self, layer: Layer | None = None, *, document: str = "Portrait", name: str = "Background") -> None:
        self.document = document
        self.layer_name = name
        self.targets: list[MemoryTarget] = []
        self._layer = layer
        self._serial = 0
        self._selection: Rect | None = None
        self._visible: Rect | None = None
        self._watchers: list[Callable[[], None]] = []

    def limits(self) -> tuple[str, ...]:
        return ()

    def current_layer(self) -> LayerFacts | None:
        if self._layer is None:
            return None
        key = f"{self.document}/{self.layer_name}/{self._serial}"
        return LayerFacts(key, self.document, self.layer_name, self._layer.format, selection=self._selection)

    def read(self, region: Rect | None = None) -> Layer:
        if self._layer is None:
            raise BurnishError("no-layer")
        layer_format = self._layer.format
        if region is None:
            return Layer(layer_format, bytes(self._layer.data))
        rows = rows_of(memoryview(self._layer.data).cast("B"), layer_format, region)
        return Layer(replace(layer_format, width=region.width, height=region.height), rows)

    def visible(self) -> Rect | None:
        return self._visible

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels) -> Target:
        target = MemoryTarget(place, region, result.format, bytearray(result.format.total_bytes))
        self.targets.append(target)
        return target

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)

    # --- what the artist would do --------------------------------------------------------------------------------

    def open(self, layer: Layer | None) -> None:
        """Make `layer` the current one; None closes the document."""
        self._layer = layer
        self._serial += 1
        self._selection = None
        self._tell()

    def select(self, rect: Rect | None) -> None:
        self._selection = rect
        self._tell()

    def look_at(self, rect: Rect | None) -> None:
        self._visible = rect
        self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()
