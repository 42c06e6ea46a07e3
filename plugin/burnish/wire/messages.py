"""Every message that may cross the door. A client sends commands; the worker answers with events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional, Union

from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.request import Request
from burnish.wire.sentences import Failure, Note

PROTOCOL = 2


# --- shaking hands -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hello:
    """The client's first message. `probe` names a file that the worker can open only if both see the same folder."""

    protocol: int
    version: str
    probe: str


@dataclass(frozen=True)
class Welcome:
    """The worker's answer. `shared` says whether pixels can go through shared memory."""

    protocol: int
    version: str
    pid: int
    shared: bool


@dataclass(frozen=True)
class Refused:
    """The worker's answer when it cannot serve this client, or cannot do what a query asked."""

    failure: Failure


# --- questions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListModels:
    """Asks for the catalogue. Answered by Models."""


class Tiling(str, Enum):
    """How well a model tiles: EXACT equals the whole picture, BLENDED needs overlap and a feathered seam."""

    EXACT = "exact"
    BLENDED = "blended"


@dataclass(frozen=True)
class ModelCard:
    """What an artist is told about a model. title and purpose are English sentences that fronts translate.

    seconds_per_megapixel: per input megapixel on this machine; None before anything has been measured.
    """

    name: str
    title: str
    purpose: str
    tasks: tuple[str, ...]
    scale: int
    network: str
    tiling: Tiling
    seam: str
    licence: str
    credit: str
    source: str
    sha256: str
    installed: bool
    seconds_per_megapixel: Optional[float] = None


@dataclass(frozen=True)
class Models:
    models: tuple[ModelCard, ...]
    best: str
    fast: str


@dataclass(frozen=True)
class Describe:
    """Asks what the worker is and has. Answered by Description."""


@dataclass(frozen=True)
class EngineCard:
    """One engine on one device: whether it can run here, its version, and what it is or why it cannot."""

    engine: str
    device: str
    available: bool
    version: str
    detail: str


@dataclass(frozen=True)
class Description:
    version: str
    pid: int
    python: str
    engines: tuple[EngineCard, ...]
    memory_bytes: int
    jobs: int
    idle_exit_seconds: float
    log: str


@dataclass(frozen=True)
class Stop:
    """Asks the worker to end: at once when `force`, else only when no job is left. Answered by Stopping or Refused."""

    force: bool = False


@dataclass(frozen=True)
class Stopping:
    jobs: int


# --- a job ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Resume:
    """What a job had settled and finished before its worker died; the new worker continues exactly there."""

    model: str
    engine: str
    device: str
    precision: str
    tile_width: int
    tile_height: int
    finished: tuple[Rect, ...]


@dataclass(frozen=True)
class Submit:
    """Starts a job. The layer's bytes are in the file `source`, or follow in blobs when it is empty.

    result: on resuming, the file that already holds the finished tiles.
    masked: how much each pixel of the request's region is selected comes along: one uint8 each, after the layer's own
        bytes, in the same file or as a further blob.
    """

    job: str
    request: Request
    format: PixelFormat
    source: str
    result: str = ""
    resume: Optional[Resume] = None
    masked: bool = False


@dataclass(frozen=True)
class Blend:
    """Starts a job that blends an earlier result with its original at another strength, without the network.

    The strength and the region are those of `request`; `result_format` describes the earlier result.

    masked: as in Submit; the inline order of blobs is layer, mask, earlier result.
    parts: the rectangles of the earlier result that hold pixels, where it was not finished; nothing else is blended.
        Empty where all of it is there.
    """

    job: str
    request: Request
    format: PixelFormat
    source: str
    result_format: PixelFormat
    earlier: str
    masked: bool = False
    parts: tuple[Rect, ...] = ()


@dataclass(frozen=True)
class Cancel:
    """Stops the connection's job after the tile in work. Answered by Cancelled (or Done, if that came first)."""

    job: str


class Stage(str, Enum):
    """What a job is doing."""

    QUEUED = "queued"
    LOADING = "loading"
    MEASURING = "measuring"
    RUNNING = "running"


@dataclass(frozen=True)
class Progress:
    """Where a job stands. `working` is the tile in work, in result pixels; `position` counts the jobs ahead."""

    job: str
    stage: Stage
    position: int = 0
    tiles_done: int = 0
    tiles: int = 0
    seconds_left: Optional[float] = None
    megapixels_per_second: Optional[float] = None
    working: Optional[Rect] = None


@dataclass(frozen=True)
class Accepted:
    """What the worker settled on. `result` is the shared file that receives the tiles, empty when they come inline."""

    job: str
    format: PixelFormat
    result: str
    tiles: int
    tile_width: int
    tile_height: int
    seconds: Optional[float]
    memory_bytes: int
    model: str
    model_reason: Note
    engine: str
    device: str
    precision: str
    engine_reason: Note


@dataclass(frozen=True)
class Tile:
    """A finished rectangle of the result, in result pixels. Inline, its rows follow in one blob.

    `core` is the part no other tile computes; the whole rectangle may reach a feathered seam into its neighbours.
    """

    job: str
    x: int
    y: int
    width: int
    height: int
    core: Rect

    @property
    def rect(self) -> Rect:
        return Rect(self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class Done:
    job: str
    seconds: float
    tiles: int
    megapixels_per_second: float
    model: str
    engine: str
    device: str
    precision: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Cancelled:
    job: str
    tiles_done: int
    tiles: int


@dataclass(frozen=True)
class Failed:
    job: str
    failure: Failure


JobEvent = Union[Progress, Accepted, Tile, Done, Cancelled, Failed]
FINAL_EVENTS = (Done, Cancelled, Failed)

MESSAGES: tuple[type, ...] = (
    Hello, Welcome, Refused, ListModels, Models, Describe, Description, Stop, Stopping,
    Submit, Blend, Cancel, Progress, Accepted, Tile, Done, Cancelled, Failed,
)  # fmt: skip
