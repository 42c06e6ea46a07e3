"""What an environment holds, and whether that is still what is wanted: the whole of the fast path."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Stamp:
    """The contents of an environment that was made to the end.

    Attributes:
        project: the source tree, and whether its own files are run.
        requirements: the recipe's fingerprint.
        interpreter: the file that the environment's Python really is, with its version.
        hardware: what the graphics drivers looked like, and what the user asked for.
        torch: the build that was chosen, such as "2.13.0 cpu", and the one that was found, such as "2.13.0+cpu".
        extras: the project's extras that are installed.
        system: the sets of system libraries that were found complete.
    """

    project: str
    editable: bool
    requirements: str
    interpreter: str
    hardware: str
    torch: str
    torch_found: str
    extras: tuple[str, ...]
    system: tuple[str, ...] = ()


class Verdict(Enum):
    """What an environment needs before it can be used."""

    READY = "ready"
    CHECK = "the graphics driver changed, or libraries of the system are to be looked for"
    UPDATE = "the requirements changed"
    REMAKE = "it is not complete, or was made by another Python or in another place"


def verdict(found: Stamp | None, wanted: Stamp) -> Verdict:
    """Compare what is there with what is wanted. `torch` and `torch_found` are not looked at: see Verdict.CHECK."""
    if found is None:
        return Verdict.REMAKE
    if (found.project, found.editable, found.interpreter) != (wanted.project, wanted.editable, wanted.interpreter):
        return Verdict.REMAKE
    if found.requirements != wanted.requirements or not set(wanted.extras) <= set(found.extras):
        return Verdict.UPDATE
    if found.hardware != wanted.hardware or not set(wanted.system) <= set(found.system):
        return Verdict.CHECK
    return Verdict.READY


def read_stamp(path: Path) -> Stamp | None:
    """The stamp in a file; None where there is none, or where it is not one that this installer wrote."""
    try:
        plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        plain["extras"], plain["system"] = tuple(plain["extras"]), tuple(plain["system"])
        stamp = Stamp(**plain)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    kinds = {"bool": bool, "str": str}
    whole = all(isinstance(getattr(stamp, each.name), kinds.get(str(each.type), tuple)) for each in fields(Stamp))
    return stamp if whole else None


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Write a stamp so that a reader sees all of it or nothing, whenever the power fails."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(asdict(stamp), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def interpreter_of(environment: Path, python: Path) -> str:
    """Which Python an environment runs on: its real file and version; empty when that Python is gone."""
    try:
        lines = (environment / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    settings = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    base = settings.get("executable") or settings.get("home", "")
    if not python.exists() or not Path(base).exists():
        return ""
    return f"{os.path.realpath(python)} {settings.get('version', '')}"
