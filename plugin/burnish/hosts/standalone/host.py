"""Our own window as a host: the layer is the open picture, and a result is painted over it on the canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from burnish.client import Layer
from burnish.hosts.contract import LayerFacts, Lost, Painted, Place, ResultPixels, Target
from burnish.hosts.standalone.colours import profile_name
from burnish.hosts.standalone.stage import ShownResult, Stage
from burnish.qt import QtCore
from burnish.wire.geometry import Rect
from burnish.wire.sentences import BurnishError

_TELL_AFTER_MS = 30


class CanvasTarget:
    """A result on the stage. Its pixels are read from the worker's own memory, so painting one is only a notice."""

    def __init__(self, stage: Stage, shown: ShownResult) -> None:
        self._stage = stage
        self.shown = shown

    def paint(self, rect: Rect, pixels: Any, painted: Painted) -> None:
        self._stage.paint(self.shown, rect)
        painted()

    def frame(self, rect: Rect | None) -> None:
        self._stage.frame(self.shown, rect)

    def show_strength(self, strength: float) -> bool:
        self._stage.set_strength(self.shown, strength)
        return True

    def finish(self) -> None:
        self._stage.settle(self.shown)

    def discard(self) -> None:
        self._stage.discard(self.shown)


class StandaloneHost(QtCore.QObject):
    """The host's side of the window."""

    name = "Burnish"

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._selection: Rect | None = None
        self._visible: Rect | None = None
        self._profile = ""
        self._watchers: list[Callable[[], None]] = []
        self._tell_soon = QtCore.QTimer(self)
        self._tell_soon.setSingleShot(True)
        self._tell_soon.setInterval(_TELL_AFTER_MS)
        self._tell_soon.timeout.connect(self._tell)
        stage.document_changed.connect(self._on_document)

    def places(self, scale: float) -> tuple[Place, ...]:
        return (Place.NEW_IMAGE,)

    def limits(self) -> tuple[str, ...]:
        return ()

    def current_layer(self) -> LayerFacts | None:
        document = self._stage.document
        if document is None:
            return None
        return LayerFacts(
            document.key, document.name, "", document.picture.format, self._profile, selection=self._selection
        )

    def read(self, region: Rect | None = None) -> Layer:
        document = self._stage.document
        if document is None:
            raise BurnishError("no-layer")
        picture = document.picture
        if region is None:
            return Layer(picture.format, picture.pixels.data)
        part = np.ascontiguousarray(picture.pixels[region.y : region.bottom, region.x : region.right])
        return Layer(replace(picture.format, width=region.width, height=region.height), part.data)

    def selection_mask(self, region: Rect) -> bytes | None:
        return None  # a rubber band has hard edges

    def visible(self) -> Rect | None:
        return self._visible

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        document = self._stage.document
        if document is None or document.key != source.key:
            raise BurnishError("layer-gone", name=source.document)
        return CanvasTarget(self._stage, self._stage.begin_result(region, result))

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)

    # --- what the canvas tells -----------------------------------------------------------------------------------

    def select(self, rect: Rect | None) -> None:
        """The artist drew a region, or cleared it."""
        if rect != self._selection:
            self._selection = rect
            self._tell_soon.start()

    def look_at(self, rect: Rect | None) -> None:
        """The canvas shows this part of the picture."""
        if rect != self._visible:
            self._visible = rect
            self._tell_soon.start()

    def _on_document(self) -> None:
        document = self._stage.document
        self._selection = None
        self._profile = profile_name(document.picture.format.profile) if document else ""
        if document is None:
            self._visible = None
        self._tell()

    def _tell(self) -> None:
        self._tell_soon.stop()
        for changed in self._watchers:
            changed()
