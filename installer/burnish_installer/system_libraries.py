"""Libraries and programs of the system that Python packages cannot bring: found out by trying, installed by apt."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from burnish_installer.show import Lines
from burnish_installer.words import _


@dataclass(frozen=True)
class Need:
    """Something the system must have. kind: "library", "program" or "font"; package: its name on Debian."""

    kind: str
    name: str
    package: str


def _can_make_systems() -> bool:
    return Path("/etc/debian_version").exists() and hasattr(os, "geteuid") and os.geteuid() == 0


_RUNTIME = (
    Need("library", "libGL.so.1", "libgl1"),
    Need("library", "libgthread-2.0.so.0", "libglib2.0-0"),
)
_WINDOW = (
    *_RUNTIME,
    Need("library", "libEGL.so.1", "libegl1"),
    Need("library", "libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    Need("library", "libxcb-cursor.so.0", "libxcb-cursor0"),
    Need("library", "libxcb-icccm.so.4", "libxcb-icccm4"),
    Need("library", "libxcb-image.so.0", "libxcb-image0"),
    Need("library", "libxcb-keysyms.so.1", "libxcb-keysyms1"),
    Need("library", "libxcb-render-util.so.0", "libxcb-render-util0"),
    Need("library", "libxcb-shape.so.0", "libxcb-shape0"),
    Need("library", "libxcb-xinerama.so.0", "libxcb-xinerama0"),
    Need("library", "libxcb-randr.so.0", "libxcb-randr0"),
    Need("library", "libdbus-1.so.3", "libdbus-1-3"),
    Need("library", "libfontconfig.so.1", "libfontconfig1"),
)
_TEST = (
    *_WINDOW,
    Need("program", "Xvfb", "xvfb"),
    Need("program", "xauth", "xauth"),
    Need("font", "DejaVuSans.ttf", "fonts-dejavu-core"),
    Need("font", "NotoSansCJK*", "fonts-noto-cjk"),
)
# only root can make the systems in which real Krita and GIMP are tested, and only Debian's tools make them
_HOST_TEST = (Need("program", "mmdebstrap", "mmdebstrap"),)
SETS = {"runtime": _RUNTIME, "window": _WINDOW, "test": (*_TEST, *_HOST_TEST) if _can_make_systems() else _TEST}
_PURPOSES = {
    "runtime": lambda: _("Burnish needs"),
    "window": lambda: _("The window needs"),
    "test": lambda: _("The tests need"),
}
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


def is_there(need: Need) -> bool:
    """Whether the system has this, found out by loading or looking for it."""
    if need.kind == "program":
        return shutil.which(need.name) is not None
    if need.kind == "font":
        return any(next(folder.rglob(need.name), None) is not None for folder in _FONT_FOLDERS)
    try:
        ctypes.CDLL(need.name)
    except OSError:
        return False
    return True


def missing(needs: Sequence[Need], there: Callable[[Need], bool] = is_there) -> tuple[Need, ...]:
    return tuple(need for need in needs if not there(need))


def provide(name: str, lines: Lines) -> bool:
    """See that the system has one of SETS: install what it lacks, or say what to install. True when nothing lacks.

    Only Linux leaves these to the system; elsewhere the packages bring everything.
    """
    if not sys.platform.startswith("linux"):
        return True
    lacking = missing(SETS[name])
    if not lacking:
        return True
    packages = [need.package for need in lacking]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        lines.expect(1)
        with lines.step(_("system libraries")) as step:
            step.progress(" ".join(packages))
            _apt(packages)
        lacking = missing(SETS[name])
        if not lacking:
            return True
    names = ", ".join(need.name for need in lacking)
    lines.say(f"{_PURPOSES[name]()}: {names}")
    if shutil.which("apt-get"):
        command = f"sudo apt-get install {' '.join(packages)}"
        lines.say(_("Install it with: {command}").format(command=command))
    else:
        sentence = _("Install it with your system's package manager; Debian's names for it are {names}.")
        lines.say(sentence.format(names=" ".join(packages)))
    return False


def _apt(packages: Sequence[str]) -> None:
    """Install Debian packages; whether that worked is seen by looking for the libraries again."""
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False)
