"""A toy on which the vanilla game collapses: eight heaps of points on a ring, of which a generator should make all.

Run it for a table: python tests/losses/mode_collapse.py
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from burnish_models.losses.adversarial import Kind, discriminator_loss, generator_loss
from burnish_models.losses.penalties import gradient_penalty

HEAPS, RADIUS, DEVIATION = 8, 2.0, 0.05
NOISE, WIDTH, BATCH, CRITIC_STEPS = 16, 64, 64, 5
NEAR = 0.75  # about half the way to the next heap
SHARE = 0.02  # of all points, for a heap to count as made; an even generator gives each 0.125


@dataclass(frozen=True)
class Game:
    """One way to play: a kind of loss, and what keeps its discriminator smooth. All else is the same for all."""

    kind: Kind
    spectral: bool = False
    penalty: float = 0.0


GAMES = {
    "vanilla": Game("vanilla"),
    "vanilla, spectral norm": Game("vanilla", spectral=True),
    "hinge": Game("hinge"),
    "hinge, spectral norm": Game("hinge", spectral=True),
    "Wasserstein, gradient penalty": Game("wasserstein", penalty=1.0),
}


def heaps_made(game: Game, seed: int, steps: int = 200) -> int:
    """How many of the eight heaps the generator makes after so many steps of its own, five of the other's to each."""
    chance = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        generator, discriminator = _layers(NOISE, 2), _layers(2, 1, game.spectral)
    players = [torch.optim.Adam(player.parameters(), 1e-3, (0.5, 0.999)) for player in (generator, discriminator)]
    generators_step, discriminators_step = players

    def made(count: int) -> Tensor:
        return generator(torch.randn(count, NOISE, generator=chance))

    for _ in range(steps):
        for _ in range(CRITIC_STEPS):
            real, fake = _points(chance), made(BATCH).detach()
            loss = discriminator_loss(game.kind, discriminator(real), discriminator(fake))
            if game.penalty:
                loss = loss + game.penalty * gradient_penalty(discriminator, real, fake, chance)
            discriminators_step.zero_grad()
            loss.backward()
            discriminators_step.step()
        generators_step.zero_grad()
        generator_loss(game.kind, None, discriminator(made(BATCH))).backward()
        generators_step.step()
    with torch.no_grad():
        distance, heap = torch.cdist(made(4000), _centres()).min(1)
    shares = torch.bincount(heap[distance < NEAR], minlength=HEAPS) / 4000
    return int((shares > SHARE).sum())


def _layers(inputs: int, outputs: int, spectral: bool = False) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in ((inputs, WIDTH), (WIDTH, WIDTH), (WIDTH, outputs)):
        linear = nn.Linear(before, after)
        layers += [spectral_norm(linear) if spectral else linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _centres() -> Tensor:
    angles = torch.arange(HEAPS) * (2 * math.pi / HEAPS)
    return RADIUS * torch.stack((angles.cos(), angles.sin()), 1)


def _points(chance: torch.Generator) -> Tensor:
    heap = torch.randint(HEAPS, (BATCH,), generator=chance)
    return _centres()[heap] + DEVIATION * torch.randn(BATCH, 2, generator=chance)


def main(seeds: int = 3, steps: int = 200) -> None:
    """Print how many heaps each game makes."""
    write = sys.stdout.write
    write(f"heaps made of {HEAPS} after {steps} steps, seeds 0 to {seeds - 1}\n")
    for name, game in GAMES.items():
        write(f"{name:30s} {' '.join(str(heaps_made(game, seed, steps)) for seed in range(seeds))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
