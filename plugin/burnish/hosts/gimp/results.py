"""A result in the making, on GIMP's side: a new layer, a new image, or the layer's own pixels, replaced undoably.

GIMP ends a plug-in that reads or writes a drawable which was deleted meanwhile, or writes to a locked one. So each
writing looks first, fetches a fresh buffer, and leaves nothing unflushed; and what takes longer to read than a tile is
read from a snapshot, which nobody but us can delete.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from burnish.hosts.gimp import pixels
from burnish.hosts.gimp.drawables import bounds_of, locked
from burnish.hosts.gimp.pixels import Encoding, encoding_of
from burnish.hosts.gimp.program import Gegl, Gimp
from burnish.hosts.gimp.snapshots import GoneError, snapshot
from burnish.wire.geometry import Depth, Rect
from burnish.wire.sentences import BurnishError

_MARK = "burnish-unsaved"
_UNDOABLE = 2  # a parasite's flag


class Result(Protocol):
    """What can be done with a result. Every method may raise GoneError, or BurnishError where something is in the way.

    image, layer: where it is seen.
    """

    image: Any
    layer: Any

    def paint(self, rect: Rect, data: bytes) -> None:
        """Put one tile in place, in result pixels; after `finish` it shows another strength."""
        ...

    def finish(self) -> None:
        """Everything painted so far stands."""
        ...

    def discard(self) -> None:
        """Take everything away again."""
        ...

    def check(self) -> None:
        """See whether there still is something to paint on."""
        ...


class Writer:
    """Writes tiles straight into a drawable: no undo step, no selection.

    depth, channels: of the tiles; an alpha channel that only one side has is added or left out.
    """

    def __init__(
        self, drawable: Any, size: Rect, depth: Depth, channels: int, origin: tuple[int, int] = (0, 0)
    ) -> None:
        self.drawable = drawable
        self.encoding = encoding_of(drawable)
        self.area = size.moved(*origin)
        self._size = bounds_of(drawable)
        self._channels = channels
        self._settled: int | None = None
        if depth is not self.encoding.depth:
            raise BurnishError("layer-changed", name=drawable.get_name())

    def alive(self) -> bool:
        return bool(self.drawable.is_valid())

    def check(self) -> None:
        """Raises GoneError or BurnishError where nothing may be written."""
        if not self.alive():
            raise GoneError
        if self._settled is not None:
            return  # whatever the artist does with a finished result is no failure; `write` looks again
        self._check_writable()

    def _check_writable(self) -> None:
        if locked(self.drawable):
            raise BurnishError("layer-locked", name=self.drawable.get_name())
        if bounds_of(self.drawable) != self._size:
            raise BurnishError("layer-changed", name=self.drawable.get_name())

    def fitted(self, data: bytes) -> Any:
        return pixels.fitted(data, self.encoding.depth, self._channels, self.encoding.channels)

    def write(self, rect: Rect, data: bytes) -> None:
        """Put a tile in place; `rect` counts from the corner of the area."""
        rows, place = self.fitted(data), rect.moved(self.area.x, self.area.y)
        self._check_untouched()
        self.check()
        buffer = self.drawable.get_buffer()
        if self.encoding.has_alpha and self.drawable.get_lock_alpha():
            before = pixels.read(buffer, place, self.encoding.babl)
            rows = pixels.with_alpha_of(rows, before, self.encoding.depth, self.encoding.channels)
        pixels.write(buffer, place, self.encoding, rows)
        buffer.flush()
        del buffer
        show(self.drawable, place)

    def settle(self) -> None:
        """Remember what is there now, so that nothing is painted over what the artist does to it later."""
        if self.alive():
            self._settled = self._checksum()
            _mark_unsaved(self.drawable)

    def _check_untouched(self) -> None:
        settled, self._settled = self._settled, None
        self.check()
        if settled is not None and settled != self._checksum():
            raise GoneError

    def _checksum(self) -> int:
        with snapshot(self.drawable) as buffer:
            return pixels.checksum(buffer, self.area, self.encoding)


class NewLayer:
    """A layer above the source, whose tiles are seen as they come."""

    def __init__(self, image: Any, layer: Any, depth: Depth, channels: int) -> None:
        self.image = image
        self.layer = layer
        self._writer = Writer(layer, bounds_of(layer), depth, channels)

    def paint(self, rect: Rect, data: bytes) -> None:
        self._writer.write(rect, data)

    def finish(self) -> None:
        self._writer.settle()

    def discard(self) -> None:
        if self._writer.alive():
            self.image.remove_layer(self.layer)
            Gimp.displays_flush()

    def check(self) -> None:
        self._writer.check()


class NewImage(NewLayer):
    """An image of its own. display: None where there is no window to show it in."""

    def __init__(self, image: Any, layer: Any, depth: Depth, channels: int, display: Any) -> None:
        super().__init__(image, layer, depth, channels)
        self._display = display

    def discard(self) -> None:
        if not self._writer.alive():
            return
        if self._display is not None and self._display.is_valid():
            self._display.delete()  # the image goes with its last window
        elif self.image.is_valid():
            self.image.delete()


class Replacement:
    """The source's own pixels. Tiles gather in a buffer of ours; `finish` brings them in, as one undo step.

    Repainted after that, pixels are written directly: undo still brings back the original, because GIMP kept it when
    they were first brought in.

    elsewhere: makes an empty layer, as large as the region, for the result of a source that the artist worked on.
    """

    def __init__(self, drawable: Any, region: Rect, depth: Depth, channels: int, elsewhere: Callable[[], Any]) -> None:
        self.image = drawable.get_image()
        self.layer = drawable
        self._region = region
        self._elsewhere = elsewhere
        size = Rect(0, 0, region.width, region.height)
        self._writer = Writer(drawable, size, depth, channels, (region.x, region.y))
        self._stage: Any = Gegl.Buffer.new(self._encoding.babl, 0, 0, region.width, region.height)
        with snapshot(drawable) as original:
            self._copy(original, self._stage, region, size)  # what no tile covers stays as it was
        self._original = pixels.checksum(self._stage, size, self._encoding)

    @property
    def _encoding(self) -> Encoding:
        return self._writer.encoding

    def paint(self, rect: Rect, data: bytes) -> None:
        if self._stage is None:
            self._writer.write(rect, data)
            return
        self._writer.check()
        pixels.write(self._stage, rect, self._encoding, self._writer.fitted(data))

    def finish(self) -> None:
        if self._stage is not None:
            self._writer.check()
            stage, self._stage = self._stage, None
            with snapshot(self.layer) as now:
                if pixels.checksum(now, self._region, self._encoding) != self._original:
                    self._put_elsewhere(stage)
                    raise BurnishError("painted-meanwhile", name=self.layer.get_name())
                self._bring_in(stage, now)
        self._writer.settle()

    def discard(self) -> None:
        self._stage = None

    def check(self) -> None:
        self._writer.check()

    def _put_elsewhere(self, stage: Any) -> None:
        """The result as a layer of its own, and the artist's work untouched below it."""
        layer = self._elsewhere()
        writer = Writer(layer, bounds_of(layer), self._encoding.depth, self._encoding.channels)
        for strip in pixels.strips(bounds_of(layer), self._encoding.pixel_bytes):
            writer.write(strip, pixels.read(stage, strip, self._encoding.babl))

    def _bring_in(self, stage: Any, now: Any) -> None:
        """Merge through GIMP's shadow buffer, which keeps the original for undo and respects a locked alpha.

        The selection shaped the pixels already, as it was when the artist pressed Enhance. GIMP would apply today's
        on top, so it is set aside for the moment.
        """
        drawable = self.layer
        whole = bounds_of(drawable)
        with _one_undo_step(self.image), _nothing_selected(self.image):
            shadow = drawable.get_shadow_buffer()
            if self._region != whole:
                self._copy(now, shadow, whole)
            self._copy(stage, shadow, Rect(0, 0, self._region.width, self._region.height), self._region)
            shadow.flush()
            del shadow
            merged = drawable.merge_shadow(True)
        show(drawable, self._region)
        if not merged:
            raise BurnishError("layer-locked", name=drawable.get_name())

    def _copy(self, source: Any, target: Any, rect: Rect, onto: Rect | None = None) -> None:
        right, down = (onto.x - rect.x, onto.y - rect.y) if onto else (0, 0)
        for strip in pixels.strips(rect, self._encoding.pixel_bytes):
            rows = pixels.read(source, strip, self._encoding.babl)
            pixels.write(target, strip.moved(right, down), self._encoding, rows)


def _mark_unsaved(item: Any) -> None:
    """Have GIMP ask before it closes an image that was saved before all of a result was painted.

    Pixels written straight into a drawable do not count as a change, and there is no call that says so. A change that
    undo is kept from remembering does, also when it is taken back at once.
    """
    image = item.get_image()
    if image.is_dirty():
        return
    image.undo_freeze()
    try:
        item.attach_parasite(Gimp.Parasite.new(_MARK, _UNDOABLE, b"1"))
        item.detach_parasite(_MARK)
    finally:
        image.undo_thaw()


@contextlib.contextmanager
def _one_undo_step(image: Any) -> Iterator[None]:
    image.undo_group_start()
    try:
        yield
    finally:
        image.undo_group_end()


@contextlib.contextmanager
def _nothing_selected(image: Any) -> Iterator[None]:
    """Set the selection aside. GIMP saves it as a channel only, and chooses that instead of the artist's layers."""
    if Gimp.Selection.is_empty(image):
        yield
        return
    layers, channels = image.get_selected_layers(), image.get_selected_channels()
    kept = Gimp.Selection.save(image)
    try:
        Gimp.Selection.none(image)
        yield
    finally:
        image.select_item(Gimp.ChannelOps.REPLACE, kept)
        image.remove_channel(kept)
        if layers:
            image.set_selected_layers(layers)
        elif channels:
            image.set_selected_channels(channels)


def show(drawable: Any, rect: Rect) -> None:
    """Have GIMP draw a part of a drawable again."""
    drawable.update(rect.x, rect.y, rect.width, rect.height)
    Gimp.displays_flush()
