"""The normalisations of image-to-image generators, and how a state dict tells them apart."""

from __future__ import annotations

from typing import Literal, get_args

from torch import nn

from burnish_models.networks.network import State

Normalisation = Literal["instance", "instance-affine", "batch", "none"]
"""instance: by each picture's own mean and deviation, without weights; batch: by those that training has gathered."""


def check(normalisation: str, allowed: tuple[str, ...] = get_args(Normalisation)) -> None:
    """Raises ValueError for a name that is not allowed."""
    if normalisation not in allowed:
        raise ValueError(f"normalisation must be one of {', '.join(allowed)}, not {normalisation!r}")


def layers(normalisation: Normalisation, features: int) -> list[nn.Module]:
    """The layer, or nothing for "none"."""
    if normalisation == "batch":
        return [nn.BatchNorm2d(features)]
    if normalisation == "none":
        return []
    return [nn.InstanceNorm2d(features, affine=normalisation == "instance-affine")]


def convolution_has_bias(normalisation: Normalisation) -> bool:
    """Whether the convolution before it has a bias: in released weights it has one but before batch normalisation."""
    return normalisation != "batch"


def sees_everything(normalisation: Normalisation) -> bool:
    """Whether a result pixel depends on the whole picture, through the picture's mean and deviation."""
    return normalisation in ("instance", "instance-affine")


def of_state(state: State, layer: str) -> Normalisation:
    """The normalisation whose weights, if it has any, are at `layer`. "none" looks like "instance" there."""
    if f"{layer}.running_mean" in state:
        return "batch"
    return "instance-affine" if f"{layer}.weight" in state else "instance"


def without_instance_statistics(state: State) -> State:
    """A state dict without the running means that torch 0.3 wrote for instance normalisation, and never used."""
    unused = {
        f"{layer}.{kind}"
        for key in state
        if key.endswith(".running_mean") and f"{(layer := key.removesuffix('.running_mean'))}.weight" not in state
        for kind in ("running_mean", "running_var")
    }
    return {key: value for key, value in state.items() if key not in unused}
