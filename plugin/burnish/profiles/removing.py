"""Takes our shims out of a profile again: what we wrote and nobody changed, and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from burnish.profiles import kritarc
from burnish.profiles.changes import Action, Change, Outcome, Result, unwritable
from burnish.profiles.find import KRITA, Packaging, Profile, find_profiles
from burnish.profiles.machine import Machine
from burnish.profiles.records import Record, Records, leftover_of, write_whole
from burnish.profiles.shims import is_shim, is_unchanged, main_file, paths_of


@dataclass
class Removal:
    """What goes and what stays. settings: kritarc and its content afterwards (None: the file goes)."""

    files: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    settings: tuple[Path, bytes | None] | None = None
    restored: bool = False


def remove(profile: Profile, records: Records, *, force: bool = False, dry_run: bool = False) -> Outcome:
    """Take Burnish out of a profile.

    force: remove files of ours also where somebody changed them; dry_run: only tell what would be done. Raises
    BurnishError where the file system refuses; doing it again then goes on where it stopped.
    """
    record = records.read(profile.host, profile.folder)
    try:
        removal = removal_of(profile, record, force=force)
        outcome = _outcome(profile, removal)
        if dry_run:
            return outcome
        if removal.settings is not None:
            path, content = removal.settings
            if content is None:
                path.unlink(missing_ok=True)
            else:
                write_whole(path, content)
        for path in removal.files:
            path.unlink(missing_ok=True)
        for folder in removal.folders:
            _remove_if_empty(folder)
        if record is not None:
            if removal.kept:
                left = {str(PurePosixPath(path.relative_to(profile.folder))) for path in removal.kept}
                record.files = {path: sums for path, sums in record.files.items() if path in left}
                record.settings, record.before, record.after = "", None, None
                records.write(record)
            else:
                records.remove(record)
    except OSError as error:
        raise unwritable(error, profile.folder) from error
    return outcome


def removal_of(profile: Profile, record: Record | None, *, force: bool = False) -> Removal:
    """What removing would do. Works without a record, too: our files carry their own checksums."""
    removal = Removal()
    sums = record.files if record else {}
    for name in dict.fromkeys([*sums, *map(str, paths_of(profile.host))]):
        path = profile.folder / name
        leftover = leftover_of(path)
        if leftover.is_file():
            removal.files.append(leftover)
        try:
            content = path.read_bytes()
        except OSError:
            continue  # gone, or never there
        known = hashlib.sha256(content).hexdigest() in sums.get(name, [])
        if known or is_unchanged(content) or (force and is_shim(content)):
            removal.files += [path, *_compiled(path)]
        elif is_shim(content) or name in sums:
            removal.kept.append(path)
    own = (profile.folder / main_file(profile.host)).parent
    removal.folders = [own / "__pycache__", own]
    if record is not None:
        removal.folders += [Path(folder) for folder in reversed(record.folders) if Path(folder) != own]
    _plan_settings(profile, record, removal)
    return removal


def recorded_profile(record: Record) -> Profile:
    """The profile of a record, for one that is found no more."""
    settings = Path(record.settings) if record.settings else None
    return Profile(record.host, Path(record.folder), Packaging.NAMED, settings)


def everywhere(machine: Machine, records: Records, hosts: Sequence[str]) -> list[Profile]:
    """The profiles that are found, and those that are no longer found but in which we left something."""
    profiles = find_profiles(machine, hosts)
    known = {profile.folder for profile in profiles}
    remembered = [recorded_profile(record) for record in records.all() if record.host in hosts]
    return profiles + [profile for profile in remembered if profile.folder not in known]


def _plan_settings(profile: Profile, record: Record | None, removal: Removal) -> None:
    """Put kritarc back byte for byte where it is as we left it; otherwise take out our line alone."""
    if profile.host != KRITA:
        return
    recorded = record is not None and bool(record.settings)
    path = Path(record.settings) if record is not None and recorded else profile.settings
    if path is None:
        return
    leftover = leftover_of(path.resolve())
    if leftover.is_file():
        removal.files.append(leftover)
    try:
        current = path.read_bytes()
    except FileNotFoundError:
        return
    if record is not None and recorded and current == record.after:
        wanted = record.before
        removal.restored = True
    else:
        wanted = kritarc.without_ours(current, (record.before if record is not None else None) or b"")
        if recorded and record is not None and record.before is None and not wanted.strip():
            wanted = None
    if wanted != current:
        removal.settings = (path, wanted)


def _outcome(profile: Profile, removal: Removal) -> Outcome:
    changes = []
    if removal.settings is not None:
        path, content = removal.settings
        action = Action.REMOVE if content is None else Action.RESTORE if removal.restored else Action.SWITCH_OFF
        changes.append(Change(action, path))
    changes += [Change(Action.REMOVE, path) for path in removal.files]
    going = set(removal.files) | ({removal.settings[0]} if removal.settings and removal.settings[1] is None else set())
    for folder in removal.folders:
        if folder.is_dir() and not folder.is_symlink() and set(folder.iterdir()) <= going:
            going.add(folder)
            changes.append(Change(Action.REMOVE_FOLDER, folder))
    changes += [Change(Action.KEEP, path) for path in removal.kept]
    return Outcome(profile, Result.REMOVED if changes else Result.NOT_THERE, changes)


def _compiled(path: Path) -> list[Path]:
    """What Krita's Python made of a module of ours beside it."""
    return sorted((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc*")) if path.suffix == ".py" else []


def _remove_if_empty(folder: Path) -> None:
    if not folder.is_symlink():
        with contextlib.suppress(OSError):  # something is in it, or it is gone
            folder.rmdir()
