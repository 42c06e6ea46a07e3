"""What every kind of step works with: networks, losses, samples, random numbers; and how a player is updated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from burnish_models.data.sample import Sample
from burnish_models.losses.adversarial import discriminator_loss
from burnish_models.losses.total import WeightedLosses
from burnish_models.training.parallel import average_gradients
from burnish_models.training.schema import Part, Recipe
from burnish_models.training.state import State

Values = dict[str, Tensor]


class NotFinite(Exception):  # noqa: N818 - it is a state of affairs that the trainer handles
    """A player's gradients are not finite; its weights are still those of the step before."""

    def __init__(self, group: str) -> None:
        self.group = group
        super().__init__(f"the gradients of the {group} are not finite")


@dataclass
class Work:
    """One optimisation step: what it may use, and what it has used.

    Attributes:
        recipe, part: what is asked for.
        state: the players.
        losses: the generators'.
        accelerator: which process this is.
        draw_sample: gives the next batch.
        random: numbers that are drawn by name.
        alpha: how far a growing network's stage is faded in.
        teacher: gives targets, or None.
        drawn: the batches of this step so far, kept for the case that it goes wrong.
    """

    recipe: Recipe
    part: Part
    state: State
    losses: WeightedLosses
    accelerator: Accelerator
    draw_sample: Callable[[], Sample]
    random: torch.Generator
    alpha: float = 1.0
    teacher: nn.Module | None = None
    drawn: list[Sample] = field(default_factory=list)

    def draw(self) -> Sample:
        """The next batch."""
        sample = self.draw_sample()
        self.drawn.append(sample)
        self.state.progress.samples += self.part.batch
        return sample

    def half(self) -> AbstractContextManager[object]:
        """Where layers may compute in bfloat16, if the recipe says so. Losses and penalties stay outside."""
        kind = self.accelerator.device.type
        return torch.autocast(kind, dtype=torch.bfloat16, enabled=self.recipe.precision == "bf16")

    def run(self, name: str, pictures: Tensor) -> Tensor:
        """What a network makes of pictures, in float32."""
        with self.half():
            made = self.state.networks[name](pictures)
        return made.float()

    @contextmanager
    def held(self, group: str) -> Iterator[None]:
        """Without gradients for a group's weights; they still flow through it."""
        parameters = self.state.parameters(group)
        for parameter in parameters:
            parameter.requires_grad_(False)
        try:
            yield
        finally:
            for parameter in parameters:
                parameter.requires_grad_(True)

    def update(self, group: str, loss: Tensor) -> Tensor:
        """One step of a group's optimiser; returns the norm of all its gradients.

        Raises:
            NotFinite: before any weight is changed; in all processes alike, since the gradients are averaged.
        """
        optimiser, parameters = self.state.optimisers[group], self.state.parameters(group)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        average_gradients(self.accelerator, parameters)
        norm = nn.utils.clip_grad_norm_(parameters, self.recipe.clip_gradients or float("inf"))
        if not torch.isfinite(norm):
            raise NotFinite(group)
        optimiser.step()
        return norm

    def train_discriminators(self, shown: dict[str, tuple[Tensor, Tensor]]) -> Values:
        """One step of the discriminators.

        Args:
            shown: for each of them by name real pictures and made ones, detached from the generator.

        Returns:
            Each one's loss and penalty.
        """
        assert self.part.game is not None
        adversary, losses, values = self.recipe.adversary, list[Tensor](), Values()
        for name, (real, fake) in shown.items():
            network = self.state.networks[name]
            loss = discriminator_loss(self.part.game.kind, self.run(name, real), self.run(name, fake))
            losses.append(loss)
            values[name] = loss.detach()
            if adversary.penalty is not None and self.state.progress.stage_step % adversary.penalty_every == 0:
                penalty = adversary.penalty.build()(network, real, fake, self.random)
                losses.append(adversary.penalty.weight * adversary.penalty_every * penalty)
                values[f"{name} {adversary.penalty.type}"] = penalty.detach()
        self.update("discriminators", torch.stack(losses).sum())
        return values
