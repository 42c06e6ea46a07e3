"""`python3 installer` alone: what it can do, and what it has done so far."""

from __future__ import annotations

import sys

from burnish_installer.machine import look_at_machine
from burnish_installer.place import Place
from burnish_installer.recipe import Recipe
from burnish_installer.stamp import Stamp, Verdict, read_stamp, verdict
from burnish_installer.torch_build import NoTorchBuildError, choose_build
from burnish_installer.words import _, padded


def show_help(place: Place, recipe: Recipe, wanted: Stamp) -> int:
    """Write the help and the status to standard output; returns the exit code."""
    rows = (
        ("python3 installer enhance PHOTO.jpg -o out.png", _("enhance a picture (installs Burnish first)")),
        ("python3 installer window", _("open Burnish's own window")),
        ("python3 installer install", _("bring Burnish into Krita and GIMP")),
        ("python3 installer ARGS…", _("run “burnish ARGS…”; --help lists what it can do")),
        ("python3 installer test [PYTEST ARGS…]", _("check Burnish itself")),
        ("python3 installer uninstall krita gimp", _("take Burnish out of Krita and GIMP")),
        ("python3 installer uninstall", _("do that, and remove what this installer made")),
    )
    text = [_("Installs Burnish on first use, then runs it."), ""]
    text += [f"  {command:<48} {meaning}" for command, meaning in rows]
    text += ["", *(f"{padded(name, 13)} {value}" for name, value in _status(place, recipe, wanted))]
    sys.stdout.write("\n".join(text) + "\n")
    return 0


def _status(place: Place, recipe: Recipe, wanted: Stamp) -> list[tuple[str, str]]:
    found = read_stamp(place.stamp)
    states = {
        Verdict.READY: _("ready"),
        Verdict.CHECK: _("ready, to be checked at the next use"),
        Verdict.UPDATE: _("to be brought up to date at the next use"),
        Verdict.REMAKE: _("half made, to be made anew at the next use"),
    }
    state = states[verdict(found, wanted)] if place.lock.exists() else _("not installed yet")
    rows = [(_("Environment"), f"{place.environment} ({state})")]
    try:
        import os

        build = choose_build(look_at_machine(), os.environ.get("BURNISH_TORCH", ""))
        rows.append((_("torch"), f"{recipe.torch} {build.tag}: {build.reason}"))
    except NoTorchBuildError as error:
        rows.append((_("torch"), str(error)))
    if found:
        rows.append((_("Installed"), f"torch {found.torch_found}, {', '.join(found.extras)}"))
    return rows
