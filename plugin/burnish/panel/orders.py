"""What travels between the panel's parts: an enhancement as asked for, one that waits, one that is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from burnish.hosts.contract import Place
from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Done
from burnish.wire.request import Request

AUTO = "auto"


class Phase(str, Enum):
    """What the panel is doing."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"


class RegionChoice(str, Enum):
    """Which part of the layer is enhanced."""

    LAYER = "layer"
    SELECTION = "selection"
    VISIBLE = "visible"


@dataclass(frozen=True)
class Order:
    """One enhancement as the artist asked for it: it can be queued, repeated and remembered.

    selected: the region is a selection, whose soft edge shapes the result.
    """

    request: Request
    place: Place
    title: str
    selected: bool = False


@dataclass(frozen=True)
class QueuedOrder:
    """An order that waits for its turn, as the panel lists it.

    key: by which it is removed; layer, document: what the artist calls that for which it is.
    """

    key: int
    order: Order
    layer: str
    document: str = ""


@dataclass(frozen=True)
class HistoryEntry:
    """A run that ended well (or was cancelled and kept). clock: local time as HH:MM."""

    clock: str
    order: Order
    layer: str
    seconds: float


@dataclass(frozen=True)
class Choices:
    """What the artist set and what is remembered between sessions.

    place, enlarged_place: where a result goes that is as large as its source, and one that is not; None is the host's
    usual place.
    """

    task: str = "upscale"
    model: str = AUTO
    scale: float | None = None
    place: Place | None = None
    enlarged_place: Place | None = None


@dataclass
class Result:
    """The enhancement on display. done: None when it was cancelled and what was finished was kept."""

    order: Order
    format: PixelFormat
    region: Rect
    strength: float = 1.0
    seconds: float = 0.0
    done: Done | None = None
