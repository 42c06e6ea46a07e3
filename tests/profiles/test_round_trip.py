"""Installing and uninstalling: what a profile is like afterwards, to the byte, whatever came in between."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

import burnish
from burnish.profiles import kritarc
from burnish.profiles.changes import Action, Result
from burnish.profiles.environment import Environment
from burnish.profiles.find import GIMP, KRITA, Packaging, Profile
from burnish.profiles.inspection import Standing, inspect
from burnish.profiles.placing import install
from burnish.profiles.records import Records
from burnish.profiles.removing import everywhere, recorded_profile, remove
from burnish.profiles.shims import is_unchanged, main_file, paths_of
from burnish.wire.sentences import BurnishError
from profiles.conftest import code_of, machine_at, tree

ODD_SETTINGS = {
    "none": None,
    "empty": b"",
    "no newline at the end": b"theme=dark\n[krita]\nx=1",
    "windows lines": b"[krita]\r\nx=1\r\n\r\n[python]\r\nenable_a=true\r\n",
    "no group": b"[krita]\nx=1\n",
    "others in the group": b"[python]\nenable_a=true\nenable_b=false\n",
    "off before": b"[python]\nenable_burnish_krita=false\n",
    "on before": b"[python]\nenable_burnish_krita=true\n",
    "twice": b"[python]\nenable_burnish_krita=true\n[a]\n[python]\nenable_burnish_krita=false\n",
    "no text at all": bytes(range(256)),
}


def test_leaves_no_trace(home: Path, profile: Profile, environment: Environment, records: Records) -> None:
    before = tree(home)
    placed = install(profile, environment, records)
    assert placed.result is Result.INSTALLED
    assert inspect(profile, environment).standing is Standing.CURRENT
    between = tree(home)
    assert all(between[name] == found for name, found in before.items() if name != ".config/kritarc")
    assert remove(profile, records).result is Result.REMOVED
    assert tree(home) == before, "also Burnish's own folder is gone"
    assert remove(profile, records).result is Result.NOT_THERE


def test_every_file_is_whole_and_ours(profile: Profile, environment: Environment, records: Records) -> None:
    install(profile, environment, records)
    for path in paths_of(profile.host):
        assert is_unchanged((profile.folder / path).read_bytes())
    if profile.host == GIMP:
        shim = profile.folder / "plug-ins/burnish-enhance/burnish-enhance.py"
        assert shim.parent.name == shim.stem, "or GIMP would not look at it"
        assert shim.stat().st_mode & 0o111
        assert shim.read_bytes().startswith(b"#!/usr/bin/env python3\n")


def test_a_program_that_was_never_started(home: Path, environment: Environment, records: Records) -> None:
    before = tree(home)
    profiles = [
        Profile(KRITA, home / ".local/share/krita", Packaging.NATIVE, home / ".config/kritarc"),
        Profile(GIMP, home / ".config/GIMP/3.2", Packaging.NATIVE),
    ]
    for profile in profiles:
        install(profile, environment, records)
        assert inspect(profile, environment).standing is Standing.CURRENT
    for profile in profiles:
        remove(profile, records)
    assert tree(home) == before


def test_a_trial_run_changes_nothing(home: Path, profile: Profile, environment: Environment, records: Records) -> None:
    before = tree(home)
    tried = install(profile, environment, records, dry_run=True)
    assert tree(home) == before
    assert install(profile, environment, records).changes == tried.changes, "and tells what is done otherwise"
    placed = tree(home)
    tried = remove(profile, records, dry_run=True)
    assert tree(home) == placed
    assert remove(profile, records).changes == tried.changes


def test_again_is_up_to_date(home: Path, profile: Profile, environment: Environment, records: Records) -> None:
    install(profile, environment, records)
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    assert install(profile, environment, records).result is Result.UP_TO_DATE
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before, "not a file was touched"


def test_a_last_line_without_an_end_survives_a_lost_record(
    krita: Profile, environment: Environment, records: Records
) -> None:
    assert krita.settings is not None
    for content in (b"theme=dark\n[krita]\nx=1", b"[krita]\r\nx=1", b"[krita]\nx=1\n"):
        krita.settings.write_bytes(content)
        install(krita, environment, records)
        for path in records.folder.iterdir():
            path.unlink()
        remove(krita, records)
        assert krita.settings.read_bytes() == content


def test_other_line_ends_need_force(profile: Profile, environment: Environment, records: Records) -> None:
    install(profile, environment, records)
    place = profile.folder / main_file(profile.host)
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    assert inspect(profile, environment).standing is Standing.CHANGED
    with pytest.raises(BurnishError) as caught:
        install(profile, environment, records)
    assert code_of(caught) == "profile-changed-file"
    install(profile, environment, records, force=True)
    assert inspect(profile, environment).standing is Standing.CURRENT


@pytest.mark.parametrize("content", ODD_SETTINGS.values(), ids=ODD_SETTINGS)
def test_odd_settings(content: bytes | None, krita: Profile, environment: Environment, records: Records) -> None:
    assert krita.settings is not None
    if content is None:
        krita.settings.unlink()
    else:
        krita.settings.write_bytes(content)
    install(krita, environment, records)
    assert kritarc.is_enabled(krita.settings.read_bytes())
    remove(krita, records)
    assert (krita.settings.read_bytes() if krita.settings.exists() else None) == content


def test_settings_keep_their_permissions_and_their_link(
    home: Path, krita: Profile, environment: Environment, records: Records
) -> None:
    """Somebody keeps kritarc among his dot files, as a link."""
    assert krita.settings is not None
    kept = home / "dotfiles/kritarc"
    kept.parent.mkdir()
    krita.settings.rename(kept)
    krita.settings.symlink_to(kept)
    before = tree(home)
    install(krita, environment, records)
    assert krita.settings.is_symlink() and kritarc.is_enabled(kept.read_bytes())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    remove(krita, records)
    assert tree(home) == before


def test_linked_folders(home: Path, environment: Environment, records: Records) -> None:
    """The resources lie on another disk, and so do the plug-ins."""
    disk = home / "disk"
    for folder in (disk / "krita/pykrita", disk / "gimp", home / ".local/share", home / ".config/GIMP/3.0"):
        folder.mkdir(parents=True)
    (home / ".local/share/krita").symlink_to(disk / "krita")
    (home / ".config/GIMP/3.0/plug-ins").symlink_to(disk / "gimp")
    before = tree(home)
    profiles = everywhere(machine_at(home), records, (KRITA, GIMP))
    for profile in profiles:
        install(profile, environment, records)
    assert len(list(disk.rglob("*burnish*"))) == 5
    for profile in profiles:
        remove(profile, records)
    assert tree(home) == before


def test_krita_wrote_its_settings_since(krita: Profile, environment: Environment, records: Records) -> None:
    assert krita.settings is not None
    install(krita, environment, records)
    krita.settings.write_bytes(
        b"theme=dark\n\n[krita]\nx=2\n\n[new]\nz=1\n\n[python]\nenable_burnish_krita=true\nenable_other=false\n"
    )
    assert remove(krita, records).changes[0].action is Action.SWITCH_OFF
    assert krita.settings.read_bytes() == (
        b"theme=dark\n\n[krita]\nx=2\n\n[new]\nz=1\n\n[python]\nenable_other=false\n"
    )  # fmt: skip


def test_the_user_switched_it_off_since(krita: Profile, environment: Environment, records: Records) -> None:
    assert krita.settings is not None
    before = krita.settings.read_bytes()
    install(krita, environment, records)
    krita.settings.write_bytes(krita.settings.read_bytes().replace(b"burnish_krita=true", b"burnish_krita=false"))
    assert inspect(krita, environment).standing is Standing.OFF
    again = install(krita, environment, records)
    assert [change.action for change in again.changes] == [Action.SWITCH_ON]
    assert kritarc.is_enabled(krita.settings.read_bytes())
    remove(krita, records)
    assert krita.settings.read_bytes() == before


def test_settings_changed_between_two_installations_stay_changed(
    krita: Profile, environment: Environment, records: Records
) -> None:
    assert krita.settings is not None
    install(krita, environment, records)
    krita.settings.write_bytes(b"[krita]\nx=3\n\n[python]\nenable_burnish_krita=false\n")
    install(krita, environment, records)
    remove(krita, records)
    assert b"x=3" in krita.settings.read_bytes(), "not what they were before the first"
    assert b"burnish" not in krita.settings.read_bytes()


def test_an_older_version_is_replaced(
    home: Path, profile: Profile, environment: Environment, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(home)
    monkeypatch.setattr(burnish, "__version__", "0.0.1")
    install(profile, environment, records)
    monkeypatch.undo()
    assert inspect(profile, environment).standing is Standing.OUTDATED
    assert inspect(profile, environment).burnish == "0.0.1"
    assert install(profile, environment, records).result is Result.UPDATED
    assert inspect(profile, environment).standing is Standing.CURRENT
    remove(profile, records)
    assert tree(home) == before


def test_a_file_that_a_new_version_does_without_goes(
    profile: Profile, environment: Environment, records: Records
) -> None:
    install(profile, environment, records)
    record = records.read(profile.host, profile.folder)
    assert record is not None
    shim = (profile.folder / main_file(profile.host)).read_bytes()
    for name, content in (("plug-ins/old.py", shim), ("plug-ins/theirs.py", b"# not ours any more\n")):
        path = profile.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        record.files[name] = ["0" * 64]
    records.write(record)
    assert [change.path.name for change in install(profile, environment, records).changes] == ["old.py"]
    assert not (profile.folder / "plug-ins/old.py").exists()
    assert (profile.folder / "plug-ins/theirs.py").exists()


def test_another_environment_takes_over(
    home: Path, profile: Profile, environment: Environment, records: Records, tmp_path: Path
) -> None:
    before = tree(home)
    other = replace(environment, python=tmp_path / "other python")
    install(profile, other, records)
    assert inspect(profile, environment).standing is Standing.BROKEN
    assert inspect(profile, environment).missing == str(tmp_path / "other python")
    (tmp_path / "other python").touch()
    assert inspect(profile, environment).standing is Standing.OTHER
    assert install(profile, environment, records).result is Result.UPDATED
    assert inspect(profile, environment).standing is Standing.CURRENT
    remove(profile, records)
    assert tree(home) == before


def test_a_changed_file_stays_unless_forced(
    home: Path, profile: Profile, environment: Environment, records: Records
) -> None:
    before = tree(home)
    install(profile, environment, records)
    changed = profile.folder / main_file(profile.host)
    changed.write_bytes(changed.read_bytes() + b"# my own line\n")
    assert inspect(profile, environment).standing is Standing.CHANGED
    with pytest.raises(BurnishError) as caught:
        install(profile, environment, records)
    assert code_of(caught) == "profile-changed-file"
    left = remove(profile, records)
    assert left.kept == [changed]
    assert changed.read_bytes().endswith(b"# my own line\n")
    assert remove(profile, records, force=True).kept == []
    assert tree(home) == before


def test_force_overwrites_what_somebody_changed(
    home: Path, profile: Profile, environment: Environment, records: Records
) -> None:
    before = tree(home)
    install(profile, environment, records)
    changed = profile.folder / main_file(profile.host)
    changed.write_bytes(changed.read_bytes() + b"# my own line\n")
    install(profile, environment, records, force=True)
    assert inspect(profile, environment).standing is Standing.CURRENT
    remove(profile, records)
    assert tree(home) == before


@pytest.mark.parametrize("kind", ["file", "file in the folder", "link", "folder for the file", "file for the folder"])
def test_somebody_elses_things_are_in_the_way(
    kind: str, home: Path, profile: Profile, environment: Environment, records: Records
) -> None:
    main = profile.folder / main_file(profile.host)
    if kind == "file for the folder":
        main.parent.write_text("theirs")
    elif kind == "link":
        (home / "theirs").mkdir()
        (home / "theirs" / main.name).write_text("# theirs\n")
        main.parent.symlink_to(home / "theirs")
    elif kind == "folder for the file":
        main.mkdir(parents=True)
    else:
        main.parent.mkdir()
        (main if kind == "file" else main.with_name("notes.txt")).write_text("# theirs\n")
    before = tree(home)
    with pytest.raises(BurnishError) as caught:
        install(profile, environment, records, force=True)
    assert code_of(caught) in ("profile-foreign-file", "profile-unwritable")
    assert str(main.parent) in caught.value.failure.message
    assert tree(home) == before, "nothing at all was written"
    remove(profile, records, force=True)
    assert tree(home) == before, "and nothing is removed"


def test_a_file_that_somebody_added_keeps_its_folder(
    profile: Profile, environment: Environment, records: Records
) -> None:
    install(profile, environment, records)
    added = (profile.folder / main_file(profile.host)).with_name("notes.txt")
    added.write_text("mine")
    remove(profile, records)
    assert [path.name for path in added.parent.iterdir()] == ["notes.txt"]


def test_what_krita_compiled_goes_too(home: Path, krita: Profile, environment: Environment, records: Records) -> None:
    before = tree(home)
    install(krita, environment, records)
    compiled = krita.folder / "pykrita/burnish_krita/__pycache__"
    compiled.mkdir()
    for name in ("__init__.cpython-310.pyc", "__init__.cpython-313.pyc"):
        (compiled / name).write_bytes(b"\0")
    remove(krita, records)
    assert tree(home) == before


def test_remains_of_ours_are_in_nobodys_way(krita: Profile, environment: Environment, records: Records) -> None:
    """The main file and the record were removed by hand; what Krita compiled, and the manual, were forgotten."""
    install(krita, environment, records)
    for path in records.folder.iterdir():
        path.unlink()
    own = krita.folder / "pykrita/burnish_krita"
    (own / "__init__.py").unlink()
    (own / "__pycache__").mkdir()
    (own / "__pycache__/__init__.cpython-313.pyc").touch()
    install(krita, environment, records)
    assert inspect(krita, environment).standing is Standing.CURRENT
    remove(krita, records)
    assert not own.exists()


def test_a_profile_that_is_found_no_more_is_remembered(
    home: Path, environment: Environment, records: Records, tmp_path: Path
) -> None:
    portable = tmp_path / "stick/3.0"
    portable.mkdir(parents=True)
    before = tree(tmp_path)
    install(Profile(GIMP, portable, Packaging.NAMED), environment, records)
    (remembered,) = everywhere(machine_at(home), records, (GIMP,))
    assert remembered.folder == portable
    (record,) = records.all()
    assert recorded_profile(record) == remembered
    remove(remembered, records)
    assert tree(tmp_path) == before


def test_gimp_copied_the_plug_in_into_its_next_profile(
    home: Path, gimp: Profile, environment: Environment, records: Records
) -> None:
    install(gimp, environment, records)
    copied = replace(gimp, folder=home / ".config/GIMP/3.2")
    (copied.folder / "plug-ins/burnish-enhance").mkdir(parents=True)
    content = (gimp.folder / main_file(GIMP)).read_bytes()
    (copied.folder / main_file(GIMP)).write_bytes(content)
    assert remove(copied, records).result is Result.REMOVED
    assert not (copied.folder / "plug-ins/burnish-enhance").exists()
    assert inspect(gimp, environment).python, "the other stays"
