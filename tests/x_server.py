"""A real X server for tests that show windows: Xvfb, started for one run of the tests and ended with it."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ARTIFACTS = Path(__file__).parent.parent / "artifacts"
_SCREEN = "1600x1000x24"
_LIBRARIES = {
    "libegl1": "EGL",
    "libgl1": "GL",
    "libxkbcommon-x11-0": "xkbcommon-x11",
    "libxcb-cursor0": "xcb-cursor",
    "libxcb-icccm4": "xcb-icccm",
    "libxcb-image0": "xcb-image",
    "libxcb-keysyms1": "xcb-keysyms",
    "libxcb-render-util0": "xcb-render-util",
    "libdbus-1-3": "dbus-1",
    "libfontconfig1": "fontconfig",
}


def missing() -> str:
    """Why no window can be shown here, as a sentence; empty when one can."""
    if not sys.platform.startswith("linux"):
        return ""
    packages = [package for package, library in _LIBRARIES.items() if ctypes.util.find_library(library) is None]
    if shutil.which("Xvfb") is None:
        packages.insert(0, "xvfb")
    return f"no window can be shown: apt-get install {' '.join(packages)}" if packages else ""


def _end_with_parent() -> None:
    """Runs in the new process. Qt must not see the server go, so it goes after its last client, and with us at last."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


@contextlib.contextmanager
def running_x_server() -> Iterator[None]:
    """Everything inside sees its own X server. On systems without X, windows appear where they always do."""
    if not sys.platform.startswith("linux"):
        yield
        return
    reader, writer = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        _SCREEN,
        "-dpi",
        "96",
        "-nolisten",
        "tcp",
        "-terminate",
    ]
    subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL, preexec_fn=_end_with_parent)
    os.close(writer)
    with os.fdopen(reader) as display:
        number = display.readline().strip()
    before = {name: os.environ.get(name) for name in ("DISPLAY", "QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    os.environ["DISPLAY"] = f":{number}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    os.environ.pop("WAYLAND_DISPLAY", None)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@pytest.fixture(scope="session")
def x_server() -> Iterator[None]:
    """A display for the whole run; the tests that need it are skipped where it cannot be had."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    with running_x_server():
        yield


@pytest.fixture(scope="session")
def qapp_args(x_server: None) -> list[str]:
    """pytest-qt makes its application with these, so that it comes after the X server."""
    return ["burnish-tests"]


def keep_screenshot(widget: object, name: str) -> Path:
    """Save what a widget looks like under artifacts/, for people to look at."""
    folder = ARTIFACTS / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    assert widget.grab().save(str(path))  # type: ignore[attr-defined]
    return path
