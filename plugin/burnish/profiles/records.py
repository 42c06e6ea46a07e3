"""What was written into a profile, kept in Burnish's own folder, so that all of it can be taken back exactly."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import stat
from dataclasses import asdict, dataclass, field
from pathlib import Path

from burnish.profiles.machine import Machine

BESIDE = ".burnish-new"
_FORMAT = 1


@dataclass
class Record:
    """One profile's installation.

    files: SHA-256 of each file by its path relative to the folder; folders: those that we made, in the order in which
    they were made, absolute; before, after: the whole of kritarc, None where there was none or it was left alone.
    """

    host: str
    folder: str
    files: dict[str, list[str]] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    settings: str = ""
    before: bytes | None = None
    after: bytes | None = None


class Records:
    """All installations of this user, one file for each profile."""

    def __init__(self, machine: Machine) -> None:
        self.folder = machine.own_data / "installed"

    def read(self, host: str, folder: Path) -> Record | None:
        """What is known of this profile; None where nothing is, or where it cannot be read."""
        return _read(self._path(host, folder))

    def all(self) -> list[Record]:
        """Every installation, also into folders that are found no more."""
        found = (_read(path) for path in sorted(self.folder.glob("*.json")))
        return [record for record in found if record is not None]

    def write(self, record: Record) -> None:
        self._make_folder()
        plain = asdict(record)
        for name in ("before", "after"):
            content = plain[name]
            plain[name] = None if content is None else base64.b64encode(content).decode("ascii")
        text = json.dumps({"format": _FORMAT, **plain}, indent=1) + "\n"
        write_whole(self._path(record.host, Path(record.folder)), text.encode("ascii"))

    def remove(self, record: Record) -> None:
        """Forget a profile. Folders that were made for it and are still in use go with the last one."""
        made = [*self._made_folders(), *(folder for folder in record.folders if Path(folder).is_dir())]
        others = [path for path in self.folder.glob("*.json") if path != self._path(record.host, Path(record.folder))]
        if others:
            write_whole(self._made, json.dumps(list(dict.fromkeys(made))).encode("ascii"))
            self._path(record.host, Path(record.folder)).unlink(missing_ok=True)
            return
        self._path(record.host, Path(record.folder)).unlink(missing_ok=True)
        self._made.unlink(missing_ok=True)
        for folder in sorted(map(Path, {*made, str(self.folder)}), key=lambda path: len(path.parts), reverse=True):
            with contextlib.suppress(OSError):  # somebody else has something in it
                folder.rmdir()

    def _made_folders(self) -> list[str]:
        try:
            return [str(folder) for folder in json.loads(self._made.read_text(encoding="ascii"))]
        except (OSError, ValueError, TypeError):
            return []

    @property
    def _made(self) -> Path:
        """A list of the folders that were made for the records, and of those that outlived theirs."""
        return self.folder / "made-folders"

    def _make_folder(self) -> None:
        missing = [folder for folder in [self.folder, *self.folder.parents] if not folder.exists()]
        if missing:
            self.folder.mkdir(parents=True)
            write_whole(self._made, json.dumps([str(folder) for folder in reversed(missing)]).encode("ascii"))

    def _path(self, host: str, folder: Path) -> Path:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return self.folder / f"{host}-{digest}.json"


def _read(path: Path) -> Record | None:
    try:
        plain = json.loads(path.read_text(encoding="ascii"))
        if plain.pop("format") != _FORMAT:
            return None
        for name in ("before", "after"):
            plain[name] = None if plain[name] is None else base64.b64decode(plain[name], validate=True)
        return Record(**plain)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_whole(path: Path, content: bytes, *, executable: bool = False) -> None:
    """Write a file complete or not at all. A link is followed, and a file's permissions stay as they were."""
    target = path.resolve()
    beside = leftover_of(target)
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mode = None
    try:
        beside.unlink(missing_ok=True)
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        if executable:
            beside.chmod(stat.S_IMODE(beside.stat().st_mode) | 0o755)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def leftover_of(path: Path) -> Path:
    """What a writing of `path` leaves behind when the machine is switched off in the middle."""
    return path.with_name(path.name + BESIDE)
