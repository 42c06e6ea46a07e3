"""What the window remembers between sessions."""

from __future__ import annotations

from pathlib import Path

from burnish.panel.state import AUTO, Choices
from burnish.qt import QtCore

RECENT_LENGTH = 10


class Settings:
    """Typed access to one settings file. file: for tests; the system's own place otherwise."""

    def __init__(self, file: Path | None = None) -> None:
        ini = QtCore.QSettings.Format.IniFormat
        scope = QtCore.QSettings.Scope.UserScope
        self._store = (
            QtCore.QSettings(str(file), ini) if file else QtCore.QSettings(ini, scope, "Burnish", "window", None)
        )

    @property
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        theme = self._text("theme", "system")
        return theme if theme in {"system", "light", "dark"} else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def language(self) -> str:
        """A name in burnish.language.LANGUAGES; empty follows the system."""
        return self._text("language", "")

    @language.setter
    def language(self, name: str) -> None:
        self._store.setValue("language", name)

    @property
    def folder(self) -> str:
        """Where the artist last opened or saved."""
        return self._text("folder", "")

    @folder.setter
    def folder(self, folder: str) -> None:
        self._store.setValue("folder", folder)

    @property
    def choices(self) -> Choices:
        return Choices(task=self._text("task", "upscale"), model=self._text("model", AUTO))

    @choices.setter
    def choices(self, choices: Choices) -> None:
        self._store.setValue("task", choices.task)
        self._store.setValue("model", choices.model)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Files opened before, the newest first."""
        return tuple(Path(line) for line in self._text("recent", "").split("\n") if line)

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

    def _text(self, key: str, default: str) -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default
