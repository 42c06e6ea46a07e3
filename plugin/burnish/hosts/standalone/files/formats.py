"""Which image files Burnish knows, by their first bytes and by their names; needs no imaging library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from burnish.wire.geometry import Depth
from burnish.wire.sentences import BurnishError

HEAD_BYTES = 16


@dataclass(frozen=True)
class FileFormat:
    """What one kind of image file can hold.

    Attributes:
        name: as people call it.
        suffixes: file name endings, lower case; the first is the usual one.
        depths: what one value may be stored as.
        alpha, grey: whether the format has transparency, and whether it has pictures of one channel.
        longest_side: pixels, at most, along each side.
    """

    name: str
    suffixes: tuple[str, ...]
    depths: tuple[Depth, ...]
    alpha: bool
    grey: bool
    longest_side: int

    def check_size(self, width: int, height: int) -> None:
        """Raises BurnishError("format-too-small") for a picture that this format cannot hold."""
        if max(width, height) > self.longest_side:
            raise BurnishError("format-too-small", name=self.name, limit=self.longest_side, width=width, height=height)

    def stored_depth(self, depth: Depth) -> Depth:
        """How values of `depth` are stored in this format: as they are, or the nearest that it has."""
        if depth in self.depths:
            return depth
        if depth is Depth.FLOAT16 and Depth.FLOAT32 in self.depths:
            return Depth.FLOAT32
        return Depth.UINT16 if Depth.UINT16 in self.depths else Depth.UINT8


_INTEGERS = (Depth.UINT8, Depth.UINT16)

PNG = FileFormat("PNG", (".png",), _INTEGERS, alpha=True, grey=True, longest_side=2**31 - 1)
JPEG = FileFormat("JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), (Depth.UINT8,), False, True, longest_side=65_500)
WEBP = FileFormat("WebP", (".webp",), (Depth.UINT8,), alpha=True, grey=False, longest_side=16_383)
TIFF = FileFormat("TIFF", (".tif", ".tiff"), (*_INTEGERS, Depth.FLOAT32), True, True, longest_side=2**31 - 1)

FORMATS = (PNG, JPEG, WEBP, TIFF)

_TIFF_HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the last two are BigTIFF


def format_of(head: bytes) -> FileFormat | None:
    """The format that a file's first HEAD_BYTES bytes announce, whatever the file is called."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(_TIFF_HEADS):
        return TIFF
    return None


def format_named(path: Path) -> FileFormat:
    """The format that a file name asks for. Raises BurnishError("format-unknown")."""
    suffix = path.suffix.lower()
    for known in FORMATS:
        if suffix in known.suffixes:
            return known
    raise BurnishError("format-unknown", name=path.name, known=", ".join(every_suffix()))


def every_suffix() -> tuple[str, ...]:
    """Every file name ending that can be read and written."""
    return tuple(suffix for known in FORMATS for suffix in known.suffixes)
