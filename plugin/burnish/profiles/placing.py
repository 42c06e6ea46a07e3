"""Places our shims into a profile: new, over an older version, or over a half-made installation."""

from __future__ import annotations

import contextlib
import hashlib
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from burnish.profiles import kritarc
from burnish.profiles.changes import Action, Change, Outcome, Result, unwritable
from burnish.profiles.environment import Environment
from burnish.profiles.find import Profile
from burnish.profiles.records import BESIDE, Record, Records, write_whole
from burnish.profiles.removing import removal_of
from burnish.profiles.shims import Shim, is_shim, is_unchanged, main_file, shims_for
from burnish.wire.sentences import BurnishError


def install(
    profile: Profile, environment: Environment, records: Records, *, force: bool = False, dry_run: bool = False
) -> Outcome:
    """Bring Burnish into a profile.

    force: overwrite files of ours that somebody changed; dry_run: only tell what would be done. Raises BurnishError
    where something of somebody else's is in the way, or the file system refuses; where nothing was recorded, an
    installation that fails leaves everything as it was.
    """
    plan = _Plan(profile, environment, records.read(profile.host, profile.folder), force=force)
    outcome = plan.outcome()
    if dry_run or not outcome.changes:
        return outcome
    try:
        plan.carry_out(records)
    except OSError as error:
        if plan.former is None:
            plan.take_back(records)
        raise unwritable(error, profile.folder) from error
    return outcome


class _Plan:
    """What has to be done to one profile. Everything is looked at before anything is written."""

    def __init__(self, profile: Profile, environment: Environment, former: Record | None, *, force: bool) -> None:
        self.profile = profile
        self.former = former
        self.shims = shims_for(profile.host, environment)
        try:
            _refuse_strangers(profile, former)
            self.to_write = [shim for shim in self.shims if self._differs(shim, force=force)]
            self.stale = self._stale()
            self._look_at_settings()
        except OSError as error:
            raise unwritable(error, profile.folder) from error
        self.new_folders = self._missing_folders()
        self.replaced: list[tuple[Path, bytes | None, int]] = []

    def outcome(self) -> Outcome:
        changes = [Change(Action.MAKE_FOLDER, folder) for folder in self.new_folders]
        for shim in self.to_write:
            place = self._place(shim)
            changes.append(Change(Action.REPLACE if place.exists() else Action.WRITE, place))
        changes += [Change(Action.REMOVE, path) for path in self.stale]
        if self.profile.settings and self.current != self.wanted:
            changes.append(Change(Action.SWITCH_ON, self.profile.settings))
        if not changes:
            return Outcome(self.profile, Result.UP_TO_DATE)
        there = self._place_of_main().exists()
        return Outcome(self.profile, Result.UPDATED if there else Result.INSTALLED, changes)

    def carry_out(self, records: Records) -> None:
        record = self._record()
        known = dict(self.former.files) if self.former else {}
        ours = {str(shim.path): [shim.sha256] for shim in self.shims}
        # first the record, and with the sums of both versions: what is interrupted can still be undone or repeated
        record.files = {path: [*ours.get(path, []), *known.get(path, [])] for path in {**known, **ours}}
        records.write(record)
        for folder in self.new_folders:
            folder.mkdir(exist_ok=True)
        for shim in self.to_write:
            self._write(self._place(shim), shim.content, executable=shim.executable)
        for path in self.stale:
            path.unlink(missing_ok=True)
        if self.profile.settings and self.current != self.wanted:
            self._write(self.profile.settings, self.wanted)
        record.files = ours
        records.write(record)

    def take_back(self, records: Records) -> None:
        """Undo what was carried out so far, as far as the file system lets us."""
        for path, content, mode in reversed(self.replaced):
            with contextlib.suppress(OSError):
                if content is None:
                    path.unlink(missing_ok=True)
                else:
                    write_whole(path, content)
                    path.chmod(mode)
        for folder in reversed(self.new_folders):
            with contextlib.suppress(OSError):  # something is in it, or it was not made
                folder.rmdir()
        with contextlib.suppress(OSError):
            records.remove(self._record())

    def _write(self, path: Path, content: bytes, *, executable: bool = False) -> None:
        """Write a file, and remember what was in its place."""
        try:
            former, mode = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
        except FileNotFoundError:
            former, mode = None, 0
        write_whole(path, content, executable=executable)
        self.replaced.append((path, former, mode))

    def _record(self) -> Record:
        folders = [*(self.former.folders if self.former else []), *(str(folder) for folder in self.new_folders)]
        record = Record(self.profile.host, str(self.profile.folder), folders=list(dict.fromkeys(folders)))
        if self.profile.settings is None:
            return record
        record.settings = str(self.profile.settings)
        former = self.former if self.former and self.former.settings == record.settings else None
        if former is None:
            record.before, record.after = self.current, self.wanted
        elif self.current == self.wanted:
            record.before, record.after = former.before, former.after
        else:  # somebody switched us off or removed the file: what is there now, without us, is what to go back to
            current = self.current
            record.before = None if current is None else kritarc.without_ours(current, former.before or b"")
            record.after = self.wanted
        return record

    def _look_at_settings(self) -> None:
        """Krita's settings as they are, and with our plugin switched on. None: there are none."""
        self.current: bytes | None = None
        if self.profile.settings is None:
            return
        try:
            self.current = self.profile.settings.read_bytes()
        except FileNotFoundError:
            self.current = None
        self.wanted = kritarc.enabled(self.current or b"")

    def _differs(self, shim: Shim, *, force: bool) -> bool:
        """Whether a file has to be written. Raises where what is there is not ours to replace."""
        place = self._place(shim)
        try:
            content = place.read_bytes()
        except FileNotFoundError:
            if place.is_symlink():
                raise BurnishError("profile-foreign-file", path=str(place)) from None
            return True
        if content == shim.content:
            return shim.executable and not _may_run(place)
        sums = self.former.files.get(str(shim.path), []) if self.former else []
        if is_unchanged(content) or hashlib.sha256(content).hexdigest() in sums or (force and is_shim(content)):
            return True
        code = "profile-changed-file" if is_shim(content) else "profile-foreign-file"
        raise BurnishError(code, path=str(place))

    def _stale(self) -> Sequence[Path]:
        """Files of an older version that this one does without, where nobody changed them."""
        if self.former is None:
            return []
        present = {str(shim.path) for shim in self.shims}
        gone = [path for path in self.former.files if path not in present]
        removal = removal_of(self.profile, self.former)
        return [path for path in removal.files if path in {self.profile.folder / name for name in gone}]

    def _missing_folders(self) -> list[Path]:
        """The folders that have to be made, outermost first."""
        wanted = [self._place(shim).parent for shim in self.shims]
        if self.profile.settings is not None:
            wanted.append(self.profile.settings.resolve().parent)
        missing: dict[Path, None] = {}
        for folder in wanted:
            chain = [folder, *folder.parents]
            absent = [part for part in chain if not part.exists()]
            missing.update(dict.fromkeys(reversed(absent)))
        return list(missing)

    def _place(self, shim: Shim) -> Path:
        return self.profile.folder / shim.path

    def _place_of_main(self) -> Path:
        return self.profile.folder / main_file(self.profile.host)


def _may_run(path: Path) -> bool:
    """Whether the owner may start this file. Windows has no such right, and says no for all but its own programs."""
    return sys.platform == "win32" or bool(path.stat().st_mode & 0o100)


def _refuse_strangers(profile: Profile, former: Record | None) -> None:
    """Raise where the folder that is to be ours alone is somebody else's."""
    main = profile.folder / main_file(profile.host)
    ours = main.parent
    if ours.is_symlink() or (ours.exists() and not ours.is_dir()):
        raise BurnishError("profile-foreign-file", path=str(ours))
    if former is None and ours.is_dir() and not main.exists() and any(map(_is_strange, ours.iterdir())):
        raise BurnishError("profile-foreign-file", path=str(ours))


def _is_strange(path: Path) -> bool:
    """Whether something in our folder is neither a file of ours, nor what Python or an interruption left of one."""
    if path.name == "__pycache__" or path.name.endswith(BESIDE):
        return False
    return not (path.is_file() and is_shim(path.read_bytes()))
