"""What the panel remembers between sessions, for each host on its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from burnish.hosts.contract import Place
from burnish.panel.orders import AUTO, Choices, RegionChoice
from burnish.qt import QtCore
from burnish.wire.request import LARGEST_SCALE

Answer = TypeVar("Answer")


class Remembered:
    """Typed access to one settings file. What somebody broke in it reads as if it had never been set.

    Args:
        host: "krita", "gimp" or "window"; each has a file of its own.
        file: for tests; the system's own place otherwise.

    Attributes:
        store: the file itself, for what else a host remembers in it.
    """

    def __init__(self, host: str, file: Path | None = None) -> None:
        ini, scope = QtCore.QSettings.Format.IniFormat, QtCore.QSettings.Scope.UserScope
        self.store = QtCore.QSettings(str(file), ini) if file else QtCore.QSettings(ini, scope, "Burnish", host, None)

    @property
    def choices(self) -> Choices:
        return Choices(
            task=self.text("task", "upscale"),
            model=self.text("model", AUTO),
            scale=self._read("scale", _scale),
            place=self._read("place", Place),
            enlarged_place=self._read("enlarged_place", Place),
        )

    @choices.setter
    def choices(self, choices: Choices) -> None:
        self.store.setValue("task", choices.task)
        self.store.setValue("model", choices.model)
        self._write("scale", "" if choices.scale is None else f"{choices.scale:g}")
        self._write("place", choices.place.value if choices.place else "")
        self._write("enlarged_place", choices.enlarged_place.value if choices.enlarged_place else "")

    @property
    def usual_region(self) -> RegionChoice:
        """What is enhanced while nothing is selected."""
        region = self._read("region", RegionChoice)
        return RegionChoice.LAYER if region in (None, RegionChoice.SELECTION) else region

    @usual_region.setter
    def usual_region(self, region: RegionChoice) -> None:
        self.store.setValue("region", region.value)

    @property
    def keep_on_cancel(self) -> bool:
        """What Cancel does with the finished tiles."""
        return self.text("cancel", "keep") != "discard"

    @keep_on_cancel.setter
    def keep_on_cancel(self, keep: bool) -> None:
        self.store.setValue("cancel", "keep" if keep else "discard")

    @property
    def preview_open(self) -> bool:
        return self.text("preview", "closed") == "open"

    @preview_open.setter
    def preview_open(self, is_open: bool) -> None:
        self.store.setValue("preview", "open" if is_open else "closed")

    def text(self, key: str, default: str) -> str:
        value = self.store.value(key, default)
        return value if isinstance(value, str) else default

    def save(self) -> None:
        """Write now what would be written soon."""
        self.store.sync()

    def _read(self, key: str, kind: Callable[[str], Answer]) -> Answer | None:
        try:
            return kind(self.text(key, ""))
        except ValueError:
            return None

    def _write(self, key: str, value: str) -> None:
        if value:
            self.store.setValue(key, value)
        else:
            self.store.remove(key)


def _scale(text: str) -> float:
    """Raises ValueError for what is no usable scale."""
    scale = float(text)
    if not 0 < scale <= LARGEST_SCALE:
        raise ValueError(text)
    return scale
