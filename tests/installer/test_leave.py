"""`python3 installer uninstall` takes Burnish out of Krita and GIMP, too, before the environment goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from burnish_installer.leave import leave_hosts
from burnish_installer.place import Place

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A HOME with a GIMP profile into which this checkout's Burnish was brought."""
    profile = tmp_path / "home/.config/GIMP/3.0"
    profile.mkdir(parents=True)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIMP3_DIRECTORY", "BURNISH_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BURNISH_LANGUAGE", "en")
    subprocess.run([sys.executable, "-m", "burnish.cli", "install", "gimp"], check=True, capture_output=True)
    return tmp_path / "home"


def shims(home):
    return list(home.rglob("burnish-enhance.py"))


def test_only_what_names_the_environment_goes(home, tmp_path, capfd):
    another = Place(ROOT, tmp_path / "another", True)
    assert leave_hosts(another, ["--environment", str(another.environment)]) == 0
    assert shims(home)
    assert capfd.readouterr().out == ""
    ours = Place(ROOT, Path(sys.executable).parents[1], True)
    assert leave_hosts(ours, ["--environment", str(ours.environment)]) == 0
    assert not shims(home)
    assert "removed from GIMP" in capfd.readouterr().out
    assert sorted(path.name for path in home.rglob("*")) == [".config", "3.0", "GIMP"]


def test_from_one_program_with_any_python_and_without_an_environment(home):
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "installer"), "uninstall", "gimp"],
        env={**os.environ, "BURNISH_ENVIRONMENT": str(home / "none")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert not shims(home)
    assert not (home / "none").exists(), "nothing is installed for it"


def test_a_tree_without_that_part_has_nothing_to_leave(tmp_path):
    assert leave_hosts(Place(tmp_path, tmp_path / "venv", False), ["krita"]) == 0
