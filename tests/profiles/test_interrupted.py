"""Installations that were cut short, and ones of which something was lost: nothing of the user's ever is."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

import burnish
from burnish.profiles.changes import Result
from burnish.profiles.environment import Environment
from burnish.profiles.find import GIMP, KRITA, Profile
from burnish.profiles.inspection import Standing, inspect
from burnish.profiles.placing import install
from burnish.profiles.records import Records, leftover_of
from burnish.profiles.removing import remove
from burnish.profiles.shims import main_file, paths_of
from burnish.wire.sentences import BurnishError
from profiles.conftest import code_of, tree


@pytest.mark.parametrize("lost", ["record", "half of the files", "all files"])
def test_something_of_it_was_lost(
    lost: str, home: Path, profile: Profile, environment: Environment, records: Records
) -> None:
    before = tree(home)
    for _ in range(2):  # once to be removed, once to be made whole
        install(profile, environment, records)
        if lost == "record":
            for path in records.folder.iterdir():
                path.write_text("{")
        else:
            paths = paths_of(profile.host)
            for path in paths[1:] if lost == "half of the files" else paths:
                (profile.folder / path).unlink()
            if lost == "half of the files" and profile.host == KRITA:
                assert inspect(profile, environment).standing is Standing.INCOMPLETE
        if _ == 1:
            install(profile, environment, records)
            assert inspect(profile, environment).standing is Standing.CURRENT
        remove(profile, records)
        assert not list(profile.folder.rglob("*burnish*"))
        after = tree(home)
        if lost == "record":  # then nobody knows which folders were made; the rest is as it was
            assert {name: found for name, found in after.items() if name in before} == before
            assert all(stat.S_ISDIR(int(mode, 8)) or "installed" in name for name, (mode, _c) in after.items()
                       if name not in before)  # fmt: skip
            return
        assert after == before


def test_a_profile_without_permissions_to_run_is_up_to_date(
    gimp: Profile, environment: Environment, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has no such permission for .py; elsewhere, GIMP needs it."""
    place = gimp.folder / main_file(GIMP)
    install(gimp, environment, records)
    place.chmod(0o644)
    assert install(gimp, environment, records).result is Result.UPDATED
    assert place.stat().st_mode & 0o100
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        install(gimp, environment, records)
        place.chmod(0o644)
        assert install(gimp, environment, records).result is Result.UP_TO_DATE


@pytest.mark.parametrize("obstacle", ["last file", "settings"])
@pytest.mark.parametrize("there", ["nothing", "an older version", "changed files"])
def test_a_failed_installation_without_a_record_puts_back_what_was_there(
    there: str, obstacle: str, home: Path, krita: Profile, environment: Environment, records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert krita.settings is not None
    main = krita.folder / main_file(KRITA)
    if there != "nothing":
        monkeypatch.setattr(burnish, "__version__", "0.0.1")
        install(krita, environment, records)
        monkeypatch.undo()
        for path in records.folder.iterdir():
            path.unlink()
        records.folder.rmdir()
        krita.settings.write_bytes(b"[krita]\nx=1\n")
    if there == "changed files":
        main.write_bytes(main.read_bytes() + b"# mine\n")
        main.chmod(0o600)
    in_the_way = krita.folder / paths_of(KRITA)[-1] if obstacle == "last file" else krita.settings
    leftover_of(in_the_way).mkdir(parents=True)  # nothing can be written beside it
    before = tree(home)
    with pytest.raises(BurnishError) as caught:
        install(krita, environment, records, force=True)
    assert code_of(caught) == "profile-unwritable"
    assert tree(home) == before


class PowerCut(BaseException):
    """The machine is switched off."""


@pytest.mark.parametrize("step", range(12))
@pytest.mark.parametrize("then", ["repeat", "remove"])
def test_interrupted_at_any_point(
    step: int,
    then: str,
    home: Path,
    profile: Profile,
    environment: Environment,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = tree(home)
    done = 0
    replacing, making = Path.replace, Path.mkdir

    def cut(path: Path) -> None:
        nonlocal done
        if records.folder in (path, *path.parents) or path in records.folder.parents:
            return  # the record comes first
        if done == step:
            raise PowerCut
        done += 1

    def replace_or_stop(self: Path, target: Path) -> Path:
        cut(self)
        return replacing(self, target)

    def make_or_stop(self: Path, mode: int = 0o777, **options: bool) -> None:
        cut(self)
        making(self, mode, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace_or_stop)
        patched.setattr(Path, "mkdir", make_or_stop)
        try:
            install(profile, environment, records)
        except PowerCut:
            pass
        else:
            assert step >= 2, "more steps than there are"
    if then == "repeat":
        install(profile, environment, records)
        assert inspect(profile, environment).standing is Standing.CURRENT
    remove(profile, records)
    assert tree(home) == before


def test_what_a_power_cut_left_beside_a_file_goes(
    home: Path, profile: Profile, environment: Environment, records: Records
) -> None:
    before = tree(home)
    install(profile, environment, records)
    for path in (*(profile.folder / path for path in paths_of(profile.host)), *filter(None, [profile.settings])):
        leftover_of(path).write_bytes(b"half")
    remove(profile, records)
    assert tree(home) == before
