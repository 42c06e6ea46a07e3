"""The installer's front: sees in milliseconds whether there is anything to do, does it, hands over to Burnish."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from burnish_installer.machine import hardware_signature
from burnish_installer.place import Place, find_place
from burnish_installer.recipe import Recipe
from burnish_installer.stamp import Stamp, Verdict, interpreter_of, read_stamp, verdict


def main(arguments: Sequence[str], place: Place | None = None, recipe: Recipe | None = None) -> int:
    """What `python3 installer ARGUMENTS` does; returns the exit code, or does not return where Burnish takes over."""
    place = place or find_place(Path(__file__).resolve().parents[2])
    recipe = recipe or Recipe()
    if not arguments:
        from burnish_installer.help import show_help

        return show_help(place, recipe, wanted_of(place, recipe))
    if arguments[0] == "uninstall":
        from burnish_installer.leave import leave_hosts
        from burnish_installer.trouble import guarded

        if len(arguments) > 1:  # out of Krita or GIMP alone; the environment stays
            return leave_hosts(place, arguments[1:])
        left = leave_hosts(place, ["--environment", str(place.environment)])
        return guarded(place, recipe, lambda maker: maker.remove()) or left
    if arguments[0] == "test":
        from burnish_installer.checks import run_checks

        extras = (*recipe.extras, *recipe.test_extras)
        return _ready(place, recipe, extras, recipe.test_system) or run_checks(place, arguments[1:])
    system = recipe.window_system if arguments[0] == "window" else recipe.system
    return _ready(place, recipe, recipe.extras, system) or hand_over(place.script(recipe.command), arguments)


def wanted_of(place: Place, recipe: Recipe, extras: Sequence[str] = (), system: Sequence[str] = ()) -> Stamp:
    """The stamp of an environment that needs nothing done."""
    return Stamp(
        project=str(place.project),
        editable=place.editable,
        requirements=recipe.fingerprint(place.project),
        interpreter=interpreter_of(place.environment, place.python),
        hardware=hardware_signature(),
        torch="",
        torch_found="",
        extras=tuple(sorted(extras or recipe.extras)),
        system=tuple(system),
    )


def hand_over(program: Path, arguments: Sequence[str]) -> int:
    """Become `program`; on Windows, which has no such thing, run it and return its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    command = [str(program), *arguments]
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's to answer
    return subprocess.run(command, check=False).returncode


def _ready(place: Place, recipe: Recipe, extras: Sequence[str], system: Sequence[str]) -> int:
    """Make sure that the environment is what it should be; 0 when it is."""
    try:
        wanted = wanted_of(place, recipe, extras, system)
    except OSError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    if verdict(read_stamp(place.stamp), wanted) is Verdict.READY and place.script(recipe.command).exists():
        return 0
    from burnish_installer.trouble import guarded

    return guarded(place, recipe, lambda maker: maker.make(wanted))
