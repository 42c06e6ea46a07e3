"""What every network file hands to the registry, and how weights are turned into a ready module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from burnish_models.catalogue.model import Facts

State = Mapping[str, Tensor]


@dataclass(frozen=True)
class Network:
    """One architecture: RGB in, RGB out.

    Attributes:
        name: what the catalogue calls it.
        title: what its authors call it, for people.
        detect: the hyper-parameters that a state dict's keys and shapes tell, or None where it is another network's.
        build: an untrained module for those hyper-parameters.
        facts: what tiling and engines need to know of it.
        config: the frozen dataclass of its hyper-parameters; raises ValueError for those that no such network has.
        rename: older key layouts of the same network, brought to the module's own keys.
        ready: what is made of a module once its weights are loaded, so that it only runs: SPAN folds its branches.
    """

    name: str
    title: str
    detect: Callable[[State], Any | None]
    build: Callable[[Any], nn.Module]
    facts: Callable[[Any], Facts]
    config: type[Any]
    rename: Callable[[State], State] = dict
    ready: Callable[[nn.Module], nn.Module] = lambda module: module


@dataclass(frozen=True)
class Recognised:
    """Weights whose network is known: `state` has exactly the keys and shapes of `network.build(config)`.

    Batch normalisation's counters are left out: they count training steps, and nothing that we run reads them.
    """

    network: Network
    config: Any
    state: State

    @property
    def facts(self) -> Facts:
        return self.network.facts(self.config)

    def module(self) -> nn.Module:
        """The network with its weights, ready to run: float32, in eval mode, without gradients."""
        return self.network.ready(self.as_trained()).eval().requires_grad_(False)

    def as_trained(self) -> nn.Module:
        """The network with exactly these weights, to go on training with: float32, in training mode."""
        with torch.device("meta"):  # no memory and no time for initial values that are replaced at once
            module = self.network.build(self.config)
        # A copy: the tensors of a user's file may be mapped from the disk, where the user can overwrite them.
        weights = {key: torch.empty(value.shape).copy_(value) for key, value in self.state.items()}
        counters = {key: torch.tensor(0) for key in module.state_dict() if is_counter(key)}
        module.load_state_dict({**weights, **counters}, assign=True)
        return module.train().requires_grad_(True)


def recognise(networks: tuple[Network, ...], state: State) -> Recognised | None:
    """The first network whose keys and shapes are exactly those of `state`."""
    state = {key: value for key, value in state.items() if not is_counter(key)}
    for network in networks:
        renamed = network.rename(state)
        try:
            config = network.detect(renamed)
        except ValueError:  # hyper-parameters that no such network has
            continue
        if config is not None and shapes_of(renamed) == _expected_shapes(network, config):
            return Recognised(network, config, renamed)
    return None


def is_counter(key: str) -> bool:
    """Whether a state dict's key is a batch normalisation's count of training steps, which readers may leave out."""
    return key.endswith(".num_batches_tracked")


def shapes_of(state: State) -> dict[str, tuple[int, ...]]:
    """The shapes that tell one network from another: all but the counters, which are whole numbers without one."""
    return {key: tuple(value.shape) for key, value in state.items() if not is_counter(key)}


def _expected_shapes(network: Network, config: Any) -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        return shapes_of(network.build(config).state_dict())


def shape_of(state: State, key: str, dimensions: int) -> tuple[int, ...] | None:
    """The shape of one weight, or None where it is missing, empty or has another number of dimensions."""
    value = state.get(key)
    return tuple(value.shape) if value is not None and value.dim() == dimensions and value.numel() else None


def count_multiply_adds(module: nn.Module, size: int = 256) -> float:
    """Multiply-adds of all convolutions per input pixel, for an input of `size` x `size` pixels.

    The module must be on the meta device, where nothing is computed.
    """
    total = 0

    def count(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        if isinstance(layer, nn.ConvTranspose2d):
            total += inputs[0].numel() // layer.in_channels * layer.weight.numel()
        elif isinstance(layer, nn.Conv2d):
            total += output.numel() // layer.out_channels * layer.weight.numel()

    hooks = [layer.register_forward_hook(count) for layer in module.modules()]
    try:
        module(torch.empty(1, 3, size, size, device="meta"))
    finally:
        for hook in hooks:
            hook.remove()
    return float(round(total / size**2))
