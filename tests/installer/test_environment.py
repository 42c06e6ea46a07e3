"""The environment is made once, found again, updated, remade after an interruption, and removed."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from burnish_installer.lock import locked

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def test_first_use_installs_and_hands_over(made):
    assert made.first.returncode == 7
    answer = json.loads(made.first.stdout)
    assert answer["arguments"] == ["7", "--flag", "a b", ""]
    assert answer["input"] == "from standard input"
    assert Path(answer["file"]).parent == made.folder, "a checkout runs its own files"
    assert "[1/2] environment" in made.first.stderr
    assert "[2/2] Burnish and its libraries" in made.first.stderr
    assert made.builds == 1


def test_the_second_use_runs_no_pip(made):
    log = made.log.read_bytes()
    pips = list(made.environment.glob("**/site-packages/pip"))
    assert pips
    for pip in pips:
        pip.rename(pip.with_name("no pip"))  # whoever runs pip now, fails
    try:
        again = made.run("3")
    finally:
        for pip in pips:
            pip.with_name("no pip").rename(pip)
    assert (again.returncode, again.stderr) == (3, "")
    assert json.loads(again.stdout)["arguments"] == ["3"]
    assert made.log.read_bytes() == log
    assert made.builds == 1


@posix_only
def test_the_installer_becomes_the_program(made):
    process = made.start("x")
    out, _ = process.communicate("")
    assert json.loads(out)["pid"] == process.pid


def test_without_arguments_it_shows_help_and_state(made, project):
    before = project.run()
    assert before.returncode == 0
    assert "not installed yet" in before.stdout
    assert not project.environment.exists(), "looking changes nothing"
    assert "(ready)" in made.run().stdout


def test_changed_requirements_update_in_place_and_keep_extras(project):
    project.run("x")
    witness = project.environment / "witness"
    witness.write_text("")
    with (project.folder / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert project.answer("x")["arguments"] == ["x"]
    assert project.builds == 2
    assert witness.exists(), "updating does not start from nothing"

    stamp = json.loads(project.stamp.read_text())
    project.stamp.write_text(json.dumps(stamp | {"extras": ["more"]}))
    with (project.folder / "pyproject.toml").open("a") as file:
        file.write("# changed again\n")
    project.run("x")
    assert json.loads(project.stamp.read_text())["extras"] == ["more"]
    assert "[more]" in project.log.read_text()


def test_a_moved_checkout_is_set_up_anew_and_uninstalled_without_a_trace(project, tmp_path):
    project.run("x")
    moved = tmp_path / "moved"
    project.folder.rename(moved)
    project.folder = moved
    answer = project.answer("x")
    assert Path(answer["file"]).parent == moved

    before = {path.name for path in project.folder.iterdir()}
    done = project.run("uninstall")
    assert done.returncode == 0
    assert "Removed" in done.stderr
    assert {path.name for path in project.folder.iterdir()} == before - {".venv"}
    assert "nothing to remove" in project.run("uninstall").stderr


@posix_only
def test_killed_while_pip_works_then_remade_once_that_pip_has_ended(project, waiting):
    (project.folder / "slow").write_text("")
    first = project.start("x")
    waiting((project.folder / "building").exists)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert project.environment.exists()
    assert not project.stamp.exists()

    second = project.start("5")
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline(), "the orphaned pip still holds the lock"
    (project.folder / "slow").unlink()
    out, err = second.communicate("", timeout=120)
    assert second.returncode == 5, err
    assert "making it anew" in err
    assert json.loads(out)["arguments"] == ["5"]
    assert project.stamp.exists()


@posix_only
def test_killed_while_the_environment_is_made(project, waiting):
    first = project.start("x")
    waiting((project.environment / "pyvenv.cfg").exists)
    os.killpg(first.pid, signal.SIGKILL)  # its children too, as when the power fails
    first.wait()
    assert not project.stamp.exists()
    done = project.run("4")
    assert done.returncode == 4, done.stderr


@posix_only
def test_killed_while_updating_leaves_no_stamp(project, waiting):
    project.run("x")
    with (project.folder / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    (project.folder / "slow").write_text("")
    process = project.start("x")
    waiting((project.folder / "building").exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not project.stamp.exists()
    os.kill(int((project.folder / "building").read_text()), signal.SIGKILL)
    (project.folder / "slow").unlink()
    assert project.answer("x")["arguments"] == ["x"]


@posix_only
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_politely_pip_stops_too(project, waiting, number, code):
    (project.folder / "slow").write_text("")
    process = project.start("x")
    waiting((project.folder / "building").exists)
    os.killpg(process.pid, number) if number == signal.SIGINT else os.kill(process.pid, number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in err
    assert not project.stamp.exists()
    with locked(project.environment / "burnish-installer.lock"):
        pass  # nobody is left who holds it


def test_two_at_once_make_one_environment(project, waiting):
    (project.folder / "slow").write_text("")
    first = project.start("1")
    waiting((project.folder / "building").exists)
    second = project.start("2")
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline()
    (project.folder / "slow").unlink()
    for process, code in ((first, 1), (second, 2)):
        process.communicate("", timeout=120)
        assert process.returncode == code
    assert project.builds == 1


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"project": 1}', "null"])
def test_a_damaged_stamp_counts_as_none(project, stamp):
    project.environment.mkdir()
    (project.environment / "burnish-installer.lock").write_text("")
    project.stamp.write_text(stamp)
    done = project.run("uninstall")
    assert done.returncode == 0
    assert not project.environment.exists()


def test_an_environment_of_somebody_else_is_left_alone(project):
    project.environment.mkdir()
    (project.environment / "precious.txt").write_text("mine")
    for arguments in (("x",), ("uninstall",), ("test",)):
        done = project.run(*arguments)
        assert done.returncode == 1
        assert "did not make it" in done.stderr
        assert "BURNISH_ENVIRONMENT" in done.stderr
    assert [entry.name for entry in project.environment.iterdir()] == ["precious.txt"]


def test_what_is_not_a_checkout_is_copied_into_the_users_environment(project, tmp_path):
    (project.folder / ".git").rmdir()
    project.environ["XDG_DATA_HOME"] = str(tmp_path / "data")
    project.environ["LOCALAPPDATA"] = str(tmp_path / "data")
    answer = project.answer("x")
    assert not project.environment.exists()
    mac = sys.platform == "darwin"
    base = project.folder.parent / "home" / "Library/Application Support" if mac else tmp_path / "data"
    assert Path(answer["file"]).is_relative_to(base / "burnish" / "venv")


def test_a_failed_installation_says_why_where_and_what_to_do(project):
    (project.folder / "requires.txt").write_text("no-such-package-anywhere")
    done = project.run("x")
    assert done.returncode == 1
    assert done.stdout == ""
    sentence, hint, log = done.stderr.strip().splitlines()[-3:]
    assert "no-such-package-anywhere" in sentence
    assert "no ready-made build" in hint
    assert str(project.log) in log
    assert "no-such-package-anywhere" in project.log.read_text()
    assert not project.stamp.exists()
