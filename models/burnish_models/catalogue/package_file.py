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
    package = f"{source.package}=={source.version}"
    if folder is None:
        raise BurnishError("model-package-missing", name=name, package=package)
    param, weights = paths_of(source, folder)
    return (
        _read(param, source.param_sha256, name, package).decode("ascii"),
        _read(weights, source.sha256, name, package),
    )


def _read(path: Path, sha256: str, name: str, package: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BurnishError("model-package-missing", detail=str(error), name=name, package=package) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise BurnishError(
            "model-corrupt", detail=f"{path}: SHA-256 {found}, expected {sha256}", name=name, package=package
        )
    return data
