"""EXIF on its way from one file to another: kept whole, and made true for the new picture's size and orientation."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from burnish.hosts.standalone.files import tags
from burnish.hosts.standalone.files.tags import Directory, Entry

_MARKER = b"Exif\0\0"
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128

# what a TIFF's own directory says about the picture, and not about how the file stores it
_DESCRIPTIVE = (
    0x010E,  # ImageDescription
    0x010F,  # Make
    0x0110,  # Model
    0x0131,  # Software
    0x0132,  # DateTime
    0x013B,  # Artist
    0x013C,  # HostComputer
    0x4746,  # Rating
    0x4749,  # RatingPercent
    0x8298,  # Copyright
)


def without_marker(block: bytes) -> bytes:
    """An EXIF block as some formats store it, with their marker taken off."""
    return block[len(_MARKER) :] if block.startswith(_MARKER) else block


def upright(exif: bytes, width: int, height: int) -> bytes:
    """The same EXIF for an upright picture of this size, without the old thumbnail. Damaged EXIF becomes empty."""
    directory = _directory(exif)
    if directory is None:
        return b""
    if tags.ORIENTATION in directory.entries:
        directory.set_number(tags.ORIENTATION, 1)
    child = directory.children.get(tags.EXIF_DIRECTORY)
    if child is not None:
        for tag, value in ((tags.PIXEL_WIDTH, width), (tags.PIXEL_HEIGHT, height)):
            if tag in child.entries:
                child.set_number(tag, value)
    return tags.structure_of(directory)


def for_saving(exif: bytes, width: int, height: int, dpi: tuple[float, float] | None) -> bytes:
    """The block to give to a file: true for this size, with the marker; empty where there is nothing to say.

    dpi: for a format that has no other place for it.
    """
    directory = _directory(upright(exif, width, height)) or Directory()
    if dpi is not None:
        for tag, value in ((_X_RESOLUTION, dpi[0]), (_Y_RESOLUTION, dpi[1])):
            directory.entries[tag] = Entry(5, 1, struct.pack("<II", round(value * 1000), 1000))
        directory.set_number(_RESOLUTION_UNIT, 2)
    return _MARKER + tags.structure_of(directory) if directory.entries or directory.children else b""


def resolution_of(exif: bytes) -> tuple[float, float] | None:
    """Pixels per inch across and down, where EXIF says so."""
    directory = _directory(exif)
    if directory is None:
        return None
    per_unit = {2: 1.0, 3: 2.54}.get((directory.numbers(_RESOLUTION_UNIT) or (2,))[0])
    found = [directory.entries.get(tag) for tag in (_X_RESOLUTION, _Y_RESOLUTION)]
    values: list[float] = []
    for entry in found:
        if entry is None or entry.kind != 5 or entry.count != 1:
            return None
        over, under = struct.unpack("<II", entry.data)
        values.append(over / under if under else 0.0)
    if per_unit is None or min(values) <= 0:
        return None
    return values[0] * per_unit, values[1] * per_unit


def from_tiff(directory: Directory) -> bytes:
    """The EXIF of a TIFF file whose own directory this is; empty where it has none."""
    kept = Directory(
        {tag: entry for tag, entry in directory.entries.items() if tag in _DESCRIPTIVE},
        {tag: child for tag, child in directory.children.items() if tag != tags.INTEROPERABILITY_DIRECTORY},
    )
    return tags.structure_of(kept) if kept.entries or kept.children else b""


def add_to_tiff(path: Path, exif: bytes) -> None:
    """Append EXIF to a TIFF file: a new directory at its end, to which the header then points.

    A file over 4 GB (BigTIFF) is left as it is: EXIF has no place for such offsets.
    """
    added = _directory(exif)
    if added is None:
        return
    with path.open("r+b") as file:
        head = file.read(8)
        if head[:4] not in (b"II*\0", b"MM\0*"):
            return

        def read_at(offset: int, length: int) -> bytes:
            file.seek(offset)
            part = file.read(length)
            if len(part) < length:
                raise EOFError(offset)
            return part

        directory = tags.read_structure(read_at)
        for tag in _DESCRIPTIVE:
            if tag in added.entries:
                directory.entries[tag] = added.entries[tag]
        directory.children.update(added.children)
        end = file.seek(0, 2)
        end += file.write(b"\0" * (end % 2))
        block = tags.lay_out(directory, end)
        if head[:2] == b"MM" or end + len(block) > 0xFFFFFFFF:
            return  # values are laid out little-endian; no machine that Burnish runs on writes the other order
        file.write(block)
        file.seek(4)
        file.write(struct.pack("<I", end))


def upright_xmp(xmp: bytes, width: int, height: int) -> bytes:
    """The same XMP for an upright picture of this size; what stands there in digits is replaced, nothing else."""
    for name, value in ((b"tiff:Orientation", 1), (b"exif:PixelXDimension", width), (b"exif:PixelYDimension", height)):
        number = str(value).encode()
        xmp = re.sub(name + rb'="\d+"', name + b'="' + number + b'"', xmp)
        xmp = re.sub(b"<" + name + rb">\d+<", b"<" + name + b">" + number + b"<", xmp)
    return xmp


def _directory(exif: bytes) -> Directory | None:
    if not exif:
        return None
    try:
        return tags.read_structure(tags.reader_of(exif))
    except (ValueError, EOFError, struct.error):
        return None
