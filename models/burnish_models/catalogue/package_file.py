"""Finds weights inside installed Python packages, without importing those, and checks them before they are used."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.model import PackageFile


def installed_folder(module: str) -> Path | None:
    """The folder of an installed top-level package, or None. The package's code is not run."""
    found = importlib.util.find_spec(module)
    return Path(found.origin).parent if found is not None and found.origin else None


def paths_of(source: PackageFile, folder: Path) -> tuple[Path, Path]:
    """Where the .param and the .bin lie in the package's folder."""
    models = folder / "models"
    return models / f"{source.stem}.param", models / f"{source.stem}.bin"


def read_checked(name: str, source: PackageFile, folder: Path | None) -> tuple[str, bytes]:
    """The .param's text and the .bin's bytes, both with the right checksum.

    Raises:
        BurnishError: "model-package-missing" where a file is not there, "model-corrupt" where a checksum is wrong.
    """
    if folder is None:
        raise _missing(name, source, f"the package {source.module} is not there")
    param, weights = paths_of(source, folder)
    text = _read(param, source.param_sha256, name, source).decode("ascii")
    return text, _read(weights, source.sha256, name, source)


def corrupt(name: str, source: PackageFile, detail: str) -> BurnishError:
    """The failure for weights that are not what the catalogue says."""
    return BurnishError("model-corrupt", detail=detail, name=name, package=f"{source.package}=={source.version}")


def _missing(name: str, source: PackageFile, detail: str) -> BurnishError:
    package = f"{source.package}=={source.version}"
    return BurnishError("model-package-missing", detail=detail, name=name, package=package)


def _read(path: Path, sha256: str, name: str, source: PackageFile) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _missing(name, source, str(error)) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise corrupt(name, source, f"{path}: SHA-256 {found}, expected {sha256}")
    return data
