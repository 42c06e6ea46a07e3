"""Burnish's actions in Tools > Scripts, which can be bound to keys in Krita's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from burnish.hosts.krita.docker import DOCKER_ID, BurnishDocker
from burnish.hosts.krita.program import Extension, application
from burnish.language import _
from burnish.wire.request import N_

_MENU = "tools/scripts"
_ACTIONS: tuple[tuple[str, str, Callable[[BurnishDocker], None]], ...] = (
    ("burnish_enhance_again", N_("Burnish: Enhance with Last Settings"), BurnishDocker.enhance_again),
    ("burnish_open_panel", N_("Burnish: Show the Panel"), BurnishDocker.open),
    ("burnish_cancel", N_("Burnish: Cancel the Enhancement"), BurnishDocker.cancel),
)


class BurnishExtension(Extension):
    """Makes the actions for each window; they act on that window's docker."""

    def setup(self) -> None:
        """Krita calls it once; everything here belongs to a window."""

    def createActions(self, window: Any) -> None:
        for name, text, act in _ACTIONS:
            action = window.createAction(name, _(text), _MENU)
            action.triggered.connect(_on_docker(act))


def _on_docker(act: Callable[[BurnishDocker], None]) -> Callable[[bool], None]:
    def run(_checked: bool = False) -> None:
        # not the window that createActions was given: Krita deletes that object when createActions returns
        window = application().activeWindow()
        for docker in window.dockers() if window is not None else ():
            if docker.objectName() == DOCKER_ID and isinstance(docker, BurnishDocker):
                act(docker)

    return run
