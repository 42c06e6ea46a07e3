"""Weights files of the user's: the usual ones load, and no broken or hostile one is run or believed."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.model import UserFile
from burnish_models.catalogue.user_file import read_state
from burnish_models.networks.rrdbnet import RRDBNetConfig
from burnish_models.networks.srvgg_compact import CompactConfig
from networks.configs import CONFIGS, built

COMPACT = CompactConfig(features=8, convolutions=4, scale=2)


def compact_state() -> dict[str, Tensor]:
    return built("srvgg-compact", COMPACT)[1].state_dict()


def code_of(path: Path) -> str:
    with pytest.raises(BurnishError) as caught:
        Catalogue().find(str(path))
    failure = caught.value.failure
    assert str(path) in failure.message
    assert "\n" not in failure.message
    assert failure.hint
    return failure.code


@pytest.mark.parametrize(("name", "config"), CONFIGS, ids=[f"{n}-{c}" for n, c in CONFIGS])
@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_every_network_loads_from_a_users_file(name: str, config: Any, suffix: str, tmp_path: Path) -> None:
    network, module = built(name, config)
    path = tmp_path / f"my model{suffix}"
    if suffix == ".pth":
        torch.save(module.state_dict(), path)
    else:
        safetensors.torch.save_file(module.state_dict(), path)
    catalogue = Catalogue()
    model = catalogue.find(str(path))
    assert model.network == name
    assert model.source == UserFile(path)
    assert model.title == "my model"
    assert model.facts == network.facts(config)
    assert model.scale == model.facts.scale
    assert catalogue.installed(model)
    assert catalogue.find(model.name) == model
    picture = torch.rand(1, 3, model.facts.multiple, 2 * model.facts.multiple)
    result = catalogue.load(model)(picture)
    # A network whose training branches are folded computes the same in another order.
    torch.testing.assert_close(result, module(picture), rtol=0, atol=1e-4 if name == "span" else 0)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: {"params_ema": state, "params": {key: value * 0 for key, value in state.items()}},
        lambda state: {"params": state},
        lambda state: {"state_dict": state, "epoch": 3, "optimizer": {"lr": 0.1}},
        lambda state: {"model_state_dict": {f"module.{key}": value for key, value in state.items()}},
        lambda state: OrderedDict((f"module.{key}", value) for key, value in state.items()),
        lambda state: {"iter": torch.tensor(5), **state},
        lambda state: {"params_ema": {key: torch.nn.Parameter(value.half()) for key, value in state.items()}},
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_the_usual_wrappers_are_removed(wrap: Any, zipped: bool, tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    torch.save(wrap(compact_state()), path, _use_new_zipfile_serialization=zipped)
    state = read_state(path)
    assert set(state) == set(compact_state())
    assert all(torch.equal(value, compact_state()[key].to(value.dtype)) for key, value in state.items())


def test_the_file_may_change_after_loading(tmp_path: Path) -> None:
    """The worker keeps a model for long; what the user does to the file meanwhile must not reach it."""
    path = tmp_path / "weights.safetensors"
    safetensors.torch.save_file(compact_state(), path)
    catalogue = Catalogue()
    model = catalogue.find(str(path))
    network = catalogue.load(model)
    with path.open("r+b") as file:
        file.seek(-400, os.SEEK_END)
        file.write(bytes(400))
    assert all(torch.equal(value, compact_state()[key]) for key, value in network.state_dict().items())
    other = built("srvgg-compact", CompactConfig(features=8, convolutions=4, scale=4))[1]
    safetensors.torch.save_file(other.state_dict(), path)
    with pytest.raises(BurnishError, match="model-file-changed"):
        catalogue.load(model)


class Writes:
    """What a hostile pickle is made of: unpickling it creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize("form", ["pickle", "legacy", "zip"])
def test_a_malicious_pickle_is_refused_and_not_run(tmp_path: Path, form: str, protocol: int) -> None:
    trace = tmp_path / "executed"
    path = tmp_path / "weights.pth"
    hostile = {**compact_state(), "extra": Writes(trace)}
    if form == "pickle":
        path.write_bytes(pickle.dumps({"a": 1, "extra": Writes(trace)}, protocol=protocol))
        pickle.loads(path.read_bytes())
        assert trace.exists()  # the trap works where somebody unpickles it
        trace.rmdir()
    else:
        torch.save(hostile, path, pickle_protocol=protocol, _use_new_zipfile_serialization=form == "zip")
    assert code_of(path) == "model-file-unsafe"
    assert not trace.exists()


def test_a_whole_pickled_module_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "module.pth"
    torch.save(built("srvgg-compact", COMPACT)[1], path)
    assert code_of(path) == "model-file-unsafe"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_torchscript_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scripted.pt"
    torch.jit.save(torch.jit.trace(built("srvgg-compact", COMPACT)[1], torch.rand(1, 3, 8, 8)), str(path))
    assert code_of(path) == "model-file-unsafe"


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.3, 0.9, 0.999])
@pytest.mark.parametrize("form", ["safetensors", "zip", "legacy"])
def test_a_truncated_file_is_unreadable(tmp_path: Path, form: str, kept: float) -> None:
    path = tmp_path / ("weights.safetensors" if form == "safetensors" else "weights.pth")
    if form == "safetensors":
        safetensors.torch.save_file(compact_state(), path)
    else:
        torch.save(compact_state(), path, _use_new_zipfile_serialization=form == "zip")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    assert code_of(path) == "model-file-unreadable"


@pytest.mark.parametrize("suffix", [".safetensors", ".pth", ".pt"])
@pytest.mark.parametrize("data", [b"a text, not weights\n", b"\x89PNG\r\n\x1a\n" + bytes(100), bytes(50), b"\xff" * 50])
def test_something_else_under_the_name_of_weights_is_unreadable(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"weights{suffix}"
    path.write_bytes(data)
    assert code_of(path) == "model-file-unreadable"


@pytest.mark.parametrize("length", [2**63, 2**40, 2**27, 101])
def test_a_header_bomb_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(struct.pack("<Q", length) + b" " * 100)
    assert code_of(path) == "model-file-unreadable"


def test_a_header_that_claims_more_tensors_than_there_are(tmp_path: Path) -> None:
    header = b'{"body.0.weight":{"dtype":"F32","shape":[1000000,1000000],"data_offsets":[0,4000000000000]}}'
    path = tmp_path / "weights.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(64))
    assert code_of(path) == "model-file-unreadable"


def test_tensors_that_repeat_their_data_are_refused(tmp_path: Path) -> None:
    """One stored number that claims to be a huge tensor would fill the memory when it is copied."""
    path = tmp_path / "weights.pth"
    torch.save({"body.0.weight": torch.zeros(1).expand(2**20, 2**10, 3, 3)}, path)
    assert code_of(path) == "model-file-unreadable"


def test_a_compressed_archive_is_refused(tmp_path: Path) -> None:
    plain = io.BytesIO()
    torch.save(compact_state(), plain)
    path = tmp_path / "weights.pth"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            target.writestr(entry, source.read(entry))
    assert code_of(path) == "model-file-unreadable"


@pytest.mark.parametrize(
    "content",
    [{}, {"a": torch.zeros(3)}, {"params": {"net.0.weight": torch.zeros(2, 3, 3, 3)}}, [torch.zeros(3)], 5],
)
def test_other_weights_are_not_recognised(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "weights.pth"
    torch.save(content, path)
    with pytest.raises(BurnishError) as caught:
        Catalogue().find(str(path))
    assert caught.value.failure.code == "model-not-recognised"
    for known in ("RRDBNet", "SRVGGNetCompact", "UpConv7"):
        assert known in caught.value.failure.hint


def test_grey_networks_are_not_recognised(tmp_path: Path) -> None:
    """Burnish gives networks three channels; one that takes one would fail in the middle of a job."""
    path = tmp_path / "grey.safetensors"
    state = {key: value.contiguous() for key, value in compact_state().items()}
    state["body.0.weight"] = state["body.0.weight"][:, :1].contiguous()
    safetensors.torch.save_file(state, path)
    assert code_of(path) == "model-not-recognised"


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert code_of(tmp_path / "missing.pth") == "model-file-missing"
    (tmp_path / "folder.pth").mkdir()
    assert code_of(tmp_path / "folder.pth") == "model-file-unreadable"
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    assert code_of(tmp_path / "photo.png") == "model-file-unreadable"


def test_a_path_from_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    config = RRDBNetConfig(features=8, blocks=1, growth=4)
    torch.save(built("rrdbnet", config)[1].state_dict(), tmp_path / "mine.pth")
    assert Catalogue().find("~/mine.pth").source == UserFile(tmp_path / "mine.pth")
