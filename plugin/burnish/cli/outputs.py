"""Where each result goes: one named file, or files in a folder whose names say the model and the scale."""

from __future__ import annotations

import os
from pathlib import Path

from burnish.hosts.standalone.files.destination import check_destination, check_folder
from burnish.hosts.standalone.files.formats import FORMATS
from burnish.wire.sentences import BurnishError


class Outputs:
    """The places of one run's results; no two inputs get the same.

    Args:
        given: what -o said.
        inputs: every input of the run. With several, or where `given` is a folder or ends in a slash, it is a folder.
        overwrite: replace files that are there already.
    """

    def __init__(self, given: str, inputs: list[Path], *, overwrite: bool) -> None:
        path = Path(given)
        self.is_folder = len(inputs) > 1 or path.is_dir() or given.endswith(("/", os.sep))
        self.overwrite = overwrite
        self._path = path
        self._taken: set[Path] = set()

    def prepare(self) -> None:
        """Make the folder, or make sure that the one file can be written. Raises BurnishError."""
        if not self.is_folder:
            check_destination(self._path, overwrite=self.overwrite)
            return
        if self._path.exists() and not self._path.is_dir():
            raise BurnishError("folder-is-file", path=str(self._path))
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BurnishError("folder-unwritable", detail=str(error), folder=str(self._path)) from error
        check_folder(self._path)

    def place(self, source: Path, model: str, scale: float) -> Path:
        """Where the result of `source` goes, checked. Raises BurnishError as check_destination does."""
        path = self._path if not self.is_folder else self._free_name(source, model, scale)
        check_destination(path, overwrite=self.overwrite)
        self._taken.add(path)
        return path

    def _free_name(self, source: Path, model: str, scale: float) -> Path:
        suffix = source.suffix.lower()
        if not any(suffix in known.suffixes for known in FORMATS):
            suffix = ".png"
        stem = f"{source.stem}-{Path(model).stem if os.sep in model else model}-x{scale:g}"
        path, number = self._path / f"{stem}{suffix}", 1
        while path in self._taken:
            number += 1
            path = self._path / f"{stem}-{number}{suffix}"
        return path
