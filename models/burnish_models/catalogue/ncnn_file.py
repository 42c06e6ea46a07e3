"""Reads ncnn's .param (layers, as text) and .bin (weights, without names or header), every byte accounted for.

The format: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Parameter = int | float | tuple[float, ...]

_MAGIC = "7767517"
_FLOAT16 = 0x01306B47
_FLOAT32 = (0x00000000, 0x0002C056)
_INT8 = 0x000D4B38
_FIRST_ARRAY_KEY = -23300
_WITHOUT_WEIGHTS = frozenset(("Input", "Split", "Concat", "Eltwise", "BinaryOp", "Interp", "PixelShuffle"))


class NcnnError(ValueError):
    """The files are no ncnn model, or one of a kind that is not read here."""


@dataclass(frozen=True)
class Layer:
    """One line of a .param file."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: dict[int, Parameter]

    def integer(self, key: int, default: int | None = None) -> int:
        """A whole-number parameter. Raises NcnnError where it is missing and has no default."""
        value = self.parameters.get(key, default)
        if not isinstance(value, int):
            raise NcnnError(f"layer {self.name}: parameter {key} is {value!r}, not a whole number")
        return value


@dataclass(frozen=True)
class LayerWeights:
    """The weights of one layer in PyTorch's layout, in the precision in which they are stored."""

    layer: Layer
    weight: NDArray[np.float16] | NDArray[np.float32]
    bias: NDArray[np.float32] | None = None


def read_param(text: str) -> tuple[Layer, ...]:
    """The layers of a .param file, in its order. Raises NcnnError."""
    lines = text.split("\n")
    if lines[0].strip() != _MAGIC:
        raise NcnnError("the .param file does not start with ncnn's number")
    try:
        layer_count = int(lines[1].split()[0])
        layers = tuple(_read_layer(line) for line in lines[2:] if line.strip())
    except (IndexError, ValueError) as error:
        raise NcnnError(f"the .param file is damaged: {error}") from error
    if len(layers) != layer_count:
        raise NcnnError(f"the .param file has {len(layers)} layers, not {layer_count}")
    return layers


def _read_layer(line: str) -> Layer:
    kind, name, inputs, outputs, *rest = line.split()
    blobs, first_parameter = int(inputs), int(inputs) + int(outputs)
    parameters: dict[int, Parameter] = {}
    for entry in rest[first_parameter:]:
        key, _, value = entry.partition("=")
        if int(key) <= _FIRST_ARRAY_KEY:
            length, *items = value.split(",")
            if int(length) != len(items):
                raise ValueError(f"array of {len(items)} instead of {length} in layer {name}")
            parameters[_FIRST_ARRAY_KEY - int(key)] = tuple(float(item) for item in items)
        else:
            parameters[int(key)] = float(value) if any(mark in value for mark in ".e") else int(value)
    return Layer(kind, name, tuple(rest[:blobs]), tuple(rest[blobs:first_parameter]), parameters)


def read_weights(layers: tuple[Layer, ...], data: bytes) -> tuple[LayerWeights, ...]:
    """The weights in a .bin file, layer by layer; those without weights are left out.

    Raises:
        NcnnError: the file is too short or too long for these layers, or stores numbers in a way not read here.
    """
    stream = _Stream(data)
    weights: list[LayerWeights] = []
    for layer in layers:
        if layer.kind in _WITHOUT_WEIGHTS:
            continue
        if layer.kind not in _READERS:
            raise NcnnError(f"layers of kind {layer.kind} are not read here")
        weights.append(_READERS[layer.kind](layer, stream))
    if stream.left:
        raise NcnnError(f"the .bin file has {stream.left} bytes too many")
    return tuple(weights)


class _Stream:
    """The bytes of a .bin file, taken from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> memoryview:
        if count < 0 or count > self.left:
            raise NcnnError(f"the .bin file is {count - self.left} bytes too short")
        self._at += count
        return self._data[self._at - count : self._at]

    def float32(self, count: int) -> NDArray[np.float32]:
        return np.frombuffer(self.take(4 * count), "<f4").astype(np.float32)

    def tagged(self, count: int) -> NDArray[np.float16] | NDArray[np.float32]:
        """`count` numbers after a word that says how they are stored."""
        tag = int.from_bytes(self.take(4), "little")
        if tag == _FLOAT16:
            values = np.frombuffer(self.take(2 * count), "<f2").astype(np.float16)
            self.take(-2 * count % 4)  # padded to whole words
            return values
        if tag in _FLOAT32:
            return self.float32(count)
        raise NcnnError("weights of 8 bits are not read here" if tag == _INT8 else "weights by table are not read here")


def _convolution(layer: Layer, stream: _Stream) -> LayerWeights:
    outputs, weights = layer.integer(0), layer.integer(6)
    width = layer.integer(1)
    height = layer.integer(11, width)
    if layer.integer(8, 0):
        raise NcnnError("weights of 8 bits are not read here")
    inputs, rest = divmod(weights, max(outputs * width * height, 1))
    if rest or inputs < 1:
        raise NcnnError(f"layer {layer.name}: {weights} weights do not make {outputs} filters")
    weight = stream.tagged(weights).reshape(outputs, inputs, height, width)
    return LayerWeights(layer, weight, stream.float32(outputs) if layer.integer(5, 0) else None)


def _deconvolution(layer: Layer, stream: _Stream) -> LayerWeights:
    read = _convolution(layer, stream)
    return LayerWeights(layer, np.ascontiguousarray(read.weight.swapaxes(0, 1)), read.bias)  # PyTorch: inputs first


def _prelu(layer: Layer, stream: _Stream) -> LayerWeights:
    return LayerWeights(layer, stream.float32(layer.integer(0)))


_READERS: dict[str, Callable[[Layer, _Stream], LayerWeights]] = {
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "PReLU": _prelu,
}
