"""Turns ncnn's nameless weights, which come in the order of their layers, into a network's state dict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from burnish_models.catalogue.ncnn_file import LayerWeights, NcnnError


def state_of(network: str, weights: Sequence[LayerWeights]) -> dict[str, Tensor]:
    """The state dict of the network with this catalogue name, in the precision in which the weights are stored.

    Raises:
        NcnnError: no order is known for this network, or the number of layers does not suit it.
    """
    if network not in _LAYER_NAMES:
        raise NcnnError(f"the network {network} is not read from ncnn files")
    state: dict[str, Tensor] = {}
    try:
        for name, layer in zip(_LAYER_NAMES[network](len(weights)), weights, strict=True):
            state[f"{name}.weight"] = torch.from_numpy(layer.weight)
            if layer.bias is not None:
                state[f"{name}.bias"] = torch.from_numpy(layer.bias)
    except ValueError as error:
        raise NcnnError(f"{len(weights)} layers with weights do not make a {network}") from error
    return state


def _rrdbnet(layers: int) -> Iterator[str]:
    yield "conv_first"
    for block in range((layers - 6) // 15):
        for dense in (1, 2, 3):
            for convolution in (1, 2, 3, 4, 5):
                yield f"body.{block}.rdb{dense}.conv{convolution}"
    yield from ("conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last")


def _srvgg_compact(layers: int) -> Iterator[str]:
    return (f"body.{index}" for index in range(layers))


def _upconv7(layers: int) -> Iterator[str]:
    return (f"net.{2 * index}" for index in range(layers))


_LAYER_NAMES: dict[str, Callable[[int], Iterator[str]]] = {
    "rrdbnet": _rrdbnet,
    "srvgg-compact": _srvgg_compact,
    "upconv7": _upconv7,
}
