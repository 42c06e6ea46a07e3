"""Every system's rules for where profiles are, on any system: folders in a HOME, variables, installed programs."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from burnish.profiles.find import GIMP, KRITA, Packaging, find_profiles, named_profile
from profiles.conftest import machine_at


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def make(*folders: Path) -> None:
    for folder in folders:
        folder.mkdir(parents=True)


def test_nothing_is_found_where_nothing_is(home: Path) -> None:
    for system in ("linux", "win32", "darwin"):
        assert find_profiles(machine_at(home, system)) == []
    assert list(home.iterdir()) == [], "looking makes no folders"


def test_linux(home: Path) -> None:
    make(home / ".local/share/krita", home / ".config/GIMP/3.0", home / ".config/GIMP/3.2", home / ".config/GIMP/2.10")
    found = find_profiles(machine_at(home))
    assert [(profile.host, profile.folder, profile.name) for profile in found] == [
        (KRITA, home / ".local/share/krita", "Krita"),
        (GIMP, home / ".config/GIMP/3.0", "GIMP 3.0"),
        (GIMP, home / ".config/GIMP/3.2", "GIMP 3.2"),
    ]
    assert found[0].settings == home / ".config/kritarc"
    assert find_profiles(machine_at(home), (GIMP,)) == found[1:]


def test_the_variables_of_the_desktop_and_of_gimp(home: Path, tmp_path: Path) -> None:
    make(tmp_path / "data/krita", tmp_path / "config/GIMP/3.0", tmp_path / "own", home / "mine")
    environ = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    krita, gimp = find_profiles(machine_at(home, environ=environ))
    assert (krita.folder, krita.settings) == (tmp_path / "data/krita", tmp_path / "config/kritarc")
    assert gimp.folder == tmp_path / "config/GIMP/3.0"
    for chosen, folder in ((str(tmp_path / "own"), tmp_path / "own"), ("mine", home / "mine")):
        (gimp,) = find_profiles(machine_at(home, environ={**environ, "GIMP3_DIRECTORY": chosen}), (GIMP,))
        assert gimp.folder == folder
    relative = machine_at(home, environ={"XDG_CONFIG_HOME": "relative"})
    assert relative.settings == home / ".config", "the desktop's rules say to ignore a relative path"


def test_programs_that_were_never_started(home: Path) -> None:
    programs = {"krita": "", "krita_version": "5.3.4.1\n", "gimp": "GNU Image Manipulation Program version 3.2.6\n"}
    krita, gimp = find_profiles(machine_at(home, programs=programs))
    assert (krita.folder, krita.name, krita.exists) == (home / ".local/share/krita", "Krita 5.3.4.1", False)
    assert (gimp.folder, gimp.name, gimp.exists) == (home / ".config/GIMP/3.2", "GIMP 3.2.6", False)
    assert find_profiles(machine_at(home, programs={"gimp": "GNU Image Manipulation Program version 2.10.38"})) == []


def test_a_profile_of_another_version_than_the_installed_one_is_still_there(home: Path) -> None:
    make(home / ".config/GIMP/3.0")
    found = find_profiles(machine_at(home, programs={"gimp": "version 3.2.6"}))
    assert [profile.name for profile in found] == ["GIMP 3.0", "GIMP 3.2.6"]


def test_moved_resources(home: Path, tmp_path: Path) -> None:
    make(home / ".local/share/krita", home / ".config")
    (home / ".config/kritarc").write_text(f"ResourceDirectory={tmp_path / 'big'}\n\n[krita]\n")
    (krita,) = find_profiles(machine_at(home))
    assert (krita.folder, krita.settings) == (tmp_path / "big", home / ".config/kritarc")


def test_flatpak(home: Path) -> None:
    inside = home / ".var/app"
    make(inside / "org.kde.krita/data/krita", inside / "org.gimp.GIMP/config/GIMP/3.0")
    make(home.parent / "root/var/lib/flatpak/app/org.gimp.GIMP/current/active/files/share/metainfo")
    metadata = home.parent / "root/var/lib/flatpak/app/org.gimp.GIMP/current/active/files/share/metainfo"
    (metadata / "org.gimp.GIMP.appdata.xml").write_text('<releases><release version="3.0.6" date="x"/></releases>')
    krita, shared, own = find_profiles(machine_at(home))
    assert (krita.packaging, krita.folder, krita.settings) == (
        Packaging.FLATPAK, inside / "org.kde.krita/data/krita", inside / "org.kde.krita/config/kritarc",
    )  # fmt: skip
    assert (shared.packaging, shared.folder, shared.name) == (
        Packaging.FLATPAK, home / ".config/GIMP/3.0", "GIMP 3.0.6",
    )  # fmt: skip
    assert (own.packaging, own.folder) == (Packaging.FLATPAK, inside / "org.gimp.GIMP/config/GIMP/3.0")
    assert krita.flatpak == "org.kde.krita" and own.flatpak == "org.gimp.GIMP"


def test_a_gimp_of_the_system_is_no_sandboxed_one(home: Path) -> None:
    make(home / ".config/GIMP/3.0", home / ".local/share/flatpak/app/org.gimp.GIMP")
    (gimp,) = find_profiles(machine_at(home, programs={"gimp": "version 3.0.4"}), (GIMP,))
    assert (gimp.packaging, gimp.flatpak) == (Packaging.NATIVE, "")


def test_windows(home: Path, tmp_path: Path) -> None:
    roaming, local, programs = tmp_path / "Roaming", tmp_path / "Local", tmp_path / "Program Files"
    store = local / "Packages/49800Krita_a1b2/LocalCache"
    make(roaming / "krita", roaming / "GIMP/3.0", store / "Roaming/krita")
    make(programs / "Krita (x64)/bin", programs / "GIMP 3/bin")
    (programs / "Krita (x64)/bin/krita.exe").touch()
    (programs / "GIMP 3/bin/gimp-3.2.exe").touch()
    environ = {"APPDATA": str(roaming), "LOCALAPPDATA": str(local), "ProgramFiles": str(programs)}
    machine = machine_at(home, "win32", environ)
    krita, from_store, old, new = find_profiles(machine)
    assert (krita.folder, krita.settings) == (roaming / "krita", local / "kritarc")
    assert (from_store.packaging, from_store.folder, from_store.settings) == (
        Packaging.STORE, store / "Roaming/krita", store / "Local/kritarc",
    )  # fmt: skip
    assert [old.folder, new.folder] == [roaming / "GIMP/3.0", roaming / "GIMP/3.2"]
    assert machine.own_data == local / "burnish"


def test_windows_without_its_variables(home: Path) -> None:
    make(home / "AppData/Roaming/krita")
    (krita,) = find_profiles(machine_at(home, "win32"))
    assert krita.settings == home / "AppData/Local/kritarc"


def test_macos(home: Path) -> None:
    support = home / "Library/Application Support"
    make(support / "GIMP/3.0", home.parent / "root/Applications/krita.app/Contents")
    facts = plistlib.dumps({"CFBundleShortVersionString": "5.2.9"})
    (home.parent / "root/Applications/krita.app/Contents/Info.plist").write_bytes(facts)
    krita, gimp = find_profiles(machine_at(home, "darwin"))
    assert (krita.folder, krita.settings, krita.name) == (
        support / "krita", home / "Library/Preferences/kritarc", "Krita 5.2.9",
    )  # fmt: skip
    assert gimp.folder == support / "GIMP/3.0"


def test_folders_that_the_user_names(home: Path, tmp_path: Path) -> None:
    make(home / ".local/share/krita", home / "sandbox/config", home / "sandbox/data/krita")
    machine = machine_at(home)
    assert named_profile(machine, KRITA, home / ".local/share/krita") == find_profiles(machine, (KRITA,))[0]
    portable = named_profile(machine, KRITA, tmp_path / "stick/krita")
    assert (portable.packaging, portable.settings) == (Packaging.NAMED, home / ".config/kritarc")
    sandboxed = named_profile(machine, KRITA, home / "sandbox/data/krita")
    assert sandboxed.settings == home / "sandbox/config/kritarc"
    assert named_profile(machine, GIMP, tmp_path / "stick/3.2").name == "GIMP 3.2"
