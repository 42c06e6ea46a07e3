"""Rectangles and pixel formats: how both sides of the door describe an image without sharing a library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, order=True)
class Rect:
    """A rectangle in whole pixels; x and y count from the top left corner of the image it refers to."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, right: int, down: int) -> Rect:
        """The same rectangle, so many pixels further to the right and down."""
        return Rect(self.x + right, self.y + down, self.width, self.height)

    def contains(self, other: Rect) -> bool:
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def intersection(self, other: Rect) -> Rect | None:
        """The common part, or None where the two do not overlap."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        if right <= left or bottom <= top:
            return None
        return Rect(left, top, right - left, bottom - top)


class Depth(str, Enum):
    """How one channel value is stored. Integers span black to white over their whole range."""

    UINT8 = "uint8"
    UINT16 = "uint16"
    FLOAT16 = "float16"
    FLOAT32 = "float32"

    @property
    def bytes(self) -> int:
        return {"uint8": 1, "uint16": 2, "float16": 2, "float32": 4}[self.value]


class Transfer(str, Enum):
    """How values relate to light when no profile says so."""

    SRGB = "srgb"
    LINEAR = "linear"


@dataclass(frozen=True)
class PixelFormat:
    """An interleaved, tightly packed image: rows from the top, native byte order, straight (not premultiplied) alpha.

    Attributes:
        width, height: pixels.
        depth: how one value is stored.
        channels: 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha.
        bgr: the first three channels are stored blue, green, red (Krita's integer layers).
        profile: the ICC profile that gives the values their meaning; empty when there is none.
        transfer: what the values mean when there is no profile.
    """

    width: int
    height: int
    depth: Depth
    channels: int
    bgr: bool = False
    profile: bytes = b""
    transfer: Transfer = Transfer.SRGB

    @property
    def has_alpha(self) -> bool:
        return self.channels in (2, 4)

    @property
    def pixel_bytes(self) -> int:
        return self.depth.bytes * self.channels

    @property
    def row_bytes(self) -> int:
        return self.width * self.pixel_bytes

    @property
    def total_bytes(self) -> int:
        return self.row_bytes * self.height

    @property
    def bounds(self) -> Rect:
        return Rect(0, 0, self.width, self.height)
