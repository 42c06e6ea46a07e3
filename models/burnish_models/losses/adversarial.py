"""The two players' losses in every kind of game that a recipe can name.

Every function takes logits (what the discriminator gives before any sigmoid) of any shape [N, ...], one per image, per
patch or per pixel; means are over all of them. On several GPUs means are those of one process's share of the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor
from torch.nn.functional import relu, softplus

from burnish_models.losses.step import Step, at_least_float32, needed

Kind = Literal["vanilla", "lsgan", "hinge", "wasserstein", "relativistic"]
KINDS: tuple[Kind, ...] = ("vanilla", "lsgan", "hinge", "wasserstein", "relativistic")


def discriminator_loss(kind: Kind, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """What the discriminator makes small.

    With r and f the logits of real and of made pictures, E their mean, and softplus(-x) = -log sigmoid(x):

    - vanilla: E softplus(-r) + E softplus(f). Goodfellow et al. (2014), equation 1.
    - lsgan: (E (r - 1)² + E f²) / 2. Mao et al. (2017), equation 9; CycleGAN halves it, too (its section 7.1).
    - hinge: E max(0, 1 - r) + E max(0, 1 + f). Lim and Ye (2017); Miyato et al. (2018), equation 16.
    - wasserstein: E f - E r. Arjovsky et al. (2017), equation 2; it needs a 1-Lipschitz critic: see penalties.py.
    - relativistic: E softplus(-(r - E f)) + E softplus(f - E r). Relativistic average, Jolicoeur-Martineau (2018);
      ESRGAN (2018), equation 1. Gradients flow through both means, as the equation says. ESRGAN's code halves the
      two terms; the equation, which we follow, does not.

    Args:
        kind: one of KINDS.
        real_logits: [N, ...].
        fake_logits: [N, ...], of pictures that are detached from the generator.

    Raises:
        ValueError: where there is no such kind.
    """
    real, fake = at_least_float32(real_logits), at_least_float32(fake_logits)
    if kind == "vanilla":
        return softplus(-real).mean() + softplus(fake).mean()
    if kind == "lsgan":
        return ((real - 1).square().mean() + fake.square().mean()) / 2
    if kind == "hinge":
        return relu(1 - real).mean() + relu(1 + fake).mean()
    if kind == "wasserstein":
        return fake.mean() - real.mean()
    if kind == "relativistic":
        return softplus(fake.mean() - real).mean() + softplus(fake - real.mean()).mean()
    raise ValueError(_unknown(kind))


def generator_loss(kind: Kind, real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """What the generator makes small; letters as in `discriminator_loss`.

    - vanilla: E softplus(-f). The non-saturating form of Goodfellow et al. (2014), section 3.
    - lsgan: E (f - 1)². CycleGAN (2017), section 4, to which its weights of 10 and 5 belong; Mao et al. halve it.
    - hinge and wasserstein: -E f.
    - relativistic: E softplus(r - E f) + E softplus(-(f - E r)), the same two terms with the roles exchanged; ESRGAN
      (2018), equation 2. Whether gradients also flow through r is the caller's choice (the generator has no part in
      it); through E f they do.

    Args:
        kind: one of KINDS.
        real_logits: [N, ...]; only "relativistic" looks at them.
        fake_logits: [N, ...].

    Raises:
        ValueError: where there is no such kind, or where "relativistic" has no real logits.
    """
    fake = at_least_float32(fake_logits)
    if kind == "vanilla":
        return softplus(-fake).mean()
    if kind == "lsgan":
        return (fake - 1).square().mean()
    if kind in ("hinge", "wasserstein"):
        return -fake.mean()
    if kind == "relativistic":
        if real_logits is None:
            raise ValueError("The relativistic loss compares with the discriminator's real logits, but there are none.")
        real = at_least_float32(real_logits)
        return softplus(real - fake.mean()).mean() + softplus(real.mean() - fake).mean()
    raise ValueError(_unknown(kind))


def _unknown(kind: str) -> str:
    return f"There is no adversarial loss named {kind}; there are: {', '.join(KINDS)}."


@dataclass(frozen=True)
class Adversarial:
    """`generator_loss` of the step's logits."""

    kind: Kind = "vanilla"

    def __call__(self, step: Step) -> Tensor:
        return generator_loss(self.kind, step.real_logits, needed(step, "fake_logits"))
