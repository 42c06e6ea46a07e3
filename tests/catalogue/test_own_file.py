"""Weights of our own: loaded whole or not at all, with a sentence."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.entries import ENTRIES
from burnish_models.catalogue.model import Model, OwnFile
from burnish_models.catalogue.own_file import load_own_model, path_of
from burnish_models.networks.denoising_unet import DenoisingUNetConfig
from networks.configs import built

NETWORK = "denoising-unet"


@pytest.fixture
def state() -> dict[str, torch.Tensor]:
    return built(NETWORK, DenoisingUNetConfig((8, 12)))[1].state_dict()


@pytest.fixture
def source(state: dict[str, torch.Tensor], tmp_path: Path) -> OwnFile:
    path = tmp_path / "mine.safetensors"
    save_file(state, path)
    return OwnFile("mine", hashlib.sha256(path.read_bytes()).hexdigest())


def entry(source: OwnFile) -> Model:
    return replace(ENTRIES[0], name="mine", network=NETWORK, source=source)


def code_of(source: OwnFile, folder: Path, model: Model | None = None) -> str:
    with pytest.raises(BurnishError) as caught:
        load_own_model(model or entry(source), source, folder)
    assert caught.value.failure.values["name"] == "mine"
    return caught.value.failure.code


def test_it_is_the_network_that_was_saved(source: OwnFile, state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    network = load_own_model(entry(source), source, tmp_path)
    assert not network.training
    assert not any(weight.requires_grad for weight in network.parameters())
    assert network.state_dict().keys() == state.keys()
    assert all(torch.equal(state[name], weight) for name, weight in network.state_dict().items())


def test_a_missing_file_is_a_missing_package(source: OwnFile, tmp_path: Path) -> None:
    path_of(source, tmp_path).unlink()
    assert code_of(source, tmp_path) == "model-package-missing"


@pytest.mark.parametrize("at", [0, 100, -1])
def test_one_wrong_byte_is_refused(source: OwnFile, tmp_path: Path, at: int) -> None:
    data = bytearray(path_of(source, tmp_path).read_bytes())
    data[at] ^= 0x40
    path_of(source, tmp_path).write_bytes(data)
    assert code_of(source, tmp_path) == "model-corrupt"


def test_weights_of_another_network_are_refused(source: OwnFile, tmp_path: Path) -> None:
    assert code_of(source, tmp_path, replace(entry(source), network="upconv7")) == "model-corrupt"
