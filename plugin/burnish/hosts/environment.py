"""Burnish's own environment as a host's plug-in sees it: which Python has torch, and how to start it cleanly."""

from __future__ import annotations

import os
from collections.abc import Mapping

from burnish.client import WorkerClient
from burnish.client.launcher import Launcher

_OF_THE_HOST = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONNOUSERSITE",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "GI_TYPELIB_PATH",
    "QT_PLUGIN_PATH",
    "QML2_IMPORT_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
)


def clean_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables for a process in Burnish's environment.

    A host sets some for its own Python and Qt (an AppImage, GIMP on Windows); another Python must not follow them.
    """
    return {name: value for name, value in environ.items() if name not in _OF_THE_HOST}


def client_for(python: str) -> WorkerClient:
    """A client whose worker runs in the environment of the interpreter `python`."""
    return WorkerClient(launcher=Launcher(python, clean_environment()))
