"""A user's HOME with profiles in it, and a whole tree as bytes to compare it with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from burnish.profiles.environment import Environment
from burnish.profiles.find import GIMP, KRITA, Packaging, Profile
from burnish.profiles.machine import Machine
from burnish.profiles.records import Records
from burnish.wire.sentences import BurnishError

PLUGIN = Path(__file__).resolve().parents[2] / "plugin" / "burnish"


def machine_at(
    home: Path,
    system: str = "linux",
    environ: Mapping[str, str] | None = None,
    programs: Mapping[str, str] | None = None,
) -> Machine:
    """A machine whose user lives in `home` and whose own folders are beside it. programs: what each answers."""
    answers = programs or {}
    return Machine(
        system,
        home,
        environ or {},
        root=home.parent / "root",
        which=lambda name: name if name in answers else None,
        answer_of=lambda command: answers.get(command[0], ""),
    )


def tree(folder: Path) -> dict[str, tuple[str, bytes | str]]:
    """Everything below a folder: kind and permissions, and content or where a link leads."""
    found: dict[str, tuple[str, bytes | str]] = {}
    for path in sorted(folder.rglob("*")):
        name, mode = str(path.relative_to(folder)), oct(path.lstat().st_mode)
        if path.is_symlink():
            found[name] = (mode, str(path.readlink()))
        else:
            found[name] = (mode, b"" if path.is_dir() else path.read_bytes())
    return found


@pytest.fixture(params=["home", "A häuslich 家 'quoted' $HOME"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Also one with a name that invites mistakes."""
    folder = tmp_path / request.param
    folder.mkdir()
    return folder


@pytest.fixture
def records(home: Path) -> Records:
    return Records(machine_at(home))


@pytest.fixture
def environment() -> Environment:
    """This checkout, with the interpreter that runs the tests."""
    return Environment(PLUGIN, Path(sys.executable))


@pytest.fixture
def krita(home: Path) -> Profile:
    """A Krita that has been used: resources, another plugin, settings."""
    folder = home / ".local/share/krita"
    (folder / "pykrita/other").mkdir(parents=True)
    (folder / "pykrita/other/__init__.py").write_text("# somebody else's\n")
    (folder / "pykrita/other.desktop").write_text("[Desktop Entry]\n")
    (folder / "brushes").mkdir()
    (folder / "brushes/a.gbr").write_bytes(bytes(range(256)))
    settings = home / ".config/kritarc"
    settings.parent.mkdir()
    settings.write_bytes(b"theme=dark\n\n[krita]\nx=1\n\n[python]\nenable_other=true\n\n[tool]\ny=\\\\0\n")
    settings.chmod(0o640)
    return Profile(KRITA, folder, Packaging.NATIVE, settings, "5.2.9")


@pytest.fixture
def gimp(home: Path) -> Profile:
    """A GIMP that has been used."""
    folder = home / ".config/GIMP/3.0"
    (folder / "plug-ins/other").mkdir(parents=True)
    (folder / "plug-ins/other/other.py").write_text("#!/usr/bin/env python3\n")
    (folder / "gimprc").write_text('(config-version "3.0.4")\n')
    return Profile(GIMP, folder, Packaging.NATIVE, version="3.0.4")


@pytest.fixture(params=[KRITA, GIMP])
def profile(request: pytest.FixtureRequest) -> Profile:
    return request.getfixturevalue(request.param)


def code_of(caught: pytest.ExceptionInfo[BurnishError]) -> str:
    return caught.value.failure.code
