"""One step of an unpaired recipe: two generators, there and back, and a discriminator for either kind of pictures.

Source: Zhu et al., CycleGAN (2017), sections 3 and 4. As in its code the generators come first and share an optimiser,
and the discriminators see pictures from a pool of earlier results.
"""

from __future__ import annotations

import torch
from torch import Tensor

from burnish_models.losses.step import Step
from burnish_models.training.steps.work import Values, Work


def unpaired_step(work: Work) -> Values:
    """The generators' step, then the discriminators'; returns the values of all losses, those back with "back"."""
    sample = work.draw()
    there, back = sample.input, sample.target
    assert back is not None, "an unpaired data set has two kinds of pictures"
    made_there, made_back = work.run("generator", there), work.run("generator-back", back)
    with work.held("discriminators"):
        forth = _direction(work, there, back, made_there, "generator", "generator-back", "discriminator")
        return_ = _direction(work, back, there, made_back, "generator-back", "generator", "discriminator-back")
        total, parts = work.losses(forth)
        total_back, parts_back = work.losses(return_)
    values = {"total": (total + total_back).detach(), **parts}
    values |= {f"{name} back": value for name, value in parts_back.items()}
    values["gradient"] = work.update("generators", total + total_back)
    if work.part.game is None:
        return values
    shown = {
        "discriminator": (back, _pooled(work, "discriminator", made_there)),
        "discriminator-back": (there, _pooled(work, "discriminator-back", made_back)),
    }
    values |= work.train_discriminators(shown)
    for _ in range(work.recipe.adversary.steps - 1):
        work.train_discriminators(_freshly_made(work))
    return values


def _direction(
    work: Work, given: Tensor, wanted: Tensor, made: Tensor, generator: str, other: str, discriminator: str
) -> Step:
    """One direction as its losses see it. given: what is translated; wanted: a picture of the other kind."""
    step = Step(input=given, result=made, target=wanted)
    if "reconstructed" in work.losses.needs:
        step.reconstructed = work.run(other, made)
    if "identity" in work.losses.needs:
        step.identity = work.run(generator, wanted)
    if work.part.game is not None:
        step.fake_logits = work.run(discriminator, made)
        if "real_logits" in work.losses.needs:
            with torch.no_grad():
                step.real_logits = work.run(discriminator, wanted)
    return step


def _pooled(work: Work, discriminator: str, made: Tensor) -> Tensor:
    return work.state.pools[discriminator].exchange(made.detach(), work.random)


def _freshly_made(work: Work) -> dict[str, tuple[Tensor, Tensor]]:
    """Another batch for one more step of the discriminators."""
    sample = work.draw()
    assert sample.target is not None
    with torch.no_grad():
        there, back = work.run("generator", sample.input), work.run("generator-back", sample.target)
    return {
        "discriminator": (sample.target, _pooled(work, "discriminator", there)),
        "discriminator-back": (sample.input, _pooled(work, "discriminator-back", back)),
    }
