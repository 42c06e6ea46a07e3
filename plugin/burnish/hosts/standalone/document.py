"""What is open in the window: a picture and where it came from."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

from burnish.hosts.standalone.files.picture import Picture

_serial = itertools.count(1)


@dataclass(frozen=True)
class Document:
    """A picture that was opened or pasted. path: None for a pasted one. key: differs for every opening."""

    picture: Picture
    name: str
    path: Path | None = None
    key: str = field(default_factory=lambda: f"document-{next(_serial)}")

    def suggested_name(self, width: int) -> str:
        """A file name for a result `width` pixels wide, in a format that keeps everything the picture has."""
        stem = self.path.stem if self.path else self.name
        scale = width / self.picture.format.width
        suffix = self.path.suffix.lower() if self.path else ".png"
        if suffix in {".jpg", ".jpeg", ".jpe", ".jfif"}:
            suffix = ".png"  # what was just repaired must not be damaged again
        addition = f"-x{scale:g}" if scale > 1 and abs(scale - round(scale, 2)) < 1e-9 else "-enhanced"
        return f"{stem}{addition}{suffix}"
