"""How Burnish stands in a profile: not there, current, outdated, switched off, damaged, or without its environment."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from burnish.profiles import kritarc
from burnish.profiles.environment import Environment
from burnish.profiles.find import Profile
from burnish.profiles.shims import build_in, is_shim, is_unchanged, main_file, paths_of, version_of


class Standing(str, Enum):
    """The worst that is true of a profile, best first."""

    CURRENT = "current"
    ABSENT = "absent"
    OUTDATED = "outdated"
    OTHER = "other"
    OFF = "off"
    CHANGED = "changed"
    INCOMPLETE = "incomplete"
    FOREIGN = "foreign"
    BROKEN = "broken"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Inspection:
    """What was found in a profile. burnish: the version that wrote the files; package, python: the environment that
    they name; missing: what of it has vanished, or which file cannot be read.
    """

    profile: Profile
    standing: Standing
    burnish: str = ""
    package: str = ""
    python: str = ""
    missing: str = ""


def inspect(profile: Profile, environment: Environment) -> Inspection:
    """Look at a profile without changing anything. environment: the one that would be placed there."""
    try:
        return _inspect(profile, environment)
    except OSError as error:
        return Inspection(profile, Standing.UNREADABLE, missing=str(error.filename or profile.folder))


def _inspect(profile: Profile, environment: Environment) -> Inspection:
    contents = {path: _content_of(profile.folder / path) for path in paths_of(profile.host)}
    main = contents[main_file(profile.host)]
    ours = {path: content for path, content in contents.items() if content is not None and is_shim(content)}
    if main is not None and not is_shim(main):
        return Inspection(profile, Standing.FOREIGN, missing=str(profile.folder / main_file(profile.host)))
    if not ours:
        return Inspection(profile, Standing.ABSENT)
    lost = next((path for path in contents if path not in ours), None)
    if main is None or lost is not None:
        return Inspection(profile, Standing.INCOMPLETE, missing=str(profile.folder / (lost or "")))
    facts = {"burnish": version_of(main), "package": _fact(main, "PACKAGE"), "python": _fact(main, "PYTHON")}
    vanished = [
        path for path in (str(Path(facts["package"]) / "__init__.py"), facts["python"]) if not Path(path).exists()
    ]
    if vanished:
        return Inspection(profile, Standing.BROKEN, missing=vanished[0], **facts)
    changed = [path for path, content in ours.items() if not is_unchanged(content)]
    if changed:
        return Inspection(profile, Standing.CHANGED, missing=str(profile.folder / changed[0]), **facts)
    if profile.settings is not None and not kritarc.is_enabled(_content_of(profile.settings) or b""):
        return Inspection(profile, Standing.OFF, **facts)
    return Inspection(profile, _age(profile, main, facts, environment), **facts)


def _age(profile: Profile, main: bytes, facts: dict[str, str], environment: Environment) -> Standing:
    if (facts["package"], facts["python"]) != (str(environment.package), str(environment.python)):
        return Standing.OTHER
    return Standing.CURRENT if build_in(main) == environment.build_of(profile.host) else Standing.OUTDATED


def _content_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _fact(content: bytes, name: str) -> str:
    """A constant of a shim, empty where it cannot be read."""
    found = re.search(rf"^{name} = (.+)$", content.decode("utf-8", "replace"), re.MULTILINE)
    try:
        return str(ast.literal_eval(found.group(1))) if found else ""
    except (ValueError, SyntaxError):
        return ""
