"""TIFF directories, read and laid out: the structure behind EXIF, and behind TIFF files themselves.

A value is kept as the bytes the file had, in little-endian order, so that whatever is not understood is not lost.
(TIFF 6.0, section 2; EXIF 2.32, section 4.5.)
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

ORIENTATION = 0x0112
EXIF_DIRECTORY = 0x8769
GPS_DIRECTORY = 0x8825
INTEROPERABILITY_DIRECTORY = 0xA005
PIXEL_WIDTH = 0xA002
PIXEL_HEIGHT = 0xA003

_CHILDREN = (EXIF_DIRECTORY, GPS_DIRECTORY, INTEROPERABILITY_DIRECTORY)
_VALUE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_WORD_BYTES = {**_VALUE_BYTES, 5: 4, 10: 4}  # a rational is two words
_SHORT, _LONG = 3, 4
_MOST_ENTRIES = 4096
_DEEPEST = 4

ReadAt = Callable[[int, int], bytes]
"""Gives `length` bytes at an offset; raises EOFError where there are fewer."""


@dataclass(frozen=True)
class Entry:
    """One tag's value. kind: TIFF's type number; data: `count` values, little-endian."""

    kind: int
    count: int
    data: bytes

    @property
    def numbers(self) -> tuple[int, ...]:
        """The values of a BYTE, SHORT or LONG entry; empty for any other."""
        letter = {1: "B", 3: "H", 4: "I", 7: "B", 13: "I"}.get(self.kind)
        return struct.unpack(f"<{self.count}{letter}", self.data) if letter else ()


@dataclass
class Directory:
    """Tags by number, and the directories that some of them point to."""

    entries: dict[int, Entry] = field(default_factory=dict)
    children: dict[int, Directory] = field(default_factory=dict)

    def numbers(self, tag: int) -> tuple[int, ...]:
        entry = self.entries.get(tag)
        return entry.numbers if entry else ()

    def set_number(self, tag: int, value: int) -> None:
        """Set a tag to one number: SHORT where it fits, as EXIF recommends."""
        kind = _SHORT if value <= 0xFFFF else _LONG
        self.entries[tag] = Entry(kind, 1, struct.pack("<H" if kind == _SHORT else "<I", value))


def read_structure(read_at: ReadAt) -> Directory:
    """The first directory of a TIFF structure. Raises ValueError when it is none, EOFError when it is cut off."""
    head = read_at(0, 8)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(head[:4])
    if order is None:
        raise ValueError(f"no TIFF structure begins with {head[:4]!r}")
    return _read_directory(read_at, order, struct.unpack(f"{order}I", head[4:])[0], depth=0)


def reader_of(data: bytes) -> ReadAt:
    """Reads from memory."""

    def read_at(offset: int, length: int) -> bytes:
        part = data[offset : offset + length]
        if len(part) < length:
            raise EOFError(f"{length} bytes wanted at {offset}, {len(part)} there")
        return part

    return read_at


def _read_directory(read_at: ReadAt, order: str, offset: int, depth: int) -> Directory:
    (count,) = struct.unpack(f"{order}H", read_at(offset, 2))
    if count > _MOST_ENTRIES or depth > _DEEPEST:
        raise ValueError(f"a directory of {count} entries at depth {depth}")
    directory = Directory()
    block = read_at(offset + 2, count * 12)
    for start in range(0, len(block), 12):
        tag, kind, values = struct.unpack(f"{order}HHI", block[start : start + 8])
        size = _VALUE_BYTES.get(kind, 0) * values
        if size == 0:
            continue
        place = block[start + 8 : start + 12]
        (pointer,) = struct.unpack(f"{order}I", place)
        if tag in _CHILDREN:
            directory.children[tag] = _read_directory(read_at, order, pointer, depth + 1)
            continue
        data = place[:size] if size <= 4 else read_at(pointer, size)
        directory.entries[tag] = Entry(kind, values, data if order == "<" else _swapped(data, _WORD_BYTES[kind]))
    return directory


def _swapped(data: bytes, word: int) -> bytes:
    """The same words in the other byte order."""
    return b"".join(data[start : start + word][::-1] for start in range(0, len(data), word))


def lay_out(directory: Directory, offset: int) -> bytes:
    """The directory, its values and its children as little-endian bytes that will stand at `offset` in a file."""
    tags = sorted({*directory.entries, *directory.children})
    after = offset + 2 + 12 * len(tags) + 4
    rows, overflow = b"", b""
    for tag in tags:
        if tag in directory.children:
            child = lay_out(directory.children[tag], after + len(overflow))
            rows += struct.pack("<HHII", tag, _LONG, 1, after + len(overflow))
            overflow += _even(child)
            continue
        entry = directory.entries[tag]
        rows += struct.pack("<HHI", tag, entry.kind, entry.count)
        if len(entry.data) <= 4:
            rows += entry.data.ljust(4, b"\0")
        else:
            rows += struct.pack("<I", after + len(overflow))
            overflow += _even(entry.data)
    return struct.pack("<H", len(tags)) + rows + struct.pack("<I", 0) + overflow


def structure_of(directory: Directory) -> bytes:
    """A whole little-endian TIFF structure with this one directory."""
    return struct.pack("<4sI", b"II*\0", 8) + lay_out(directory, 8)


def _even(data: bytes) -> bytes:
    """Values begin at even offsets."""
    return data + b"\0" * (len(data) % 2)
