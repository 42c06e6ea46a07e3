"""What a host is: the program that owns the layer. Everything the panel knows about Krita, GIMP or our own window.

All of it runs on the host's UI thread. No method may wait for the worker, and none may take longer than the copy that
the host's own interface forces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional, Protocol

from burnish.client import Layer
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.sentences import Failure

Painted = Callable[[], None]
Lost = Callable[[Optional[Failure]], None]


class Place(str, Enum):
    """Where a result goes.

    NEW_LAYER: above the source, which stays as it is. REPLACE: into the source; one undo brings it back.
    SCALED_IMAGE: the whole image is scaled to the result's size, and the result is a new layer in it.
    NEW_IMAGE: a document of its own.
    """

    NEW_LAYER = "new-layer"
    REPLACE = "replace"
    SCALED_IMAGE = "scaled-image"
    NEW_IMAGE = "new-image"


@dataclass(frozen=True)
class LayerFacts:
    """What a host says about its current layer without copying its pixels.

    Attributes:
        key: the same for the same layer for as long as its document is open; the panel compares it, nothing more.
        document, name: what the artist calls them.
        format: the pixels as `Host.read` would give them.
        profile: the profile's own name, such as "Display P3"; empty when there is none.
        selection: the bounds of the selection in the layer's pixels, None where nothing is selected.
        refusal: why this layer cannot be enhanced, as a translated sentence; empty when it can.
    """

    key: str
    document: str
    name: str
    format: PixelFormat
    profile: str = ""
    selection: Rect | None = None
    refusal: str = ""


@dataclass(frozen=True)
class ResultPixels:
    """A result as the worker fills it. A host with layers of its own needs `format` only, and paints what it is given.

    Attributes:
        format: of the whole result, scaled size included.
        view: every byte of it, shared with the worker: finished tiles hold their values, the rest is zero. Stays
            readable for as long as somebody holds it.
        title: what the model is called, in the artist's language, for a layer's name.
    """

    format: PixelFormat
    view: memoryview
    title: str = ""


class Target(Protocol):
    """A result in the making, in the host. A method called after the artist removed it does nothing."""

    def paint(self, rect: Rect, pixels: Any, painted: Painted) -> None:
        """Put one finished tile in place: `rect` in result pixels, `pixels` its tightly packed rows.

        Called again for the same place where a seam is feathered, and after `finish` at another strength. Calls
        `painted` once for each tile, on the UI thread, when it is in place or is not wanted any more: only a few tiles
        are under way at a time, so a slow host slows the handing over and fills no memory.
        """
        ...

    def frame(self, rect: Rect | None) -> None:
        """Mark the tile in work, in result pixels; a host that cannot draw over its canvas does nothing."""
        ...

    def show_strength(self, strength: float) -> bool:
        """Show the finished result at `strength` (0 the original, 1 the result), as a layer's opacity would.

        Returns False where the host has no such means; the panel then has the worker blend and paints again.
        """
        ...

    def finish(self) -> None:
        """The result stands. Everything painted so far is one undo step."""
        ...

    def discard(self) -> None:
        """Take everything painted away again, leaving no undo step."""
        ...


class Host(Protocol):
    """A program whose layers can be enhanced.

    Attributes:
        name: what the artist calls it, such as "Krita".
    """

    name: str

    def places(self, scale: float) -> tuple[Place, ...]:
        """Where a result `scale` times as large as its source can go, the usual place first."""
        ...

    def limits(self) -> tuple[str, ...]:
        """What this host cannot do, as translated sentences that the panel shows; usually none."""
        ...

    def current_layer(self) -> LayerFacts | None:
        """The layer that the artist works on, None without a document."""
        ...

    def read(self, region: Rect | None = None) -> Layer:
        """A copy of the current layer's pixels, or of a part of them that lies inside the layer.

        Raises BurnishError("no-layer") without a document.
        """
        ...

    def selection_mask(self, region: Rect) -> bytes | Callable[[], bytes | None] | None:
        """How much each pixel of `region` of the current layer is selected, from 0 (not at all) to 255 (wholly).

        One byte a pixel, rows packed; or a function that returns them, as in `Layer.mask`. None where nothing is
        selected, or all of `region` wholly: where there is no soft or irregular edge to respect.
        """
        ...

    def visible(self) -> Rect | None:
        """The part of the current layer that can be seen now, in its own pixels; None where that is not known."""
        ...

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        """Make room for a result of `region` of the layer `source`, which need not be the current one any more.

        Calls `lost` on the UI thread, at most once, as soon as it notices that the result cannot be painted any more:
        with None where the artist removed it or closed the document, so that the job simply ends; with the failure
        where something is in the way.

        Raises BurnishError where the layer has gone, is locked, or cannot take pixels.
        """
        ...

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever `current_layer` or `visible` would answer differently, once per event loop turn."""
        ...
