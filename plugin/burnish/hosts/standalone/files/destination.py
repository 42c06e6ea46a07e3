"""Whether a picture can be saved at a place: asked before the work, not after a minute of computing."""

from __future__ import annotations

import os
from pathlib import Path

from burnish.hosts.standalone.files.formats import FileFormat, format_named
from burnish.wire.sentences import BurnishError


def check_destination(path: Path, *, overwrite: bool = False) -> FileFormat:
    """The format that `path` will be written in, after making sure that it can be written.

    Raises:
        BurnishError: "format-unknown", "folder-missing", "folder-unwritable", "file-exists", "path-is-folder"
            or "save-failed" for a name that the system does not take.
    """
    file_format = format_named(path)
    check_folder(path.parent)
    try:
        path.lstat()
    except FileNotFoundError:
        return file_format
    except OSError as error:  # such as a name that is too long
        raise BurnishError("save-failed", path=str(path), reason=error.strerror or str(error)) from error
    if path.is_dir():
        raise BurnishError("path-is-folder", path=str(path))
    if not overwrite:
        raise BurnishError("file-exists", path=str(path))
    return file_format


def check_folder(folder: Path) -> None:
    """Raises BurnishError unless files can be made in `folder`."""
    if not os.path.isdir(folder):  # noqa: PTH112 - never raises, whatever the name
        raise BurnishError("folder-missing", folder=str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BurnishError("folder-unwritable", folder=str(folder))
