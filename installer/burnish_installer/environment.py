"""Makes, updates and removes the environment, so that whatever interrupts it, the next run puts it right."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from burnish_installer.fetch_torch import RefusedError, TorchFetcher
from burnish_installer.lock import locked
from burnish_installer.machine import look_at_machine
from burnish_installer.pip import CommandFailedError, Commands
from burnish_installer.place import LOCK, Place
from burnish_installer.recipe import Recipe
from burnish_installer.show import Lines
from burnish_installer.stamp import Stamp, Verdict, interpreter_of, read_stamp, verdict, write_stamp
from burnish_installer.system_libraries import provide
from burnish_installer.torch_build import TorchBuild, choose_build, find_torch
from burnish_installer.words import _, duration, megabytes

CONSTRAINTS = "burnish-constraints.txt"


class Maker:
    """Brings one environment to the state that is wanted."""

    def __init__(self, place: Place, recipe: Recipe, lines: Lines, environ: Mapping[str, str] = os.environ) -> None:
        self._place = place
        self._recipe = recipe
        self._lines = lines
        self._environ = environ

    def make(self, wanted: Stamp) -> None:
        """Make the environment what `wanted` says, or find that somebody else just did.

        Raises RefusedError, NoTorchBuildError, CommandFailedError, OSError.
        """
        self._refuse_what_is_not_ours()
        with locked(self._place.lock, self._say_waiting) as lock:
            found = read_stamp(self._place.stamp)
            wanted = replace(wanted, interpreter=interpreter_of(self._place.environment, self._place.python))
            needed = verdict(found, wanted)
            if not self._place.script(self._recipe.command).exists():
                needed = Verdict.REMAKE
            if needed is Verdict.READY:
                return
            build = self._choose_torch()
            torch = f"{self._recipe.torch} {build.tag}" if build else ""
            if needed is Verdict.REMAKE or found is None or found.torch != torch:
                needed, found = Verdict.REMAKE, None
            if found:  # what is installed already stays
                wanted = replace(wanted, extras=tuple(sorted({*wanted.extras, *found.extras})))
                wanted = replace(wanted, system=tuple(sorted({*wanted.system, *found.system})))
            if needed is not Verdict.CHECK:
                self._place.stamp.unlink(missing_ok=True)
                commands = Commands(self._place.log, lock)
                if needed is Verdict.REMAKE:
                    self._start_anew(build, commands)
                else:
                    self._start_update(commands)
                self._install_project(wanted.extras, commands)
            self._finish(wanted, torch)

    def remove(self) -> None:
        """Remove the environment and nothing else."""
        folder = self._place.environment
        if not folder.exists():
            self._lines.say(_("There is nothing to remove: {folder} does not exist.").format(folder=folder))
            return
        self._refuse_what_is_not_ours()
        with locked(self._place.lock, self._say_waiting) as lock:
            freed = megabytes(_size_of(folder))
            self._place.stamp.unlink(missing_ok=True)
            _empty(folder, keep=(LOCK,))
            if os.name == "nt":
                os.close(lock)
            self._place.lock.unlink()
            folder.rmdir()
        self._lines.say(_("Removed {folder}; {size} are free again.").format(folder=folder, size=freed))

    def _refuse_what_is_not_ours(self) -> None:
        folder = self._place.environment
        if folder.exists() and not self._place.lock.exists() and any(folder.iterdir()):
            sentence = _("{folder} exists, and this installer did not make it, so it is left alone.")
            advice = _("Move it away, or set BURNISH_ENVIRONMENT to another folder.")
            raise RefusedError(sentence.format(folder=folder) + "\n" + advice)

    def _say_waiting(self) -> None:
        self._lines.say(_("Another Burnish installer is at work here; waiting for it to end."))

    def _choose_torch(self) -> TorchBuild | None:
        if not self._recipe.torch:
            return None
        return choose_build(look_at_machine(), self._environ.get("BURNISH_TORCH", ""))

    def _start_anew(self, build: TorchBuild | None, commands: Commands) -> None:
        """An empty environment with torch in it."""
        place = self._place
        if len(list(place.environment.iterdir())) > 1:
            sentence = _("The environment in {folder} cannot be used as it is; making it anew.")
        else:
            sentence = _("Setting up Burnish in {folder}; nothing outside it is changed.")
        self._lines.say(sentence.format(folder=place.environment))
        _empty(place.environment, keep=(LOCK,))
        self._lines.expect(3 if build else 2)
        self._begin_log()
        with self._lines.step(_("environment")) as step:
            commands.run([_base_python(), "-m", "venv", str(place.environment)], step)
            if self._recipe.upgrade_pip:
                # A newer pip resolves without downloading and says how far it is; an old one works too.
                with suppress(CommandFailedError):
                    commands.pip(place.python, ["install", "--quiet", "--upgrade", "pip"])
            commands.learn_pip_version(place.python)
        if build:
            TorchFetcher(place, self._recipe, self._lines, commands).fetch(build)

    def _start_update(self, commands: Commands) -> None:
        self._lines.say(_("What Burnish needs has changed; bringing its environment up to date."))
        self._lines.expect(1)
        self._begin_log()
        commands.learn_pip_version(self._place.python)

    def _begin_log(self) -> None:
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        self._place.log.write_text(f"Burnish installer, {now}, Python {sys.version}\n", encoding="utf-8")

    def _install_project(self, extras: tuple[str, ...], commands: Commands) -> None:
        place = self._place
        torch = find_torch(place.environment)
        constraints = place.environment / CONSTRAINTS
        constraints.write_text(f"torch=={torch.version}\n" if torch else "", encoding="utf-8")
        target = f"{place.project}[{','.join(extras)}]" if extras else str(place.project)
        how = ["--editable", target] if place.editable else ["--upgrade", target]
        with self._lines.step(_("Burnish and its libraries")) as step:
            command = ["install", "--constraint", str(constraints), *self._recipe.pip_options, *how]
            commands.pip(place.python, command, step)
            if torch:
                # Once, here, where a library that the system lacks can still be explained.
                step.progress(_("trying it"))
                commands.run([str(place.python), "-c", "import torch"])

    def _finish(self, wanted: Stamp, torch: str) -> None:
        """Look for the system's libraries, then write the stamp: from now on the environment counts."""
        environment = self._place.environment
        provided = tuple(name for name in wanted.system if provide(name, self._lines))
        there = find_torch(environment)
        interpreter = interpreter_of(environment, self._place.python)
        version = there.version if there else ""
        stamp = replace(wanted, interpreter=interpreter, torch=torch, torch_found=version, system=provided)
        write_stamp(self._place.stamp, stamp)
        if self._lines.downloaded:
            took, size = duration(time.monotonic() - self._lines.began), megabytes(self._lines.downloaded)
            self._lines.say(_("Ready after {time}; {size} of packages were fetched.").format(time=took, size=size))


def _base_python() -> str:
    """The real Python under this one: an environment made from another environment breaks when that one goes."""
    return getattr(sys, "_base_executable", "") or sys.executable


def _empty(folder: Path, keep: tuple[str, ...]) -> None:
    for entry in folder.iterdir():
        if entry.name in keep:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _size_of(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir())
