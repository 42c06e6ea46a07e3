"""Pictures that come from other programs, and the one that goes to them: drag and drop, and the clipboard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from burnish.qt import QtCore, QtGui

_ENCODED = ("image/png", "image/tiff", "image/webp", "image/jpeg")


@dataclass(frozen=True)
class Incoming:
    """One of: a file, the bytes of an encoded picture, an image."""

    path: Path | None = None
    encoded: bytes = b""
    image: QtGui.QImage | None = None


def incoming_of(data: QtCore.QMimeData | None, *, peek: bool = False) -> Incoming | None:
    """What of a drop or a paste is a picture; None where nothing is. peek: only look whether there is one."""
    if data is None:
        return None
    for url in data.urls():
        if url.isLocalFile():
            return Incoming(path=Path(url.toLocalFile()))
    for kind in _ENCODED:
        if data.hasFormat(kind):
            return Incoming(encoded=b"" if peek else bytes(data.data(kind).data()))
    if data.hasImage():
        image = None if peek else data.imageData()
        return Incoming(image=image if isinstance(image, QtGui.QImage) else None)
    return None


def clipboard_data(png: bytes) -> QtCore.QMimeData:
    """A picture for other programs, encoded beforehand, so that pasting it makes nobody wait."""
    data = QtCore.QMimeData()
    data.setData("image/png", QtCore.QByteArray(png))
    return data
