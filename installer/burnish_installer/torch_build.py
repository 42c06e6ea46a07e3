"""Which build of torch suits a machine, as a pure function, and what an environment turned out to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from burnish_installer.machine import Machine, Nvidia
from burnish_installer.words import _

INDEX = "https://download.pytorch.org/whl"

# What the builds of torch 2.13 contain (pytorch/pytorch, RELEASE.md, "CUDA support matrix", and
# .ci/docker/manywheel/build.sh for ROCm). To be read again whenever Recipe.torch moves.
_CUDA_13_OLDEST = (7, 5)
_CUDA_12_OLDEST = {"x86_64": (5, 0), "arm64": (8, 0)}
_CUDA_12_NEWEST = (9, 0)
_ROCM = "rocm7.2"
_ROCM_TARGETS = frozenset({
    "gfx900", "gfx906", "gfx908", "gfx90a", "gfx942", "gfx950",
    "gfx1030", "gfx1100", "gfx1101", "gfx1102", "gfx1150", "gfx1151", "gfx1200", "gfx1201",
})  # fmt: skip
_FLAVOURS = ("cpu", "cu126", "cu130", "cu132", _ROCM, "xpu", "default")


class NoTorchBuildError(Exception):
    """No build of torch fits; the text is a sentence for the user."""


@dataclass(frozen=True)
class TorchBuild:
    """tag: the folder of the PyTorch index, or "default" for the default index; reason: why this one."""

    tag: str
    reason: str
    asked_for: bool = False

    @property
    def index(self) -> str:
        """The address of the package index; empty for the default one."""
        return "" if self.tag == "default" else f"{INDEX}/{self.tag}"

    @property
    def kind(self) -> str:
        """ "cpu", "cuda", "rocm", "xpu", or "any" where the default index has only one build anyway."""
        return "cuda" if self.tag.startswith("cu") else {"default": "any", _ROCM: "rocm"}.get(self.tag, self.tag)


def choose_build(machine: Machine, asked: str = "") -> TorchBuild:
    """The build for a machine; `asked` (BURNISH_TORCH) overrules what was found. Raises NoTorchBuildError."""
    if asked:
        if asked not in _FLAVOURS:
            raise NoTorchBuildError(
                _("BURNISH_TORCH cannot be {value}; it may be {known}.").format(value=asked, known=", ".join(_FLAVOURS))
            )
        return TorchBuild(asked, _("as BURNISH_TORCH asks"), asked_for=True)
    if machine.system == "darwin":
        if machine.processor != "arm64":
            raise NoTorchBuildError(_("PyTorch no longer exists for Macs with an Intel processor."))
        return TorchBuild("default", _("the build for Apple's graphics (Metal)"))
    if machine.processor not in ("x86_64", "arm64"):
        raise NoTorchBuildError(
            _("PyTorch does not exist for {processor} processors.").format(processor=machine.processor)
        )
    if machine.nvidia:
        return _choose_for_nvidia(machine.nvidia, machine.processor)
    usable = sorted(set(machine.amd) & _ROCM_TARGETS)
    if usable and (machine.system, machine.processor) == ("linux", "x86_64"):
        return TorchBuild(_ROCM, _("an AMD graphics card was found ({name})").format(name=", ".join(usable)))
    if machine.amd:
        reason = _("PyTorch has no build for this AMD graphics card ({name})").format(name=", ".join(machine.amd))
        return TorchBuild("cpu", reason)
    return TorchBuild("cpu", _("no graphics card that PyTorch can use was found"))


def _choose_for_nvidia(nvidia: Nvidia, processor: str) -> TorchBuild:
    """CUDA 13 for today's cards and drivers, CUDA 12.6 for older ones; a build runs on every driver of its major."""
    driver = ".".join(map(str, nvidia.cuda))
    found = _("an NVIDIA card was found; its driver speaks CUDA {version}").format(version=driver)
    modern = not nvidia.capabilities or max(nvidia.capabilities) >= _CUDA_13_OLDEST
    if nvidia.cuda >= (13, 0) and modern:
        return TorchBuild("cu130", found)
    if nvidia.cuda < (12, 0):
        reason = _("NVIDIA's driver is too old (CUDA {version}); update it to use the card")
        return TorchBuild("cpu", reason.format(version=driver))
    oldest = _CUDA_12_OLDEST[processor]
    if not nvidia.capabilities or any(oldest <= each <= _CUDA_12_NEWEST for each in nvidia.capabilities):
        return TorchBuild("cu126", found)
    if max(nvidia.capabilities) > _CUDA_12_NEWEST:
        reason = _(
            "NVIDIA's driver is too old for this card (CUDA {version}, 13.0 is needed); update it to use the card"
        )
        return TorchBuild("cpu", reason.format(version=driver))
    return TorchBuild("cpu", _("this NVIDIA card is too old for PyTorch"))


@dataclass(frozen=True)
class FoundTorch:
    """The torch inside an environment: its full version such as "2.13.0+cpu", and its kind as in TorchBuild."""

    version: str
    kind: str


def find_torch(environment: Path) -> FoundTorch | None:
    """Read what torch an environment holds from its files, without running it; None where there is none."""
    for facts in (*environment.glob("lib/python*/site-packages/torch/version.py"),
                  *environment.glob("Lib/site-packages/torch/version.py")):  # fmt: skip
        text = facts.read_text(encoding="utf-8")
        version = re.search(r"^__version__ = '([^']+)'", text, re.M)
        set_to = {name for name in ("cuda", "hip", "xpu") if re.search(rf"^{name}\b.*= '", text, re.M)}
        kind = "cuda" if "cuda" in set_to else "rocm" if "hip" in set_to else "xpu" if "xpu" in set_to else "cpu"
        if version:
            return FoundTorch(version[1], kind)
    return None


def brings_cuda(report: dict) -> bool:
    """Whether a `pip install --report` would install NVIDIA's libraries."""
    names = [entry["metadata"]["name"].lower() for entry in report["install"]]
    return any(name.startswith(("nvidia-", "cuda-")) for name in names)
