"""Pixels that a host hands over when they are asked for, kept for every job that needs them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from burnish.client import Layer
from burnish.wire.request import Request


class Once:
    """Asks a host for a buffer at most once, on whichever thread needs it first. What failed is asked for again."""

    def __init__(self, fetch: Callable[[], Any]) -> None:
        self._fetch = fetch
        self._had = False
        self._buffer: Any = None
        self._lock = threading.Lock()

    def __call__(self) -> Any:
        with self._lock:
            if not self._had:
                self._buffer = self._fetch()
                self._had = True
            return self._buffer

    def release(self) -> None:
        """Let go of the buffer: whoever needs it has it."""
        with self._lock:
            self._buffer, self._had = None, False


def fetched_once(layer: Layer) -> Layer:
    """The same layer for several jobs: an attempt and the next, or a preview's two pictures."""
    data = Once(layer.data) if callable(layer.data) else layer.data
    return replace(layer, data=data, mask=Once(layer.mask) if callable(layer.mask) else layer.mask)


def release(layer: Layer) -> None:
    """Free what was fetched for a layer that no further job will need."""
    for buffer in (layer.data, layer.mask):
        if isinstance(buffer, Once):
            buffer.release()


def is_fetched_later(layer: Layer) -> bool:
    return callable(layer.data) or callable(layer.mask)


def fetched(layer: Layer, request: Request) -> Layer:
    """The same layer with its pixels, and its mask, in hand. Raises BurnishError where they cannot be had."""
    area = request.area(layer.format)
    data = layer.bytes_view()
    return Layer(layer.format, data, layer.mask_view(area) if area else None)
