"""Finds the Krita and GIMP profiles of a user by each system's rules, also those that a first start would make."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from burnish.profiles import programs
from burnish.profiles.kritarc import resource_folder_of
from burnish.profiles.machine import Machine

KRITA, GIMP = "krita", "gimp"
HOSTS = (KRITA, GIMP)
NAMES = {KRITA: "Krita", GIMP: "GIMP"}
FLATPAKS = {KRITA: "org.kde.krita", GIMP: "org.gimp.GIMP"}
_GIMP_VERSION = re.compile(r"3\.\d+\Z")


class Packaging(str, Enum):
    """How the program that uses a profile was installed, as far as that decides where its profile is."""

    NATIVE = "native"
    FLATPAK = "flatpak"
    STORE = "store"
    NAMED = "named"


@dataclass(frozen=True)
class Profile:
    """A folder in which one program looks for what its user added.

    folder: Krita's resource folder or GIMP's profile folder, which need not exist yet; settings: kritarc, None for
    GIMP; version: the program's, or its profile's, or empty.
    """

    host: str
    folder: Path
    packaging: Packaging
    settings: Path | None = None
    version: str = ""

    @property
    def name(self) -> str:
        """The program's name with its version, for people."""
        return f"{NAMES[self.host]} {self.version}".strip()

    @property
    def exists(self) -> bool:
        return self.folder.is_dir()

    @property
    def flatpak(self) -> str:
        """The identity of the sandboxed program, empty for one that sees the whole machine."""
        return FLATPAKS[self.host] if self.packaging is Packaging.FLATPAK else ""


def find_profiles(machine: Machine, hosts: Sequence[str] = HOSTS) -> list[Profile]:
    """Every profile of these programs that exists, or that the installed program would make at its first start."""
    finders: dict[str, Callable[[Machine], Iterator[Profile]]] = {KRITA: _krita_profiles, GIMP: _gimp_profiles}
    found: dict[Path, Profile] = {}
    for host in hosts:
        for profile in finders[host](machine):
            found.setdefault(profile.folder, profile)
    return list(found.values())


def named_profile(machine: Machine, host: str, folder: Path) -> Profile:
    """The profile in a folder that the user named; what is known of it otherwise is kept."""
    folder = folder.absolute()
    for profile in find_profiles(machine, (host,)):
        if profile.folder == folder:
            return profile
    if host == GIMP:
        version = folder.name if _GIMP_VERSION.match(folder.name) else ""
        return Profile(GIMP, folder, Packaging.NAMED, version=version)
    return Profile(KRITA, folder, Packaging.NAMED, _settings_beside(machine, folder))


def _krita_profiles(machine: Machine) -> Iterator[Profile]:
    version = programs.krita_version(machine)
    if version is not None or (machine.data / "krita").is_dir():
        yield _krita(machine, machine.data / "krita", machine.settings / "kritarc", Packaging.NATIVE, version or "")
    if machine.system == "linux":
        inside = machine.home / ".var" / "app" / FLATPAKS[KRITA]
        version = programs.flatpak_version(machine, FLATPAKS[KRITA])
        if version is not None or inside.is_dir():
            settings = inside / "config" / "kritarc"
            yield _krita(machine, inside / "data" / "krita", settings, Packaging.FLATPAK, version or "")
    if machine.system == "win32":
        for package in sorted((machine.settings / "Packages").glob("49800Krita*")):
            cache = package / "LocalCache"
            yield _krita(machine, cache / "Roaming" / "krita", cache / "Local" / "kritarc", Packaging.STORE, "")


def _krita(machine: Machine, folder: Path, settings: Path, packaging: Packaging, version: str) -> Profile:
    """Krita's profile, with its resources where the user moved them."""
    try:
        moved = resource_folder_of(settings.read_bytes(), machine.home, machine.environ)
    except OSError:
        moved = None
    return Profile(KRITA, moved or folder, packaging, settings, version)


def _settings_beside(machine: Machine, folder: Path) -> Path:
    """The kritarc that goes with a resource folder: in a sandbox's own tree, or else the user's."""
    inside = folder.parent.parent / "config"
    return (inside if inside.is_dir() and folder.parent.name == "data" else machine.settings) / "kritarc"


def _gimp_profiles(machine: Machine) -> Iterator[Profile]:
    installed = programs.gimp_version(machine)
    sandboxed = programs.flatpak_version(machine, FLATPAKS[GIMP]) if machine.system == "linux" else None
    # the sandbox shares the user's own profile folder, so where there is no other GIMP the profile is its profile
    packaging = Packaging.FLATPAK if installed is None and sandboxed is not None else Packaging.NATIVE
    chosen = machine.environ.get("GIMP3_DIRECTORY")
    if chosen:
        # relative to the home, as GIMP takes it
        yield Profile(GIMP, machine.home / chosen, packaging, version=installed or sandboxed or "")
        return
    base = (machine.settings if machine.system == "linux" else machine.data) / "GIMP"
    yield from _gimp_versions(base, packaging, (installed, sandboxed))
    if machine.system == "linux":
        inside = machine.home / ".var" / "app" / FLATPAKS[GIMP] / "config" / "GIMP"
        yield from _gimp_versions(inside, Packaging.FLATPAK, ())


def _gimp_versions(base: Path, packaging: Packaging, installed: Sequence[str | None]) -> Iterator[Profile]:
    """A profile for each version of GIMP 3 that left one here, and for those installed that have not yet."""
    full = {".".join(version.split(".")[:2]): version for version in reversed(installed) if version}
    present = {path.name for path in base.glob("3.*") if _GIMP_VERSION.match(path.name) and path.is_dir()}
    for short in sorted(present | set(full), key=lambda name: int(name.partition(".")[2])):
        yield Profile(GIMP, base / short, packaging, version=full.get(short, short))
