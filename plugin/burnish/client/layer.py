"""The pixels to enhance, and how they travel: fetched once, on the job's thread, and kept while a worker may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.request import Request
from burnish.wire.runtime import RuntimeFolder
from burnish.wire.sentences import BurnishError
from burnish.wire.shared_pixels import SharedPixels


@dataclass(frozen=True)
class Layer:
    """Pixels to enhance.

    Attributes:
        data: any contiguous buffer of exactly `format.total_bytes` bytes, or a function without arguments that returns
            one.
        mask: how much each pixel of the request's region is selected, one byte each from 0 to 255, rows packed, in a
            contiguous buffer; None where all of them are. Or a function without arguments that returns either. A
            region that reaches beyond the layer is first cut to it; without a region the mask covers the whole layer.

    The functions are for a host that cannot hand over its pixels at once. Each is called at most once in a job, `data`
    first, on the thread that reads the job's events, and never for a blend of the same Layer object; they raise
    BurnishError where the pixels cannot be had any more, and the job ends with Failed.
    """

    format: PixelFormat
    data: Any
    mask: Any = None

    def bytes_view(self) -> memoryview:
        """The layer's bytes, fetched where need be. Raises ValueError where they are not as many as the format says."""
        view = memoryview(_had(self.data)).cast("B")
        if len(view) != self.format.total_bytes:
            raise ValueError(f"the layer has {len(view)} bytes, its format says {self.format.total_bytes}")
        return view

    def mask_view(self, area: Rect) -> memoryview | None:
        """The mask's bytes for `area`, fetched where need be; None where there is no mask. Raises ValueError."""
        mask = _had(self.mask)
        if mask is None:
            return None
        view = memoryview(mask).cast("B")
        if len(view) != area.area:
            raise ValueError(f"the mask has {len(view)} bytes, its region {area.area} pixels")
        return view


class LayerPixels:
    """A layer's bytes and its mask on their way to a worker: in a shared file, or in blobs over the connection.

    Args:
        folder: where shared pixels lie.
    """

    def __init__(self, layer: Layer, request: Request, folder: RuntimeFolder) -> None:
        self.layer = layer
        self.area = request.area(layer.format)
        self._folder = folder
        self._views: tuple[memoryview, memoryview | None] | None = None
        self._shared: SharedPixels | None = None
        self._masked = False
        self._closed = False

    @property
    def masked(self) -> bool:
        """Whether a mask comes along. Known once the pixels were asked for."""
        return self._masked

    def shared_path(self) -> str:
        """The file with the layer's bytes and the mask's right behind them.

        Raises BurnishError, also once these pixels were closed; ValueError for a buffer of the wrong size.
        """
        shared = self._shared
        if shared is None:
            data, mask = self._fetch()
            length = len(data) + (0 if mask is None else len(mask))
            shared = self._shared = self._written(data, mask, length)
            self._views = None  # what was fetched is in the file now, and need not be held twice
        return str(shared.path)

    def blobs(self) -> list[memoryview]:
        """The layer's bytes, then the mask's where there is one. Raises as `shared_path` does."""
        data, mask = self._fetch()
        return [data] if mask is None else [data, mask]

    def serve(self, layer: Layer, request: Request) -> bool:
        """Whether these pixels are those of another request, too: of the very same layer, and the same part of it."""
        return self.layer is layer and self.area == request.area(layer.format)

    def close(self) -> None:
        """Let go of the pixels for good, and remove the shared file. A blend may be about to want them elsewhere."""
        self._closed = True
        if self._shared is not None:
            self._shared.remove()
        self._shared = self._views = None

    def _written(self, data: memoryview, mask: memoryview | None, length: int) -> SharedPixels:
        shared = SharedPixels.create(self._folder, max(1, length))
        try:
            shared.reserve()
            shared.write(data)
            if mask is not None:
                shared.write(mask, len(data))
        except BaseException:
            shared.remove()
            raise
        return shared

    def _fetch(self) -> tuple[memoryview, memoryview | None]:
        shared = self._shared
        if shared is not None:  # in the file already
            whole, size = shared.view, self.layer.format.total_bytes
            masked = size + self.area.area if self._masked and self.area else size
            return whole[:size], whole[size:masked] if self._masked else None
        if self._closed:
            raise BurnishError("pixels-not-had", detail="the job that had them was closed")
        if self._views is None:
            data = self.layer.bytes_view()
            # a region beside the layer has no mask to speak of, and is refused by the worker
            self._views = data, self.layer.mask_view(self.area) if self.area else None
            self._masked = self._views[1] is not None
        return self._views


def _had(buffer: Any) -> Any:
    """A buffer, or what a function for it returns. Raises BurnishError."""
    if not callable(buffer):
        return buffer
    try:
        return buffer()
    except (OSError, EOFError) as error:  # not to be taken for the end of the worker
        raise BurnishError("pixels-not-had", detail=repr(error)) from error
