"""Runs the installer's work and turns whatever goes wrong into sentences with the log's place and a hint."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable

from burnish_installer.diagnosis import diagnose
from burnish_installer.environment import Maker
from burnish_installer.fetch_torch import RefusedError
from burnish_installer.pip import CommandFailedError
from burnish_installer.place import Place
from burnish_installer.recipe import Recipe
from burnish_installer.show import Lines
from burnish_installer.torch_build import NoTorchBuildError
from burnish_installer.words import _

FAILED, INTERRUPTED = 1, 130


def guarded(place: Place, recipe: Recipe, work: Callable[[Maker], None]) -> int:
    """Do some work on the environment; returns the exit code."""
    lines = Lines()
    try:
        work(Maker(place, recipe, lines))
    except KeyboardInterrupt:
        lines.say(_("Stopped. Run the same command again to continue; what was downloaded is kept."))
        return INTERRUPTED
    except (RefusedError, NoTorchBuildError) as error:
        lines.say(str(error))
        return FAILED
    except CommandFailedError as error:
        _explain(lines, error.output, place)
        return FAILED
    except OSError as error:
        _explain(lines, str(error), place)
        return FAILED
    return 0


def _explain(lines: Lines, output: str, place: Place) -> None:
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = diagnose(output, running, other_pythons())
    lines.say(_("Burnish could not be set up: {line}").format(line=found.line))
    if found.hint:
        lines.say(found.hint)
    if place.log.exists():
        lines.say(_("Everything that happened is in {log}.").format(log=place.log))


def other_pythons() -> tuple[str, ...]:
    """Pythons on this machine, other than this one, that every library has ready-made builds for; the best first."""
    names = [f"python3.{minor}" for minor in (12, 13, 11) if minor != sys.version_info[1]]
    return tuple(name for name in names if shutil.which(name) and _starts(name))


def _starts(program: str) -> bool:
    """Whether a program really runs: a version manager's stand-in may only say that it does not."""
    try:
        subprocess.run([program, "--version"], capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True
