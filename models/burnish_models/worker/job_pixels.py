"""A job's pixels as the worker sees them: the layer that came in and the result that goes out."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import numpy as np

from burnish.wire.channel import Channel
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Blend, Submit
from burnish.wire.request import N_
from burnish.wire.runtime import BEING_MADE_SUFFIX, PIXELS_SUFFIX, RuntimeFolder
from burnish.wire.sentences import BurnishError
from burnish.wire.shared_pixels import SharedPixels, rows_of
from burnish_models.worker.journal import Journal


class JobPixels:
    """Opens the shared files that the client named, or receives the pixels over the connection.

    Raises BurnishError when the pixels cannot be had.
    """

    def __init__(self, folder: RuntimeFolder, opening: Submit | Blend, channel: Channel) -> None:
        self.format = opening.format
        self._mask_area = opening.request.area(opening.format) if opening.masked else None
        self.inline = not opening.source
        self.result: SharedPixels | None = None
        self._folder = folder
        self._reserving: threading.Thread | None = None
        self._no_space: BurnishError | None = None
        self._own: list[SharedPixels] = []
        self._source: SharedPixels | None = None
        self._earlier: SharedPixels | None = None
        self._earlier_format = opening.result_format if isinstance(opening, Blend) else None
        try:
            if self.inline:
                self._receive(opening, channel)
            else:
                _check(opening.format)
                self._open(opening)
        except OSError as error:
            self.close()
            raise BurnishError("bad-message", reason=f"the pixels cannot be opened: {error}") from error
        except BaseException:
            self.close()
            raise

    def _open(self, opening: Submit | Blend) -> None:
        self._source = self._checked(Path(opening.source), opening.format.total_bytes + self._mask_bytes)
        if isinstance(opening, Blend):
            self._earlier = self._checked(Path(opening.earlier), opening.result_format.total_bytes)
        elif opening.result:
            self.result = self._checked(Path(opening.result), 1)  # `make_result` knows the size

    def _receive(self, opening: Submit | Blend, channel: Channel) -> None:
        """The blobs in their order: the layer, its mask right behind it as in a shared file, the earlier result."""
        layer = max(0, opening.format.total_bytes)
        earlier = [max(0, opening.result_format.total_bytes)] if isinstance(opening, Blend) else []
        blobs = [layer, self._mask_bytes, *earlier]
        try:
            _check(opening.format)
            for size in (layer + self._mask_bytes, *earlier):
                self._own.append(SharedPixels.create(self._folder, max(1, size)))
                self._own[-1].reserve()
        except (BurnishError, OSError):
            for size in blobs:  # they are under way already, and what follows them is to be understood again
                channel.skip_blob(size)
            raise
        self._source = self._own[0]
        channel.receive_blob(self._source.view[:layer])
        channel.receive_blob(self._source.view[layer : layer + self._mask_bytes])
        if earlier:
            self._earlier = self._own[1]
            channel.receive_blob(self._earlier.view[: earlier[0]])

    def _checked(self, path: Path, size: int) -> SharedPixels:
        if path.suffix not in (PIXELS_SUFFIX, BEING_MADE_SUFFIX):  # no slip may ever write into a file of the user's
            raise BurnishError("bad-message", reason=f"{path.name} holds no shared pixels")
        pixels = SharedPixels.open(path)
        if pixels.size < size:
            pixels.close()
            raise BurnishError("bad-message", reason=f"{path.name} is smaller than its format says")
        return pixels

    @property
    def layer(self) -> np.ndarray:
        """The layer, [H, W, C] in its own depth; not to be written."""
        assert self._source is not None
        return _image(self._source, self.format)

    @property
    def mask(self) -> np.ndarray | None:
        """How much each pixel of the request's region is selected, uint8 [h, w]; None where no mask came along."""
        if self._mask_area is None:
            return None
        assert self._source is not None
        start = self.format.total_bytes
        flat = np.frombuffer(self._source.view[start : start + self._mask_bytes], np.uint8)
        return flat.reshape(self._mask_area.height, self._mask_area.width)

    @property
    def _mask_bytes(self) -> int:
        return self._mask_area.area if self._mask_area else 0

    @property
    def earlier(self) -> np.ndarray:
        """The earlier result that a blend starts from."""
        assert self._earlier is not None and self._earlier_format is not None
        return _image(self._earlier, self._earlier_format)

    def make_result(self, pixels: PixelFormat, journal_bytes: int) -> None:
        """Make the result's file, with room for a journal behind the pixels, unless a resumed job brought it."""
        needed = pixels.total_bytes + journal_bytes
        if self.result is None:
            self.result = SharedPixels.create(self._folder, needed)
            if self.inline:
                self._own.append(self.result)
        elif self.result.size < needed:
            raise BurnishError("bad-message", reason=f"{self.result.path.name} is too small for the result")
        # taking the space means zeroing it, which for a large result takes as long as a tile: beside the first one
        self._reserving = threading.Thread(target=self._reserve, args=(self.result,), name="reserve", daemon=True)
        self._reserving.start()

    def _reserve(self, result: SharedPixels) -> None:
        try:
            result.reserve()
        except BurnishError as error:
            self._no_space = error

    def writable_result(self, pixels: PixelFormat) -> np.ndarray:
        """The result, [H, W, C]. Waits until its space is really there; raises BurnishError("no-space")."""
        assert self.result is not None and self._reserving is not None
        self._reserving.join()
        if self._no_space is not None:
            raise self._no_space
        return _image(self.result, pixels)

    def journal(self, pixels: PixelFormat) -> Journal:
        assert self.result is not None
        return Journal(self.result.view[pixels.total_bytes :])

    def tile_blob(self, pixels: PixelFormat, rect: Rect) -> tuple[memoryview, ...]:
        """What has to follow a Tile event: its rows when the client cannot see them itself."""
        assert self.result is not None
        return (memoryview(rows_of(self.result.view, pixels, rect)),) if self.inline else ()

    def close(self) -> None:
        """Let go of everything, and remove what only this worker used."""
        if self._reserving is not None:
            self._reserving.join()
        for pixels in (self._source, self._earlier, self.result):
            if pixels is not None:
                pixels.close()
        for pixels in self._own:
            with contextlib.suppress(OSError):
                pixels.remove()


def _image(pixels: SharedPixels, layout: PixelFormat) -> np.ndarray:
    flat = np.frombuffer(pixels.view[: layout.total_bytes], np.dtype(layout.depth.value))
    return flat.reshape(layout.height, layout.width, layout.channels)


def _check(layout: PixelFormat) -> None:
    if layout.width < 1 or layout.height < 1:
        size = f"{layout.width}×{layout.height}"
        rule = N_("Choose a layer that has pixels.")
        raise BurnishError("bad-request", field="The layer's size", value=size, rule=rule)
    if layout.channels not in (1, 2, 3, 4):
        raise BurnishError("bad-message", reason=f"{layout.channels} channels")
