"""Where Krita's plugin begins: called by the small file that `burnish install krita` puts into Krita's folder."""

from __future__ import annotations

from burnish.hosts.environment import client_for
from burnish.hosts.krita.docker import DOCKER_ID, BurnishDocker
from burnish.hosts.krita.extension import BurnishExtension
from burnish.hosts.krita.program import RIGHT, DockWidgetFactory, application


def start(python: str) -> None:
    """Add the docker and the actions to Krita. python: the interpreter of the environment that has the worker."""
    BurnishDocker.client = client_for(python)
    krita = application()
    krita.notifier().setActive(True)
    krita.addExtension(BurnishExtension(krita))
    krita.addDockWidgetFactory(DockWidgetFactory(DOCKER_ID, RIGHT, BurnishDocker))
