"""A host's pixels, kept for every job that needs them and freed once none does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from burnish.client import Layer
from burnish.wire.request import Request
from burnish.wire.sentences import BurnishError


class Once:
    """A host's buffer until it is released.

    Where the host gave a function it is called at most once, on whichever thread needs the buffer first. What failed is
    asked for again.
    """

    def __init__(self, source: Any) -> None:
        later = callable(source)
        self._fetch: Callable[[], Any] | None = source if later else None
        self._buffer: Any = None if later else source
        self._had = not later
        self._lock = threading.Lock()

    @property
    def had(self) -> bool:
        """Whether the buffer is here."""
        return self._had

    def __call__(self) -> Any:
        with self._lock:
            if not self._had:
                if self._fetch is None:
                    raise BurnishError("pixels-not-had", detail="they were released")
                self._buffer = self._fetch()
                self._had = True
            return self._buffer

    def release(self) -> None:
        """Let go of the buffer for good: whoever needs it has it."""
        with self._lock:
            self._fetch, self._buffer, self._had = None, None, False


def fetched_once(layer: Layer) -> Layer:
    """The same layer for several jobs: an attempt and the next, or a preview's two pictures."""
    return replace(layer, data=Once(layer.data), mask=None if layer.mask is None else Once(layer.mask))


def release(layer: Layer) -> None:
    """Free the pixels of a layer that no further job will need."""
    for buffer in (layer.data, layer.mask):
        if isinstance(buffer, Once):
            buffer.release()


def is_fetched_later(layer: Layer) -> bool:
    return any(isinstance(buffer, Once) and not buffer.had for buffer in (layer.data, layer.mask))


def fetch(layer: Layer, request: Request) -> None:
    """Have the pixels, and the mask, of a layer from `fetched_once`. Raises BurnishError where they cannot be had."""
    area = request.area(layer.format)
    layer.bytes_view()
    if area:
        layer.mask_view(area)
