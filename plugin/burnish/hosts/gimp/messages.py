"""What GIMP's plug-in and the panel's process tell each other. Pixels follow their message, raw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from burnish.hosts.contract import Place
from burnish.wire.geometry import Depth, Rect, Transfer
from burnish.wire.sentences import Failure

# --- from the plug-in ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Profile:
    """A colour profile that layers will refer to by `key`. Its ICC bytes follow."""

    key: int


@dataclass(frozen=True)
class LayerNow:
    """The layer that the artist works on, as LayerFacts has it.

    Attributes:
        profile: the key of a Profile sent before; 0 where there is none.
        replaceable: whether its own pixels can be replaced.
        refusal: why it cannot be enhanced.
    """

    image: int
    drawable: int
    document: str
    name: str
    width: int
    height: int
    depth: Depth
    channels: int
    transfer: Transfer
    profile: int
    profile_name: str
    selection: Optional[Rect]
    replaceable: bool
    refusal: Optional[Failure]


@dataclass(frozen=True)
class Facts:
    """What is current in GIMP; sent whenever it changed. images: how many are open."""

    layer: Optional[LayerNow]
    images: int


@dataclass(frozen=True)
class Fetched:
    """The answer to Fetch or FetchMask: the bytes follow, unless there is a failure or nothing is selected."""

    ticket: int
    failure: Optional[Failure] = None


@dataclass(frozen=True)
class Painted:
    """A tile is in place, or not wanted any more."""

    target: int
    ticket: int


@dataclass(frozen=True)
class Lost:
    """A result cannot be painted any more; without a failure where the artist removed it."""

    target: int
    failure: Optional[Failure]


@dataclass(frozen=True)
class Show:
    """The menu was used: bring the window to the front. again: and enhance as the last time."""

    again: bool


# --- from the panel ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fetch:
    """Asks for a part of a drawable's pixels, provided that they still are of this kind."""

    ticket: int
    drawable: int
    rect: Rect
    width: int
    height: int
    depth: Depth
    channels: int


@dataclass(frozen=True)
class FetchMask:
    """Asks how much each pixel of a part of a drawable is selected, one byte each."""

    ticket: int
    drawable: int
    rect: Rect


@dataclass(frozen=True)
class Begin:
    """Asks for room for a result. Answered by Lost where there is none.

    region: of the drawable; width, height, depth, channels: of the result. name: what a new layer shall be called.
    """

    target: int
    place: Place
    drawable: int
    region: Rect
    width: int
    height: int
    depth: Depth
    channels: int
    name: str


@dataclass(frozen=True)
class Paint:
    """A finished tile, in result pixels; its rows follow. Answered by Painted."""

    target: int
    ticket: int
    rect: Rect


@dataclass(frozen=True)
class Finish:
    target: int


@dataclass(frozen=True)
class Discard:
    target: int


@dataclass(frozen=True)
class Forget:
    """Nobody will paint or discard this result any more."""

    target: int


Message = Union[Profile, Facts, Fetched, Painted, Lost, Show, Fetch, FetchMask, Begin, Paint, Finish, Discard, Forget]
MESSAGES: tuple[type, ...] = (
    Profile, Facts, Fetched, Painted, Lost, Show, Fetch, FetchMask, Begin, Paint, Finish, Discard, Forget,
)  # fmt: skip
