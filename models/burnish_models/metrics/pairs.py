"""Which pictures are judged, and which is compared with which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from burnish.wire.sentences import BurnishError
from burnish_models.data.pictures import SUFFIXES


@dataclass(frozen=True)
class Pair:
    """A picture to judge, what it is called in the table, and what it is compared with, if anything."""

    name: str
    picture: Path
    reference: Path | None = None


@dataclass(frozen=True)
class Pairs:
    """What is judged, in the order of names; alone: pictures that only one of two folders has."""

    pairs: list[Pair]
    alone: list[Path]


def pairs_of(first: Path, second: Path | None) -> Pairs:
    """A file, a folder's files, two files, or the files of two folders that have the same name.

    Names are compared without their endings, so that a PNG finds the JPEG it came from; where a folder has several
    files of one such name, they are compared with their endings.

    Raises:
        BurnishError: "file-missing", "folder-and-file", "no-pictures", or "nothing-in-common".
    """
    for path in (first, second):
        if path is not None and not path.exists():
            raise BurnishError("file-missing", path=str(path))
    if second is None:
        return Pairs([Pair(path.name, path) for path in _pictures_at(first)], [])
    if first.is_dir() != second.is_dir():
        folder, file = (first, second) if first.is_dir() else (second, first)
        raise BurnishError("folder-and-file", folder=str(folder), file=str(file))
    if not first.is_dir():
        return Pairs([Pair(first.name, first, second)], [])
    return _of_folders(first, second)


def _of_folders(first: Path, second: Path) -> Pairs:
    ours, theirs = _pictures_at(first), _pictures_at(second)
    counts = [Counter(path.stem for path in paths) for paths in (ours, theirs)]

    def key(path: Path) -> str:
        return path.name if any(count[path.stem] > 1 for count in counts) else path.stem

    references = {key(path): path for path in theirs}
    pairs = [Pair(path.name, path, references[key(path)]) for path in ours if key(path) in references]
    if not pairs:
        raise BurnishError("nothing-in-common", first=str(first), second=str(second))
    taken = {path for pair in pairs for path in (pair.picture, pair.reference)}
    return Pairs(pairs, [path for path in (*ours, *theirs) if path not in taken])


def _pictures_at(path: Path) -> list[Path]:
    """The file itself, or the picture files of the folder, those in folders inside it left out."""
    if not path.is_dir():
        return [path]
    try:
        found = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in SUFFIXES and entry.is_file())
    except OSError as error:
        raise BurnishError("file-unreadable", path=str(path), reason=error.strerror or str(error)) from error
    if not found:
        raise BurnishError("no-pictures", source=str(path))
    return found
