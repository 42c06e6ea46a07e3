"""A list of losses, weighted and summed."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from burnish_models.losses.schema import LossConfig
from burnish_models.losses.step import Step


class WeightedLosses:
    """The generator's losses of one recipe.

    Attributes:
        names: one for each entry: its type, and from its second use on with a number ("l1-2").
        needs: fields of the step that must not be None.
    """

    def __init__(self, configs: Sequence[LossConfig]) -> None:
        """Build every loss; a perceptual one fetches its backbone now.

        Raises:
            ValueError: where the list is empty, or a loss cannot be built.
            BurnishError: where weights that a loss needs cannot be had.
        """
        if not configs:
            raise ValueError("A recipe needs at least one loss.")
        self.weights = [config.weight for config in configs]
        self.needs: frozenset[str] = frozenset().union(*(config.needs for config in configs))
        self.names: list[str] = []
        for index, config in enumerate(configs):
            before = sum(1 for earlier in configs[:index] if earlier.type == config.type)
            self.names.append(f"{config.type}-{before + 1}" if before else config.type)
        self.losses = [config.build() for config in configs]

    def __call__(self, step: Step) -> tuple[Tensor, dict[str, Tensor]]:
        """The weighted sum, with gradients, and each loss's own value by name, unweighted and without.

        Raises:
            ValueError: where the step lacks something that a loss needs.
        """
        values = [loss(step) for loss in self.losses]
        total = torch.stack([weight * value for weight, value in zip(self.weights, values, strict=True)]).sum()
        return total, {name: value.detach() for name, value in zip(self.names, values, strict=True)}
