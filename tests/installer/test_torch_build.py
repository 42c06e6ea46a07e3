"""Which torch suits which machine, and what an environment holds."""

from __future__ import annotations

import pytest

from burnish_installer.machine import Machine, Nvidia, hardware_signature, look_at_machine
from burnish_installer.torch_build import FoundTorch, NoTorchBuildError, brings_cuda, choose_build, find_torch

LINUX = ("linux", "x86_64")


@pytest.mark.parametrize(
    ("machine", "tag", "kind"),
    [
        (Machine(*LINUX), "cpu", "cpu"),
        (Machine("linux", "arm64"), "cpu", "cpu"),
        (Machine("win32", "x86_64"), "cpu", "cpu"),
        (Machine("darwin", "arm64"), "default", "any"),
        # today's driver: CUDA 13 for Turing and newer
        (Machine(*LINUX, Nvidia((13, 0), ((7, 5),))), "cu130", "cuda"),
        (Machine(*LINUX, Nvidia((13, 2), ((12, 0),))), "cu130", "cuda"),
        (Machine("win32", "x86_64", Nvidia((13, 1), ((8, 9),))), "cu130", "cuda"),
        (Machine("linux", "arm64", Nvidia((13, 0), ((9, 0),))), "cu130", "cuda"),
        (Machine(*LINUX, Nvidia((13, 0))), "cu130", "cuda"),
        # an older card next to a newer one does not hold it back
        (Machine(*LINUX, Nvidia((13, 0), ((6, 1), (8, 6)))), "cu130", "cuda"),
        # older cards and older drivers: CUDA 12.6
        (Machine(*LINUX, Nvidia((13, 0), ((6, 1),))), "cu126", "cuda"),
        (Machine(*LINUX, Nvidia((12, 2), ((8, 6),))), "cu126", "cuda"),
        (Machine(*LINUX, Nvidia((12, 4), ((5, 0),))), "cu126", "cuda"),
        (Machine(*LINUX, Nvidia((12, 9))), "cu126", "cuda"),
        # nothing fits
        (Machine(*LINUX, Nvidia((11, 8), ((8, 6),))), "cpu", "cpu"),
        (Machine(*LINUX, Nvidia((12, 8), ((12, 0),))), "cpu", "cpu"),
        (Machine(*LINUX, Nvidia((12, 8), ((3, 5),))), "cpu", "cpu"),
        (Machine("linux", "arm64", Nvidia((12, 6), ((7, 2),))), "cpu", "cpu"),
        # AMD: Linux only, and only cards that the build has kernels for
        (Machine(*LINUX, amd=("gfx1100",)), "rocm7.2", "rocm"),
        (Machine(*LINUX, amd=("gfx1036", "gfx1201")), "rocm7.2", "rocm"),
        (Machine(*LINUX, amd=("gfx1036",)), "cpu", "cpu"),
        (Machine("win32", "x86_64", amd=("gfx1100",)), "cpu", "cpu"),
        (Machine(*LINUX, Nvidia((13, 0), ((8, 6),)), ("gfx1036",)), "cu130", "cuda"),
    ],
)
def test_choice(machine, tag, kind):
    build = choose_build(machine)
    assert (build.tag, build.kind, build.asked_for) == (tag, kind, False)
    assert build.reason
    assert build.index == ("" if tag == "default" else f"https://download.pytorch.org/whl/{tag}")


@pytest.mark.parametrize(
    "machine", [Machine("darwin", "x86_64"), Machine("linux", "riscv64"), Machine("linux", "i686")]
)
def test_no_torch_for_this_machine(machine):
    with pytest.raises(NoTorchBuildError, match="PyTorch"):
        choose_build(machine)


def test_what_the_user_asks_for_wins():
    build = choose_build(Machine(*LINUX, Nvidia((13, 0), ((8, 6),))), "cpu")
    assert (build.tag, build.asked_for) == ("cpu", True)
    with pytest.raises(NoTorchBuildError, match="cu99"):
        choose_build(Machine(*LINUX), "cu99")


def test_the_reason_names_what_to_do_about_an_old_driver():
    assert "update it" in choose_build(Machine(*LINUX, Nvidia((12, 8), ((12, 0),)))).reason


@pytest.mark.parametrize(
    ("lines", "version", "kind"),
    [
        ("cuda: Optional[str] = None\nhip: Optional[str] = None\nxpu: Optional[str] = None", "2.13.0+cpu", "cpu"),
        ("cuda: Optional[str] = '13.0'\nhip: Optional[str] = None", "2.13.0", "cuda"),
        ("cuda = '12.6'\nhip = None", "2.13.0+cu126", "cuda"),
        ("cuda: Optional[str] = None\nhip: Optional[str] = '7.2.53211'", "2.13.0+rocm7.2", "rocm"),
        ("cuda: Optional[str] = None\nhip: Optional[str] = None\nxpu: Optional[str] = '20250301'", "2.13.0+xpu", "xpu"),
        ("debug = False", "2.13.0", "cpu"),
    ],
)
@pytest.mark.parametrize("folder", ["lib/python3.11/site-packages", "Lib/site-packages"])
def test_find_torch(tmp_path, folder, lines, version, kind):
    assert find_torch(tmp_path) is None
    facts = tmp_path / folder / "torch" / "version.py"
    facts.parent.mkdir(parents=True)
    facts.write_text(f"from typing import Optional\n__version__ = '{version}'\n{lines}\n")
    assert find_torch(tmp_path) == FoundTorch(version, kind)


def test_the_torch_that_runs_these_tests_is_seen_as_what_it_says_it_is():
    import sys
    from pathlib import Path

    import torch

    found = find_torch(Path(sys.prefix))
    assert found is not None
    assert found.version == torch.__version__
    assert (found.kind == "cuda") == (torch.version.cuda is not None)


def test_a_report_that_brings_cuda():
    def report(*names):
        return {"install": [{"metadata": {"name": name}} for name in names]}

    assert not brings_cuda(report("torch", "sympy"))
    assert brings_cuda(report("torch", "sympy", "nvidia-cublas"))
    assert brings_cuda(report("torch", "cuda-bindings"))


def test_this_machine_can_be_looked_at():
    machine = look_at_machine()
    assert choose_build(machine).reason
    assert hardware_signature({}) == hardware_signature({})
    assert hardware_signature({}) != hardware_signature({"BURNISH_TORCH": "cpu"})
