"""The worker's place on disk for what can be made again: converted weights, compiled networks, measured speeds."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from burnish.wire.runtime import cache_path


def cache_folder(*parts: str) -> Path:
    """The user's cache folder for Burnish, or a folder inside it; made when missing. Raises OSError."""
    folder = cache_path().joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes `path`'s place when the block ends well, and is removed otherwise.

    Readers and other writers therefore see the old file or the whole new one, never a half. Raises OSError.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(descriptor)
    beside = Path(name)
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
