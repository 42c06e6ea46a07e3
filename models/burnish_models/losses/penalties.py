"""What keeps a discriminator smooth: penalties on the gradient of its logits with respect to the picture.

Both are computed outside autocast on float32 pictures: a gradient of a gradient in half precision is mostly noise.

A discriminator that gives one logit per patch or pixel counts as the critic whose value of an image is the mean of its
logits, which is the value that the Wasserstein loss of adversarial.py compares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from burnish_models.losses.step import at_least_float32

Critic = Callable[[Tensor], Tensor]


def gradient_penalty(discriminator: Critic, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    """Mean of (‖∇D(x)‖ - 1)² at x between real and made pictures. Gulrajani et al., WGAN-GP (2017), equation 3.

    The norm is the Euclidean one over everything that belongs to a sample, channels and pixels alike, and one epsilon
    is drawn per sample (its algorithm 1). Widely used code takes the norm over the channels alone, pixel by pixel,
    which punishes something else. A discriminator with batch normalisation has no gradient of its own per sample:
    the paper leaves it out (section 4), and so should a recipe; mini-batch discrimination couples samples as well.

    Args:
        discriminator: [N, ...] to logits [N, ...].
        real: [N, ...], pictures for one; neither they nor `fake` get a gradient.
        fake: of the same shape.
        generator: draws the N epsilons, uniform in 0 to 1, on its own device.

    Returns:
        A scalar, through which gradients flow to the discriminator's weights; float32 or better.

    Raises:
        ValueError: where real and fake differ in shape.
    """
    if real.shape != fake.shape:
        raise ValueError(f"The real pictures are {list(real.shape)}, but the made ones {list(fake.shape)}.")
    real, fake = at_least_float32(real.detach()), at_least_float32(fake.detach())
    share = torch.rand(len(real), generator=generator, device=generator.device)
    share = share.to(real).view(-1, *(1,) * (real.dim() - 1))
    slopes = _gradients(discriminator, share * real + (1 - share) * fake).flatten(1)
    return (torch.linalg.vector_norm(slopes, dim=1) - 1).square().mean()


def r1(discriminator: Critic, real: Tensor) -> Tensor:
    """Mean of ‖∇D(x)‖² / 2 at real pictures, to be weighted with gamma. Mescheder et al. (2018), equation 9.

    Args:
        discriminator: [N, ...] to logits [N, ...].
        real: [N, ...]; gets no gradient.

    Returns:
        A scalar, through which gradients flow to the discriminator's weights; float32 or better.
    """
    slopes = _gradients(discriminator, at_least_float32(real.detach())).flatten(1)
    return slopes.square().sum(1).mean() / 2


def _gradients(discriminator: Critic, pictures: Tensor) -> Tensor:
    """Each sample's gradient of the mean of its logits, of the pictures' shape, itself differentiable."""
    with torch.enable_grad(), torch.autocast(pictures.device.type, enabled=False):
        pictures = pictures.requires_grad_()
        value = discriminator(pictures).reshape(len(pictures), -1).mean(1).sum()
        (gradients,) = torch.autograd.grad(value, pictures, create_graph=True)
    return gradients


@dataclass(frozen=True)
class GradientPenalty:
    """`gradient_penalty` as a recipe names it."""

    def __call__(self, discriminator: Critic, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
        return gradient_penalty(discriminator, real, fake, generator)


@dataclass(frozen=True)
class R1:
    """`r1` as a recipe names it; takes what every penalty is given and looks at the real pictures alone."""

    def __call__(self, discriminator: Critic, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
        return r1(discriminator, real)
