"""Everything that changes while training: what a checkpoint must hold, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import nn
from torch.optim import AdamW, Optimizer

from burnish_models.training.average import averaged_copy
from burnish_models.training.image_pool import ImagePool
from burnish_models.training.randomness import seed_weights
from burnish_models.training.schedules import Optimiser as OptimiserConfig
from burnish_models.training.schema import Part, Recipe
from burnish_models.training.start import load_start

GENERATORS = ("generator", "generator-back")
DISCRIMINATORS = ("discriminator", "discriminator-back")


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        step: steps of the generator that are done, over all stages.
        stage: the number of the stage that is under way.
        stage_step: steps done in it.
        samples: how many samples were drawn in it; the next batch begins there.
    """

    step: int = 0
    stage: int = 0
    stage_step: int = 0
    samples: int = 0


@dataclass
class State:
    """Networks, averages, optimisers, pools of pictures, and how far it is.

    Random numbers are a function of the seed and of the step, and samples of the seed and their index, so that neither
    random generators nor loaders have a state.

    Attributes:
        networks: "generator", "discriminator"; in unpaired recipes also "generator-back", "discriminator-back".
        averages: the moving averages of the generators, by the same names; empty where the recipe wants none.
        optimisers: "generators" and "discriminators", each over all of its networks.
        pools: earlier results by the name of the discriminator that sees them.
        progress: see Progress.
    """

    networks: dict[str, nn.Module]
    averages: dict[str, nn.Module]
    optimisers: dict[str, Optimizer] = field(default_factory=dict)
    pools: dict[str, ImagePool] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress)

    def group(self, name: str) -> dict[str, nn.Module]:
        """The networks that one optimiser is over: "generators" or "discriminators"."""
        names = GENERATORS if name == "generators" else DISCRIMINATORS
        return {key: network for key, network in self.networks.items() if key in names}

    def parameters(self, group: str) -> list[nn.Parameter]:
        return [parameter for network in self.group(group).values() for parameter in network.parameters()]

    def results(self) -> dict[str, nn.Module]:
        """The generators to look at and to keep: the averages where there are any."""
        return {name: self.averages.get(name, network) for name, network in self.group("generators").items()}

    def begin_stage(self, recipe: Recipe, part: Part) -> None:
        """Fresh optimisers, as at the beginning of a training of its own (ProGAN's code resets them, too)."""
        generators, discriminators = optimisers_of(recipe, part)
        self.optimisers = {"generators": _adam(generators, self.parameters("generators"))}
        if part.game is not None:
            self.optimisers["discriminators"] = _adam(discriminators, self.parameters("discriminators"))

    def grow(self, part: Part, step: int) -> float:
        """Tell growing networks where they are at this step of the stage; returns how far the stage is faded in."""
        alpha = part.alpha(step)
        if part.growth is not None:
            for network in (*self.networks.values(), *self.averages.values()):
                if callable(grow := getattr(network, "grow", None)):
                    grow(part.growth, alpha)
        return alpha


def new_state(recipe: Recipe, device: torch.device) -> State:
    """Where a training begins. Raises BurnishError where weights to start from cannot be had."""
    seed_weights(recipe.seed)
    both = recipe.kind == "unpaired"
    networks = {name: recipe.generator.build() for name in GENERATORS[: 1 + both]}
    if recipe.start_from is not None:
        load_start(networks["generator"], recipe.start_from)
    if recipe.discriminator is not None:
        networks |= {name: recipe.discriminator.build() for name in DISCRIMINATORS[: 1 + both]}
    networks = {name: network.to(device).train() for name, network in networks.items()}
    averages = {name: averaged_copy(networks[name]) for name in GENERATORS if name in networks and recipe.average}
    pools = {name: ImagePool(recipe.adversary.image_pool) for name in networks if name in DISCRIMINATORS and both}
    return State(networks, averages, pools=pools)


def optimisers_of(recipe: Recipe, part: Part) -> tuple[OptimiserConfig, OptimiserConfig]:
    """How the generators and how the discriminators are trained in this stage."""
    return part.optimiser, recipe.adversary.optimiser or part.optimiser


def _adam(config: OptimiserConfig, parameters: list[nn.Parameter]) -> Optimizer:
    return AdamW(parameters, lr=config.learning_rate, betas=config.betas, weight_decay=config.weight_decay)
