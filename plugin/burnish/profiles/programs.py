"""Whether Krita and GIMP are installed, and which version, where their profiles cannot tell."""

from __future__ import annotations

import plistlib
import re
from pathlib import Path

from burnish.profiles.machine import Machine

_VERSION = re.compile(r"\d+(?:\.\d+)+")
_GIMP_EXECUTABLE = re.compile(r"gimp-(3\.\d+)\.exe\Z", re.IGNORECASE)
_GIMP_COMMANDS = ("gimp-console-3.0", "gimp-console", "gimp-3.0", "gimp")


def krita_version(machine: Machine) -> str | None:
    """Krita's version, empty where it is installed but does not say, None where it is not installed."""
    if machine.system == "darwin":
        return _bundle_version(machine, "krita.app", "Krita.app")
    if machine.system == "win32":
        return "" if _windows_programs(machine, "Krita*/bin/krita.exe") else None
    if machine.which("krita") is None:
        return None
    # krita itself needs a display to say its version
    return _version_in(machine.answer_of(["krita_version"])) if machine.which("krita_version") else ""


def gimp_version(machine: Machine) -> str | None:
    """The version of GIMP 3, None where no GIMP 3 is installed."""
    if machine.system == "darwin":
        version = _bundle_version(machine, "GIMP.app", "GIMP 3.app")
    elif machine.system == "win32":
        executables = _windows_programs(machine, "GIMP 3*/bin/gimp-3.*.exe")
        found = (_GIMP_EXECUTABLE.match(path.name) for path in executables)
        version = max((match.group(1) for match in found if match), default=None)
    else:
        command = next((name for name in _GIMP_COMMANDS if machine.which(name)), None)
        version = _version_in(machine.answer_of([command, "--version"])) if command else None
    return version if version and version.startswith("3.") else None


def flatpak_version(machine: Machine, identity: str) -> str | None:
    """The version of a Flatpak, empty where it does not say, None where it is not installed."""
    folders = (
        machine.data / "flatpak" / "app" / identity,
        machine.root / "var" / "lib" / "flatpak" / "app" / identity,
    )
    folder = next((folder for folder in folders if folder.is_dir()), None)
    if folder is None:
        return None
    for metadata in folder.glob(f"current/active/files/share/*/{identity}*.xml"):
        try:
            found = re.search(r"<release\b[^>]*\bversion=\"([^\"]+)\"", metadata.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if found:
            return found.group(1)
    return ""


def _bundle_version(machine: Machine, *names: str) -> str | None:
    """What an application of macOS says of itself."""
    for folder in (machine.root / "Applications", machine.home / "Applications"):
        for name in names:
            try:
                facts = plistlib.loads((folder / name / "Contents" / "Info.plist").read_bytes())
            except (OSError, ValueError, plistlib.InvalidFileException):
                continue
            return _version_in(str(facts.get("CFBundleShortVersionString", "")))
    return None


def _windows_programs(machine: Machine, pattern: str) -> list[Path]:
    """Programs below the folders in which Windows and its users install."""
    named = [machine.environ.get(name) for name in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")]
    own = machine.environ.get("LOCALAPPDATA")
    folders = [Path(name) for name in named if name] + ([Path(own) / "Programs"] if own else [])
    return sorted({path for folder in folders for path in folder.glob(pattern)})


def _version_in(text: str) -> str:
    found = _VERSION.search(text)
    return found.group(0) if found else ""
