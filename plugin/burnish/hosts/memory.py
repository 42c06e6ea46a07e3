"""A host without a program: one layer in memory. Tests use it, and a new host's author can read it as the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from burnish.client import Layer
from burnish.hosts.contract import LayerFacts, Lost, Painted, Place, ResultPixels, Target
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.sentences import BurnishError
from burnish.wire.shared_pixels import put_rows, rows_of


@dataclass
class MemoryTarget:
    """A result in a bytearray. `state` is "painting", "finished", "discarded" or "removed" by the artist."""

    place: Place
    region: Rect
    format: PixelFormat
    pixels: bytearray
    lost: Lost
    state: str = "painting"
    told: bool = False
    painted: list[Rect] = field(default_factory=list)
    framed: Rect | None = None

    def paint(self, rect: Rect, pixels: Any, painted: Painted) -> None:
        if self.state == "removed":
            self.notice()
        else:
            put_rows(memoryview(self.pixels), self.format, rect, memoryview(pixels))
            self.painted.append(rect)
        painted()

    def frame(self, rect: Rect | None) -> None:
        self.framed = rect

    def show_strength(self, strength: float) -> bool:
        return False

    def finish(self) -> None:
        if self.state == "removed":
            self.notice()
        else:
            self.state = "finished"

    def discard(self) -> None:
        if self.state != "removed":
            self.state = "discarded"

    def notice(self) -> None:
        """Find out that the artist removed it, and say so once."""
        if not self.told:
            self.told = True
            self.lost(None)


class MemoryHost:
    """Holds one layer, or none, and every target that was begun."""

    name = "Memory"

    def __init__(self, layer: Layer | None = None, *, document: str = "Portrait", name: str = "Background") -> None:
        self.document = document
        self.layer_name = name
        self.targets: list[MemoryTarget] = []
        self._layer = layer
        self._serial = 0
        self._selection: Rect | None = None
        self._mask: bytes | None = None
        self._visible: Rect | None = None
        self._watchers: list[Callable[[], None]] = []

    def places(self, scale: float) -> tuple[Place, ...]:
        if scale == 1:
            return (Place.NEW_LAYER, Place.REPLACE, Place.NEW_IMAGE)
        return (Place.SCALED_IMAGE, Place.NEW_IMAGE)

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

    def selection_mask(self, region: Rect) -> bytes | None:
        if self._mask is None or self._selection is None:
            return None
        whole = PixelFormat(self._selection.width, self._selection.height, Depth.UINT8, 1)
        shifted = region.moved(-self._selection.x, -self._selection.y)
        return rows_of(memoryview(self._mask), whole, shifted)

    def visible(self) -> Rect | None:
        return self._visible

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        target = MemoryTarget(place, region, result.format, bytearray(result.format.total_bytes), lost)
        self.targets.append(target)
        return target

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)

    # --- what the artist would do --------------------------------------------------------------------------------

    def open(self, layer: Layer | None) -> None:
        """Make `layer` the current one; None closes the document."""
        self._layer = layer
        self._serial += 1
        self._selection = self._mask = None
        self._tell()

    def select(self, rect: Rect | None, mask: bytes | None = None) -> None:
        """Select a rectangle, softly where `mask` gives one byte for each of its pixels; None selects nothing."""
        self._selection, self._mask = rect, mask
        self._tell()

    def remove_result(self) -> None:
        """Undo or delete the newest result. It is noticed when something is to be painted, as in a real program."""
        self.targets[-1].state = "removed"

    def look_at(self, rect: Rect | None) -> None:
        self._visible = rect
        self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()
