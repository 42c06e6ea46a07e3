"""What the window remembers between sessions."""

from __future__ import annotations

from pathlib import Path

from burnish.panel.remembered import Remembered
from burnish.qt import QtCore

RECENT_LENGTH = 10


class Settings:
    """Typed access to one settings file. file: for tests; the system's own place otherwise.

    remembered: what the panel keeps in the same file.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.remembered = Remembered("window", file)
        self._store = self.remembered.store

    @property
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        theme = self.remembered.text("theme", "system")
        return theme if theme in {"system", "light", "dark"} else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def language(self) -> str:
        """A name in burnish.language.LANGUAGES; empty follows the system."""
        return self.remembered.text("language", "")

    @language.setter
    def language(self, name: str) -> None:
        self._store.setValue("language", name)

    @property
    def folder(self) -> str:
        """Where the artist last opened or saved."""
        return self.remembered.text("folder", "")

    @folder.setter
    def folder(self, folder: str) -> None:
        self._store.setValue("folder", folder)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Files opened before, the newest first."""
        return tuple(Path(line) for line in self.remembered.text("recent", "").split("\n") if line)

    def remember_file(self, path: Path) -> None:
        paths = [path.absolute(), *(other for other in self.recent if other != path.absolute())]
        self._store.setValue("recent", "\n".join(str(entry) for entry in paths[:RECENT_LENGTH]))
        self.folder = str(path.absolute().parent)

    def forget_files(self) -> None:
        self._store.remove("recent")

    def geometry(self, name: str) -> QtCore.QByteArray:
        """What a window or splitter saved under `name`; empty the first time."""
        value = self._store.value(f"geometry/{name}")
        return value if isinstance(value, QtCore.QByteArray) else QtCore.QByteArray()

    def keep_geometry(self, name: str, state: QtCore.QByteArray) -> None:
        self._store.setValue(f"geometry/{name}", state)

    def save(self) -> None:
        self._store.sync()
