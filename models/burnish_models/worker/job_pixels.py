"""A job's pixels as the worker sees them: the layer that came in and the result that goes out."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import numpy as np

from burnish.wire.channel import Channel
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Blend, Submit
from burnish.wire.runtime import RuntimeFolder
from burnish.wire.sentences import BurnishError
from burnish.wire.shared_pixels import SharedPixels, rows_of
from burnish_models.worker.journal import Journal


class JobPixels:
    """Opens the shared files that the client named, or receives the pixels over the connection.

    Raises BurnishError when the pixels cannot be had.
    """

    def __init__(self, folder: RuntimeFolder, opening: Submit | Blend, channel: Channel) -> None:
        self.format = opening.format
        self.inline = not opening.source
        self.result: SharedPixels | None = None
        self._folder = folder
        self._reserving: threading.Thread | None = None
        self._no_space: BurnishError | None = None
        self._own: list[SharedPixels] = []
        self._earlier: SharedPixels | None = None
        self._earlier_format = opening.result_format if isinstance(opening, Blend) else None
        _check(opening.format)
        try:
            if self.inline:
                self._receive(opening, channel)
            else:
                self._open(opening)
        except OSError as error:
            self.close()
            raise BurnishError("bad-message", reason=f"the pixels cannot be opened: {error}") from error
        except BaseException:
            self.close()
            raise

    def _open(self, opening: Submit | Blend) -> None:
        self._source = self._checked(Path(opening.source), opening.format.total_bytes)
        if isinstance(opening, Blend):
            self._earlier = self._checked(Path(opening.earlier), opening.result_format.total_bytes)
        elif opening.result:
            self.result = SharedPixels.open(Path(opening.result))

    def _receive(self, opening: Submit | Blend, channel: Channel) -> None:
        self._source = self._received(opening.format.total_bytes, channel)
        if isinstance(opening, Blend):
            self._earlier = self._received(opening.result_format.total_bytes, channel)

    def _received(self, size: int, channel: Channel) -> SharedPixels:
        pixels = SharedPixels.create(self._folder, max(1, size))
        self._own.append(pixels)
        pixels.reserve()
        channel.receive_blob(pixels.view[:size])
        return pixels

    def _checked(self, path: Path, size: int) -> SharedPixels:
        pixels = SharedPixels.open(path)
        if pixels.size < size:
            pixels.close()
            raise BurnishError("bad-message", reason=f"{path.name} is smaller than its format says")
        return pixels

    @property
    def layer(self) -> np.ndarray:
        """The layer, [H, W, C] in its own depth; not to be written."""
        return _image(self._source, self.format)

    @property
    def earlier(self) -> np.ndarray:
        """The earlier result that a blend starts from."""
        assert self._earlier is not None and self._earlier_format is not None
        return _image(self._earlier, self._earlier_format)

    def make_result(self, pixels: PixelFormat, journal_bytes: int) -> None:
        """Make the result's file, with room for a journal behind the pixels, unless a resumed job brought it."""
        if self.result is None:
            self.result = SharedPixels.create(self._folder, pixels.total_bytes + journal_bytes)
            if self.inline:
                self._own.append(self.result)
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
        for pixels in (getattr(self, "_source", None), self._earlier, self.result):
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
        raise BurnishError(
            "bad-request", field="The layer", value=f"{layout.width}×{layout.height} pixels", rule="It needs pixels."
        )
    if layout.channels not in (1, 2, 3, 4):
        raise BurnishError("bad-message", reason=f"{layout.channels} channels")
