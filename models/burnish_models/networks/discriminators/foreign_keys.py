"""Key names of discriminators that were released with torch's old spectral normalisation, brought to today's names.

`torch.nn.utils.spectral_norm`, which every released discriminator uses, keeps `weight_orig`, `weight_u`, `weight_v`;
`torch.nn.utils.parametrizations.spectral_norm` keeps the same three tensors under other keys. What they stand for is
the same: the weight is the original over u · (original v).
"""

from __future__ import annotations

from burnish_models.networks.network import State

_TODAY = {
    "weight_orig": "parametrizations.weight.original",
    "weight_u": "parametrizations.weight.0._u",
    "weight_v": "parametrizations.weight.0._v",
}


def modern_spectral_norm_keys(state: State) -> State:
    """The same tensors under today's keys; others, and states that already have them, stay as they are."""
    return {_modern(key): value for key, value in state.items()}


def _modern(key: str) -> str:
    layer, dot, name = key.rpartition(".")
    return f"{layer}{dot}{_TODAY.get(name, name)}"
