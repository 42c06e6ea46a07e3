"""The installer's own command line: old Pythons, where the environment goes, and what `test` runs."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from burnish_installer.checks import Check, checks_for, run_checks
from burnish_installer.place import Place, find_place, user_environment
from burnish_installer.recipe import Recipe
from burnish_installer.show import Lines

ROOT = Path(__file__).resolve().parents[2]
FRONT = ROOT / "installer" / "__main__.py"


def _old_pythons():
    for name in ("python2.7", "python3.6", "python3.7", "python3.8", "python3.9"):
        if shutil.which(name) and subprocess.run([name, "-c", ""], capture_output=True, check=False).returncode == 0:
            yield name


def test_an_old_python_gets_a_sentence(tmp_path):
    """With a real old Python where there is one; everywhere by compiling the file for the oldest grammar there is."""
    tree = ast.parse(FRONT.read_text(), feature_version=(3, 4))
    assert FRONT.read_text().isascii(), "Python 2 stops at the first other letter"
    (check,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [node.lineno < check.lineno for node in imports] == [True, False], "nothing of ours is imported before"
    pretend = f"import sys; sys.version_info = (3, 9, 1); exec(compile(open({str(FRONT)!r}).read(), 'x', 'exec'))"
    commands = [[sys.executable, "-c", pretend], *([name, str(FRONT.parent), "x"] for name in _old_pythons())]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 1
        assert done.stderr.startswith("Burnish needs Python 3.10 or newer, and this is Python ")
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("system", "environ", "expected"),
    [
        ("linux", {"HOME": "/home/a"}, "/home/a/.local/share/burnish/venv"),
        ("linux", {"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, "/data/burnish/venv"),
        ("darwin", {"HOME": "/Users/a"}, "/Users/a/Library/Application Support/burnish/venv"),
        ("win32", {"USERPROFILE": "/Users/a", "LOCALAPPDATA": "/Users/a/L"}, "/Users/a/L/burnish/venv"),
        ("win32", {"USERPROFILE": "/Users/a"}, "/Users/a/AppData/Local/burnish/venv"),
    ],
)
def test_the_users_own_environment(system, environ, expected):
    assert user_environment(environ, system) == Path(expected)


def test_the_environment_of_a_checkout_and_of_a_release(tmp_path):
    environ = {"HOME": "/home/a"}
    release = find_place(tmp_path, environ, "linux")
    assert (release.environment, release.editable) == (Path("/home/a/.local/share/burnish/venv"), False)
    (tmp_path / ".git").mkdir()
    checkout = find_place(tmp_path, environ, "linux")
    assert (checkout.environment, checkout.editable) == (tmp_path / ".venv", True)
    chosen = find_place(tmp_path, environ | {"BURNISH_ENVIRONMENT": "/elsewhere"}, "linux")
    assert (chosen.environment, chosen.editable) == (Path("/elsewhere"), True)


def test_the_recipe_watches_what_it_names(tmp_path):
    recipe = Recipe(watched=("pyproject.toml",))
    (tmp_path / "pyproject.toml").write_text("a")
    before = recipe.fingerprint(tmp_path)
    assert recipe.fingerprint(tmp_path) == before
    (tmp_path / "pyproject.toml").write_text("b")
    assert recipe.fingerprint(tmp_path) != before
    assert Recipe(watched=("pyproject.toml",), torch="2.14.0").fingerprint(tmp_path) != recipe.fingerprint(tmp_path)
    assert Recipe().fingerprint(ROOT)


def test_test_runs_every_check_and_fails_if_one_does(tmp_path, monkeypatch, capsys):
    place = Place(tmp_path, tmp_path / ".venv", True)
    assert [check.name for check in checks_for(place, [])] == [
        "ruff check", "ruff format", "pyright", "lint-imports", "pytest",
    ]  # fmt: skip
    (only,) = checks_for(place, ["tests/wire", "-x"])
    assert only.command[1:] == ("-m", "pytest", "tests/wire", "-x")

    def check(name, code):
        return Check(name, (sys.executable, "-c", f"print('from {name}'); raise SystemExit({code})"))

    monkeypatch.setattr(
        "burnish_installer.checks.checks_for", lambda *_: (check("good", 0), check("bad", 3), check("last", 0))
    )
    assert run_checks(place, [], Lines(sys.stdout)) == 1
    written = capsys.readouterr().out
    assert "from bad" in written
    assert "from good" not in written
    assert "FAILED (3)" in written
    assert "last" in written.split("FAILED (3)")[1], "a failed check does not end the others"
    monkeypatch.setattr("burnish_installer.checks.checks_for", lambda *_: (check("good", 0),))
    assert run_checks(place, [], Lines(sys.stdout)) == 0
