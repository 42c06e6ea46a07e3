"""What every discriminator's file hands to the registry, and how weights become a module again.

A discriminator takes [N, 3, h, w], RGB, sRGB-encoded, 0 to 1, and returns logits [N, ...]: one per image, or one per
patch or pixel. Larger means "real"; no sigmoid is applied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from burnish_models.networks.network import State, shapes_of


@dataclass(frozen=True)
class Discriminator:
    """One architecture.

    Attributes:
        name: what recipes call it.
        title: what its authors call it, for people.
        detect: the hyper-parameters that a state dict's keys and shapes tell, or None where it is another one's.
        build: an untrained module for those hyper-parameters.
        smallest: the least height and width that it takes, also in training and with a batch of one.
        config: the frozen dataclass of its hyper-parameters; raises ValueError for those that no such network has.
        rename: other key layouts of the same network, brought to the module's own keys.
    """

    name: str
    title: str
    detect: Callable[[State], Any | None]
    build: Callable[[Any], nn.Module]
    smallest: Callable[[Any], int]
    config: type[Any]
    rename: Callable[[State], State] = dict


@dataclass(frozen=True)
class RecognisedDiscriminator:
    """Weights whose discriminator is known: `state` has exactly the keys and shapes of `discriminator.build(config)`.

    Batch normalisation's counters of training steps are left out: readers of floating-point weights drop them.
    """

    discriminator: Discriminator
    config: Any
    state: State

    def module(self) -> nn.Module:
        """The discriminator with these weights: float32, in training mode, to be trained further."""
        with torch.device("meta"):  # no memory and no time for initial values that are replaced at once
            module = self.discriminator.build(self.config)
        # A copy: the tensors of a user's file may be mapped from the disk, where the user can overwrite them.
        weights = {key: torch.empty(value.shape).copy_(value) for key, value in self.state.items()}
        counters = {key: torch.tensor(0) for key in module.state_dict() if key not in weights}
        module.load_state_dict({**weights, **counters}, assign=True)
        return module


def expected_shapes(discriminator: Discriminator, config: Any) -> dict[str, tuple[int, ...]]:
    """The keys and shapes of a module of this configuration, built without memory."""
    with torch.device("meta"):
        return shapes_of(discriminator.build(config).state_dict())
