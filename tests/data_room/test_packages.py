"""Files come out of real wheels, source archives and Debian packages, by the real pip and apt-get, or not at all.

No network: pip and apt-get are pointed at packages that the tests make. One test at the end uses the network.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from burnish.wire.sentences import BurnishError
from burnish_models.data.photos import photos
from burnish_models.packages import Manager, PackagedFile, archives_folder, fetch, fetch_all

CONTENT = {"data/a.bin": b"first", "data/b.bin": b"second" * 1000}


def wanted(manager: Manager, path: str = "data/a.bin", content: bytes | None = None) -> PackagedFile:
    sum_ = hashlib.sha256(content or CONTENT[path]).hexdigest()
    return PackagedFile(manager, "burnish-test-things", "1.0", path, sum_)


def make_wheel(folder: Path, version: str = "1.0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"burnish_test_things-{version}-py3-none-any.whl"
    info = f"burnish_test_things-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in CONTENT.items():
            wheel.writestr(name, content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: burnish-test-things\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def make_tar(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def make_deb(folder: Path, compression: str, version: str = "1.0") -> Path:
    """By dpkg-deb, as Debian's (xz), Ubuntu's (zstd) and old packages (gzip) are."""
    root = folder / "root"
    for name, content in CONTENT.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (root / "DEBIAN").mkdir(exist_ok=True)
    (root / "DEBIAN" / "control").write_text(
        f"Package: burnish-test-things\nVersion: {version}\nArchitecture: all\nMaintainer: a <a@b.c>\n"
        "Description: test\n"
    )
    path = folder / f"burnish-test-things_{version}_all.deb"
    command = ["dpkg-deb", "--root-owner-group", f"-Z{compression}", "--build", str(root), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    shutil.rmtree(root)
    return path


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a pip without any index."""
    monkeypatch.setenv("BURNISH_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return tmp_path / "cache" / "packages"


needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb makes the packages of these tests")
needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt-get is Debian's and Ubuntu's")


def code_of(*files: PackagedFile) -> str:
    with pytest.raises(BurnishError) as caught:
        fetch_all(files)
    assert caught.value.failure.message and caught.value.failure.hint  # every value is there that fills them
    return caught.value.failure.code


def test_pip_downloads_a_wheel(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_wheel(tmp_path / "index")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    first, second = fetch_all([wanted("pip"), wanted("pip", "data/b.bin")])
    assert first.read_bytes() == b"first" and second.read_bytes() == CONTENT["data/b.bin"]
    assert first.parent == cache and first.suffix == ".bin"
    shutil.rmtree(tmp_path / "index")
    assert fetch("pip", "burnish-test-things", "1.0", "data/a.bin", wanted("pip").sha256) == first, "from the cache"


def test_a_damaged_cache_is_noticed(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_wheel(tmp_path / "index")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    (path,) = fetch_all([wanted("pip")])
    path.write_bytes(b"damaged")
    assert fetch_all([wanted("pip")])[0].read_bytes() == b"first"
    path.write_bytes(b"damaged")
    shutil.rmtree(tmp_path / "index")
    assert code_of(wanted("pip")) == "package-not-had"


def test_another_content_is_refused(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_wheel(tmp_path / "index")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    assert code_of(wanted("pip", content=b"other")) == "package-differs"
    assert code_of(PackagedFile("pip", "burnish-test-things", "1.0", "data/missing.bin", "0" * 64)) == "package-differs"
    assert not [path for path in cache.iterdir() if path.is_file()], "nothing wrong is kept"


def test_an_archive_put_there_by_hand_serves(tmp_path: Path, cache: Path) -> None:
    assert code_of(wanted("pip")) == "package-not-had"
    assert archives_folder() == cache / "archives"
    make_wheel(archives_folder(), version="2.0")
    assert fetch_all([wanted("pip")])[0].read_bytes() == b"first", "the sum decides, not the version"


def test_a_source_archive_is_read_without_its_top_folder(tmp_path: Path, cache: Path) -> None:
    names = {f"burnish-test-things-1.0/{name}": content for name, content in CONTENT.items()}
    folder = archives_folder()
    (folder / "burnish-test-things-1.0.tar.gz").write_bytes(gzip.compress(make_tar(names)))
    assert fetch_all([wanted("pip", "data/b.bin")])[0].read_bytes() == CONTENT["data/b.bin"]


def test_a_broken_archive_is_passed_over(tmp_path: Path, cache: Path) -> None:
    whole = make_wheel(archives_folder())
    whole.write_bytes(whole.read_bytes()[:100])
    (archives_folder() / "burnish-test-things_1.0_all.deb").write_bytes(b"!<arch>\nshort")
    assert code_of(wanted("pip")) == "package-not-had"


@needs_dpkg
@pytest.mark.parametrize("compression", ["xz", "gzip", "zstd"])
def test_a_debian_package_is_read(tmp_path: Path, cache: Path, compression: str) -> None:
    shutil.move(make_deb(tmp_path, compression), archives_folder())
    first, second = fetch_all([wanted("apt"), wanted("apt", "data/b.bin")])
    assert first.read_bytes() == b"first" and second.read_bytes() == CONTENT["data/b.bin"]


@needs_apt
@needs_dpkg
def test_apt_get_downloads_the_version_there_is(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository of one package in version 1.1, whose file is the one that is wanted of 1.0."""
    repository = tmp_path / "repository"
    repository.mkdir()
    deb = make_deb(repository, "xz", version="1.1")
    (repository / "Packages").write_text(
        f"Package: burnish-test-things\nVersion: 1.1\nArchitecture: all\nFilename: ./{deb.name}\n"
        f"Size: {deb.stat().st_size}\nSHA256: {hashlib.sha256(deb.read_bytes()).hexdigest()}\nDescription: test\n\n"
    )
    for name in ("lists/partial", "archives/partial", "parts"):
        (tmp_path / "apt" / name).mkdir(parents=True)
    (tmp_path / "apt" / "sources.list").write_text(f"deb [trusted=yes] file:{repository} ./\n")
    (tmp_path / "apt" / "status").write_text("")
    configuration = tmp_path / "apt.conf"
    configuration.write_text(
        f'Dir::State "{tmp_path}/apt"; Dir::State::status "{tmp_path}/apt/status"; Dir::Cache "{tmp_path}/apt";\n'
        f'Dir::Etc::sourcelist "{tmp_path}/apt/sources.list"; Dir::Etc::sourceparts "{tmp_path}/apt/parts";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(configuration))
    subprocess.run(["apt-get", "update"], check=True, capture_output=True)
    assert fetch_all([wanted("apt")])[0].read_bytes() == b"first"
    absent = PackagedFile("apt", "burnish-test-absent", "1.0", "a", "0" * 64)
    assert code_of(absent) == "package-not-had"


def test_a_missing_tool_has_a_name(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert code_of(wanted("apt")) == "package-tool-missing"


def test_an_installed_package_serves_without_network(cache: Path) -> None:
    photo = next(photo for photo in photos("validate") if photo.file.path.endswith("rocket.jpg"))
    (path,) = fetch_all([photo.file])
    assert path.stat().st_size == photo.bytes and path.parent == cache


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("BURNISH_CACHE_DIR", str(tmp_path / "file"))
    assert code_of(wanted("pip")) == "folder-unwritable"


def test_a_photograph_comes_over_the_network() -> None:
    """The smallest package of train.tsv, 10 MB; kept in the tests' cache."""
    of_pip = [photo for photo in photos("train") if photo.file.manager == "pip"]
    try:
        paths = fetch_all([photo.file for photo in of_pip])
    except BurnishError as error:
        if error.failure.code == "package-not-had":
            pytest.skip(f"offline: {error.failure.message}")
        raise
    for path, photo in zip(paths, of_pip, strict=True):
        assert path.stat().st_size == photo.bytes
        assert hashlib.sha256(path.read_bytes()).hexdigest() == photo.file.sha256
