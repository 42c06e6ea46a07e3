"""Results in the picture of their source: a new layer above it, or in its place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from typing import Any

from burnish.hosts.contract import Lost, Painted, ResultPixels
from burnish.hosts.krita.checksums import Checksums, ChecksumsOf, checksum_of_part
from burnish.hosts.krita.ground import Ground, put_pixels
from burnish.hosts.krita.in_order import InOrder, Work
from burnish.hosts.krita.layers import KritaLayer, colours_of, given_pixels, read_pixels
from burnish.hosts.krita.painting import PaintedLayer, is_active
from burnish.hosts.krita.program import Document, Node, ancestors_of, in_document, is_open
from burnish.hosts.krita.repaint import Repaint
from burnish.language import _
from burnish.panel.background import unexpected
from burnish.wire.geometry import Rect
from burnish.wire.sentences import BurnishError, Failure


class KritaTarget(ABC):
    """What all results in Krita have in common. Ends its job as soon as the artist takes the result away.

    Args:
        name: of the source.

    Attributes:
        finished: `finish` was called at least once.
    """

    def __init__(self, document: Document, name: str, lost: Lost) -> None:
        self.document: Document = document
        self._name = name
        self.repaint = Repaint(document)
        self.finished = False
        self.discarded = False
        self._lost: Lost | None = lost
        self._in_order = InOrder(lambda error: self.lose(unexpected(error)))
        self._settled: Checksums | None = None

    @property
    def busy(self) -> bool:
        """Whether something that was asked for is still to be done."""
        return self._in_order.busy

    @property
    def over(self) -> bool:
        """Whether nothing will come of this result any more."""
        return self.discarded or self._lost is None

    # --- what each kind does its own way -------------------------------------------------------------------------

    @abstractmethod
    def exists(self) -> bool:
        """Whether the result is in the picture, and not undone or removed."""

    @abstractmethod
    def ground(self) -> Ground | None:
        """What tiles are painted on; None while there is nothing."""

    @abstractmethod
    def _put(self, rect: Rect, pixels: Any) -> bool:
        """Paint a tile, `rect` in result pixels. False where Krita did not take it."""

    @abstractmethod
    def _take_away(self) -> None:
        """Leave nothing of the result in the picture."""

    def _settle(self) -> Work:
        """All tiles are there, or all that will come. Most kinds have nothing to do then."""
        yield from ()

    # --- the contract --------------------------------------------------------------------------------------------

    def paint(self, rect: Rect, pixels: Any, painted: Painted) -> None:
        self._in_order.do(self._painting(rect, pixels, painted))

    def _painting(self, rect: Rect, pixels: Any, painted: Painted) -> Work:
        self.check()  # now, not when it was asked for: the picture may have been cropped while this waited for its turn
        untouched = yield from self._is_untouched()
        if self.over or not self.exists():
            pass
        elif not untouched:
            self.lose(None)  # the artist went on with the result: it is theirs now, and strength would paint over it
        elif self._put(rect, pixels):
            self.repaint.soon()
        else:
            self.lose(Failure("pixels-refused", {"host": "Krita"}))
        painted()

    def frame(self, rect: Rect | None) -> None:  # noqa: B027 - there is nothing to do
        """Krita lets nobody draw over its canvas."""

    def show_strength(self, strength: float) -> bool:
        return False

    def finish(self) -> None:
        self.check()
        if not self.over and self.exists():
            first, self.finished = not self.finished, True
            self._in_order.do(self._finishing(first))

    def _finishing(self, first: bool) -> Work:
        if first:
            yield from self._settle()
        ground = self.ground()
        if self.over or not self.exists() or ground is None:
            return
        self.document.setModified(True)
        self.repaint.now()
        if self._settled is None:  # what the artist does to it from here on is theirs
            self._settled = yield ground.checksums()

    def discard(self) -> None:
        self.repaint.stop()
        self._lost = None
        if not self.discarded:
            self.discarded = True
            if is_open(self.document):
                self._take_away()

    # --- what the artist does ------------------------------------------------------------------------------------

    def check(self) -> None:
        """Tell that the result is lost: removed or changed while it is made, or closed with its document."""
        if not is_open(self.document) or not (self.finished or self.exists()):
            self.lose(None)
        elif not self.finished and not self._is_same():
            self.lose(Failure("layer-changed", {"name": self._name}))

    def _is_same(self) -> bool:
        ground = self.ground()
        return ground is None or ground.is_same()

    def _is_untouched(self) -> Generator[Any, Any, bool]:
        """Whether nobody else has painted on the finished result. Asked once until it is finished again."""
        ground = self.ground()
        if self.over or not self.exists() or ground is None:
            return True
        if not ground.is_same():
            return False
        settled = self._settled
        if settled is not None:
            if (yield ground.checksums()) != settled:
                return False
            self._settled = None
        return True

    def lose(self, failure: Failure | None) -> None:
        self.repaint.stop()
        lost, self._lost = self._lost, None
        if lost is not None:
            lost(failure)


class NewLayer(KritaTarget):
    """A layer above the source, which stays untouched."""

    def __init__(self, source: KritaLayer, region: Rect, result: ResultPixels, lost: Lost) -> None:
        super().__init__(source.handle, source.name, lost)
        self.source = source
        self.format = result.format
        self.x, self.y = source.area.x + region.x, source.area.y + region.y
        self.layer = PaintedLayer(source, layer_name(source, result))

    def exists(self) -> bool:
        return self.layer.exists()

    def ground(self) -> Ground | None:
        return self.layer.ground

    def _put(self, rect: Rect, pixels: Any) -> bool:
        return self.layer.paint(rect.moved(self.x, self.y), pixels)

    def _take_away(self) -> None:
        self.layer.remove()


class Replace(NewLayer):
    """In the source's place: a layer above it in the making, merged down in the end.

    Merging would lay half-transparent pixels over each other, so the layer is emptied first, and the exact pixels are
    set on what comes of the merge. One undo thus gives back the source as it was, under an empty layer that the next
    one takes away.

    What the artist did to the source in the meantime is not replaced: the result then stays a layer above it.

    Raises BurnishError where the source must not be changed.
    """

    def __init__(self, source: KritaLayer, region: Rect, result: ResultPixels, lost: Lost) -> None:
        _must_be_replaceable(source)
        original = source.original.pixels()  # as they were when the job was ordered
        if original is None:
            original = read_pixels(source, source.format.bounds)
        self._before = checksum_of_part(original, source.format, region)
        self._region = region
        self._merged: Ground | None = None
        super().__init__(source, region, result, lost)

    def exists(self) -> bool:
        return in_document(self._merged.node, self.document) if self._merged is not None else super().exists()

    def ground(self) -> Ground | None:
        return self._merged or self.layer.ground

    def _put(self, rect: Rect, pixels: Any) -> bool:
        if self._merged is not None:
            return self._merged.paint(rect.moved(self.x, self.y), pixels)
        return super()._put(rect, pixels)

    def _settle(self) -> Work:
        if self._may_merge():
            now = yield self._checksum()
            if now == {self._region: self._before.result()} and self._may_merge():
                self._merge()
        # else the source has gone, was painted on, or something is between: the result stays a layer of its own

    def _merge(self) -> None:
        source, layer = self.source.node, self.layer.node
        was_active = is_active(self.document, source)
        locked_alpha, visible = source.alphaLocked(), source.visible()
        painted = self.layer.ground.painted
        parts = [(place, layer.pixelData(place.x, place.y, place.width, place.height)) for place in painted]
        self.layer.ground.clear()
        parent = layer.parentNode()
        before = {node.uniqueId().toString() for node in parent.childNodes()}
        layer.mergeDown()
        self.document.waitForDone()
        merged = next((node for node in parent.childNodes() if node.uniqueId().toString() not in before), None)
        if merged is None:
            for place, pixels in parts:
                put_pixels(layer, place, pixels)
            return
        for place, pixels in parts:
            put_pixels(merged, place, pixels)
        merged.setAlphaLocked(locked_alpha)
        merged.setVisible(visible)
        if was_active:
            self.document.setActiveNode(merged)
        self._merged = Ground(self.document, merged, self.format.pixel_bytes, painted)

    def _may_merge(self) -> bool:
        """Whether the source lies right below and still may be changed."""
        source, layer = self.source.node, self.layer.node
        if self.over or not self.layer.exists() or not in_document(source, self.document) or _is_locked(source):
            return False
        if colours_of(source) != self.source.colours:
            return False
        names = [node.uniqueId().toString() for node in layer.parentNode().childNodes()]
        above = names.index(layer.uniqueId().toString())
        return above > 0 and names[above - 1] == source.uniqueId().toString()

    def _checksum(self) -> ChecksumsOf:
        """Of the source as it is now, where it is to be replaced."""
        source = self.source
        return ChecksumsOf(
            lambda place: given_pixels(source, place),
            (self._region,),
            source.format.pixel_bytes,
            lambda: in_document(source.node, self.document),
        )


def layer_name(source: KritaLayer, result: ResultPixels) -> str:
    """What a result is called: after its source and the model."""
    return _("{layer} · {model}").format(layer=source.name, model=result.title) if result.title else source.name


def _must_be_replaceable(source: KritaLayer) -> None:
    node = source.node
    if _is_locked(node):
        raise BurnishError("layer-locked", name=node.name())
    if node.type() != "paintlayer":
        raise BurnishError("layer-not-painted", name=node.name())
    if node.animated():
        raise BurnishError("layer-animated", name=node.name())
    if node.layerStyleToAsl():
        raise BurnishError("layer-styled", name=node.name())


def _is_locked(node: Node) -> bool:
    return node.locked() or any(group.locked() for group in ancestors_of(node))
