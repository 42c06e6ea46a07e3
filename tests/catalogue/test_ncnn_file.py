"""ncnn's files: every byte of the real ones, and hand-made ones for each way of storing numbers."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from burnish_models.catalogue.entries import ENTRIES
from burnish_models.catalogue.model import Model, PackageFile
from burnish_models.catalogue.ncnn_file import LayerWeights, NcnnError, read_param, read_weights
from burnish_models.catalogue.ncnn_weights import state_of
from burnish_models.catalogue.package_file import installed_folder, paths_of

FLOAT16 = struct.pack("<I", 0x01306B47)


def read_files(model: Model) -> tuple[str, bytes]:
    assert isinstance(model.source, PackageFile)
    folder = installed_folder(model.source.module)
    assert folder is not None
    param, weights = paths_of(model.source, folder)
    return param.read_text(), weights.read_bytes()


def stored_bytes(read: LayerWeights) -> int:
    """What one layer takes in the file, counted from its .param line alone."""
    if read.layer.kind == "PReLU":
        return 4 * read.layer.integer(0)
    return 4 + (2 * read.layer.integer(6) + 3) // 4 * 4 + 4 * read.layer.integer(0)


@pytest.mark.parametrize("model", ENTRIES, ids=[model.name for model in ENTRIES])
def test_every_byte_of_the_real_files_is_read(model: Model) -> None:
    text, data = read_files(model)
    layers = read_param(text)
    weights = read_weights(layers, data)
    assert sum(stored_bytes(layer) for layer in weights) == len(data)
    assert [layer.layer.name for layer in weights] == [
        layer.name for layer in layers if layer.kind in ("Convolution", "Deconvolution", "PReLU")
    ]
    for wrong in (data + b"\0\0\0\0", data[:-4]):
        with pytest.raises(NcnnError):
            read_weights(layers, wrong)


def param(*lines: str) -> str:
    return "\n".join(["7767517", f"{len(lines)} {len(lines)}", *lines, ""])


CONVOLUTION = "Convolution one 1 1 in out 0=2 1=3 11=1 5=1 6=18"  # two filters of 3 inputs, 3 wide and 1 high


def test_half_precision_is_padded_to_whole_words() -> None:
    values = np.arange(9, dtype="<f2")
    layers = read_param(param("Input in 0 1 in", "Convolution one 1 1 in out 0=1 1=3 5=0 6=9"))
    (read,) = read_weights(layers, FLOAT16 + values.tobytes() + b"\0\0")
    assert read.weight.dtype == np.float16
    assert read.bias is None
    assert np.array_equal(read.weight, values.reshape(1, 1, 3, 3))


@pytest.mark.parametrize("tag", [0, 0x0002C056])
def test_single_precision_and_bias(tag: int) -> None:
    values, bias = np.arange(18, dtype="<f4"), np.array([5, 6], "<f4")
    (read,) = read_weights(read_param(param(CONVOLUTION)), struct.pack("<I", tag) + values.tobytes() + bias.tobytes())
    assert np.array_equal(read.weight, values.reshape(2, 3, 1, 3))
    assert read.bias is not None
    assert np.array_equal(read.bias, bias)


def test_a_transposed_convolution_has_its_inputs_first() -> None:
    values = np.arange(24, dtype="<f4")
    layers = read_param(param("Deconvolution up 1 1 in out 0=3 1=2 3=2 4=0 5=0 6=24"))
    (read,) = read_weights(layers, bytes(4) + values.tobytes())
    assert np.array_equal(read.weight, values.reshape(3, 2, 2, 2).transpose(1, 0, 2, 3))


def test_parameters_are_read_by_their_kind() -> None:
    (layer,) = read_param(param("Eltwise add 2 1 a b c 0=1 -23301=2,2.000000e-01,1.0 3=1.5"))
    assert layer.inputs == ("a", "b")
    assert layer.outputs == ("c",)
    assert layer.parameters == {0: 1, 1: (0.2, 1.0), 3: 1.5}


@pytest.mark.parametrize(
    ("line", "data", "reason"),
    [
        (CONVOLUTION, struct.pack("<I", 0x000D4B38) + bytes(100), "8 bits"),
        (CONVOLUTION + " 8=1", bytes(100), "8 bits"),
        (CONVOLUTION, struct.pack("<I", 1) + bytes(2000), "table"),
        (CONVOLUTION, b"\0\0", "too short"),
        (CONVOLUTION, bytes(4 + 18 * 4), "too short"),
        (CONVOLUTION, bytes(4 + 18 * 4 + 8 + 1), "1 bytes too many"),
        ("Convolution one 1 1 in out 0=2 1=3 6=17", bytes(100), "do not make"),
        ("Convolution one 1 1 in out 1=3 6=9", bytes(100), "parameter 0"),
        ("Convolution one 1 1 in out 0=-1 1=3 6=-9", bytes(100), "too short|do not make"),
        ("BatchNorm one 1 1 in out 0=2", bytes(32), "BatchNorm"),
    ],
)
def test_what_cannot_be_read_says_why(line: str, data: bytes, reason: str) -> None:
    with pytest.raises(NcnnError, match=reason):
        read_weights(read_param(param(line)), data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7767517",
        "7767516\n1 1\nInput in 0 1 in\n",
        "7767517\n2 2\nInput in 0 1 in\n",
        "7767517\n1 1\nInput in 0\n",
        "7767517\n1 1\nInput in 0 1 in 0=x\n",
        "7767517\n1 1\nInput in 0 1 in -23300=3,1,2\n",
    ],
)
def test_a_damaged_param_is_refused(text: str) -> None:
    with pytest.raises(NcnnError):
        read_param(text)


def test_weights_of_another_network_are_refused() -> None:
    text, data = read_files(ENTRIES[4])
    weights = read_weights(read_param(text), data)
    with pytest.raises(NcnnError):
        state_of("rrdbnet", weights)
    with pytest.raises(NcnnError):
        state_of("no-such-network", weights)
