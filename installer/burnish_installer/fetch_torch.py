"""Brings the chosen build of torch into the environment: from PyTorch's own index, or from the default one, openly."""

from __future__ import annotations

import json

from burnish_installer.index import unreachable_because
from burnish_installer.pip import CommandFailedError, Commands
from burnish_installer.place import Place
from burnish_installer.recipe import Recipe
from burnish_installer.show import Lines, Step
from burnish_installer.torch_build import TorchBuild, brings_cuda, find_torch
from burnish_installer.words import _, megabytes

_CUDA_DOWNLOAD = 2_740_000_000  # torch 2.13.0 for CUDA 13 with NVIDIA's libraries, on Linux


class RefusedError(Exception):
    """The installer will not do this; the text is a sentence for the user."""


class TorchFetcher:
    """Installs torch alone. What torch itself needs comes with the project, from the default index."""

    def __init__(self, place: Place, recipe: Recipe, lines: Lines, commands: Commands) -> None:
        self._place = place
        self._lines = lines
        self._commands = commands
        self._options = recipe.pip_options
        self._version = recipe.torch

    def fetch(self, build: TorchBuild) -> None:
        """Install one build. Raises CommandFailedError, and RefusedError where only a build nobody wants is there."""
        say = self._lines.remark
        say(_("torch {version} for {tag}: {reason}").format(version=self._version, tag=build.tag, reason=build.reason))
        with self._lines.step("torch") as step:
            if build.index:
                problem = unreachable_because(f"{build.index}/torch/")
                if not problem:
                    try:
                        self._install("--index-url", build.index, step=step)
                        return
                    except CommandFailedError:
                        problem = _("it has no such build for this Python")
                sentence = _("PyTorch's own index cannot be used ({reason}), so torch comes from the default index")
                say(sentence.format(reason=problem))
                self._foresee_cuda(build)
            self._install(step=step)
        torch = find_torch(self._place.environment)
        if torch and build.kind not in ("any", torch.kind):
            sentence = _("this torch ({version}) is not the {tag} build that was wanted")
            say(sentence.format(version=torch.version, tag=build.tag))

    def _install(self, *options: str, step: Step | None = None) -> None:
        requirement = f"torch=={self._version}"
        self._commands.pip(self._place.python, ["install", "--no-deps", *options, requirement, *self._options], step)

    def _foresee_cuda(self, build: TorchBuild) -> None:
        """Before the default index brings gigabytes of CUDA that nobody chose: say so, or refuse where it was asked."""
        if build.kind == "cuda":
            return
        report = self._place.environment / "burnish-report.json"
        command = ["install", "--dry-run", "--quiet", "--report", str(report), f"torch=={self._version}"]
        self._commands.pip(self._place.python, [*command, *self._options])
        if not brings_cuda(json.loads(report.read_text(encoding="utf-8"))):
            return
        size = megabytes(_CUDA_DOWNLOAD)
        if build.asked_for:
            sentence = _("The default index only has torch for CUDA ({size}), and BURNISH_TORCH asks for {tag}.")
            raise RefusedError(sentence.format(size=size, tag=build.tag))
        sentence = _("there it only exists with CUDA, which works here too but is a download of {size}; Ctrl-C stops")
        self._lines.remark(sentence.format(size=size))
