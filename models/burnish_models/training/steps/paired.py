"""One step of a paired recipe: the generator is given an input, and there is a target (SRGAN, ESRGAN, denoising)."""

from __future__ import annotations

import torch
from torch import Tensor

from burnish_models.data.sample import Sample
from burnish_models.losses.step import Step
from burnish_models.networks.discriminators.progressive import faded_pictures
from burnish_models.training.steps.work import Values, Work


def paired_step(work: Work) -> Values:
    """The discriminator's steps, if there is one, then the generator's; returns the values of all losses.

    Each of the discriminator's steps has a batch of its own; the last one shares the generator's (Gulrajani et al.,
    WGAN-GP, algorithm 1, draws once more; as widely used code we spare one run of the generator).
    """
    values = Values()
    for _ in range(work.recipe.adversary.steps - 1 if work.part.game else 0):
        sample = work.draw()
        with torch.no_grad():
            made = work.run("generator", sample.input)
        work.train_discriminators({"discriminator": (target_of(work, sample), made)})

    sample = work.draw()
    target = target_of(work, sample)
    result = work.run("generator", sample.input)
    step = Step(input=sample.input, result=result, target=target)
    if work.part.game is not None:
        values |= work.train_discriminators({"discriminator": (target, result.detach())})
        with work.held("discriminators"):
            step.fake_logits = work.run("discriminator", result)
            if "real_logits" in work.losses.needs:
                with torch.no_grad():
                    step.real_logits = work.run("discriminator", target)
    total, parts = work.losses(step)
    values |= {"total": total.detach(), **parts}
    values["gradient"] = work.update("generators", total)
    return values


def target_of(work: Work, sample: Sample) -> Tensor:
    """The sample's target: mixed with the teacher's result, and half faded in with a growing network's new stage."""
    assert sample.target is not None, "a paired data set has targets"
    target = sample.target
    if work.teacher is not None:
        with torch.no_grad(), work.half():
            taught = work.teacher(sample.input).float().clamp(0.0, 1.0)
        target = torch.lerp(target, taught, work.recipe.teacher_share)
    return faded_pictures(target, work.alpha)
