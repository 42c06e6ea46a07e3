"""Every generator against every discriminator with every loss: a step of both, at odd sizes, in both precisions."""

from __future__ import annotations

from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from burnish_models.losses.adversarial import KINDS, Kind, discriminator_loss
from burnish_models.losses.penalties import gradient_penalty, r1
from burnish_models.losses.schema import (
    AdversarialConfig,
    CharbonnierConfig,
    ColourConstancyConfig,
    ExposureConfig,
    L1Config,
    MseConfig,
    PerceptualConfig,
    TotalVariationConfig,
)
from burnish_models.losses.step import Step
from burnish_models.losses.total import WeightedLosses
from burnish_models.networks.discriminators.progressive import ProgressiveDiscriminator
from burnish_models.networks.registry import NETWORKS, network_named
from losses.steps import picture
from losses.test_perceptual import vgg16_state
from networks.configs import CONFIGS as GENERATORS
from networks.discriminators import configs

SMALLEST_GENERATORS = dict(reversed(GENERATORS))  # the first of each
DISCRIMINATORS: dict[str, dict[str, Any]] = {
    "srgan": {"features": 4, "hidden": 6, "size": None, "minibatch": "discrimination", "kernels": 5, "dimensions": 2},
    "patchgan": {"features": 4, "layers": 2, "minibatch": "deviation"},
    "unet-sn": {"features": 4},
    "progressive": {"features": 4, "widest": 8, "stages": 1, "size": 16},
}


@pytest.fixture(scope="module")
def losses(tmp_path_factory: pytest.TempPathFactory) -> dict[Kind, WeightedLosses]:
    """All losses that look at a result, its target and its logits, in sum, for each kind of game."""
    path = tmp_path_factory.mktemp("vgg") / "vgg16.safetensors"
    safetensors.torch.save_file(vgg16_state(), path)
    others = [L1Config(weight=0.1), MseConfig(), CharbonnierConfig(), TotalVariationConfig(), ExposureConfig(),
              ColourConstancyConfig(), PerceptualConfig(weight=0.5, weights=path, layers={"conv2_2": 1.0})]  # fmt: skip
    return {kind: WeightedLosses([*others, AdversarialConfig(weight=0.01, kind=kind)]) for kind in KINDS}


def play(
    generator: nn.Module,
    discriminator: nn.Module,
    losses: WeightedLosses,
    kind: Kind,
    x: Tensor,
    precision: torch.dtype,
) -> None:
    """One step of each player, and what must be true of their gradients."""
    half = torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16)
    generator.zero_grad()
    discriminator.zero_grad()
    with half:
        result = generator(x)
        target = picture(*result.shape, seed=5)
        loss = discriminator_loss(kind, discriminator(target), discriminator(result.detach()))
    assert torch.isfinite(loss) and loss.dtype == torch.float32
    loss.backward()
    assert all(weight.grad is not None and torch.isfinite(weight.grad).all() for weight in discriminator.parameters())
    assert any(weight.grad is not None and weight.grad.any() for weight in discriminator.parameters())
    assert all(weight.grad is None for weight in generator.parameters())

    discriminator.requires_grad_(False)
    with half:
        step = Step(x, result, target, discriminator(target).detach(), discriminator(result))
        total, values = losses(step)
    discriminator.requires_grad_(True)
    assert set(values) == set(losses.names)
    assert torch.isfinite(total) and total.dtype == torch.float32
    total.backward()
    gradients = [weight.grad for weight in generator.parameters() if weight.grad is not None]
    assert gradients and all(torch.isfinite(gradient).all() for gradient in gradients)
    assert any(gradient.any() for gradient in gradients)


def test_every_registered_generator_plays() -> None:
    assert set(SMALLEST_GENERATORS) == {network.name for network in NETWORKS}


@pytest.mark.parametrize("opponent", DISCRIMINATORS)
@pytest.mark.parametrize("name", SMALLEST_GENERATORS)
def test_every_generator_plays_every_discriminator_for_every_loss(
    name: str, opponent: str, losses: dict[Kind, WeightedLosses]
) -> None:
    network, config = network_named(name), SMALLEST_GENERATORS[name]
    facts = network.facts(config)
    torch.manual_seed(0)
    generator = network.build(config).train()
    discriminator = configs.built(opponent, DISCRIMINATORS[opponent])
    least = -(-19 // (facts.scale * facts.multiple)) | 1  # an odd number of multiples: a result of 19 pixels or more
    x = picture(2, 3, least * facts.multiple, (least + 2) * facts.multiple)
    for kind in KINDS:
        play(generator, discriminator, losses[kind], kind, x, torch.float32)
    play(generator, discriminator, losses["relativistic"], "relativistic", x, torch.bfloat16)


def fading(name: str, hyper: dict[str, Any]) -> nn.Module:
    """The discriminator; one that grows is amid it, where the weights of two stages work."""
    module = configs.built(name, hyper)
    if isinstance(module, ProgressiveDiscriminator) and module.stage:
        module.grow(module.stage, 0.5)
    return module


class TinyGenerator(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 3, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


@pytest.mark.parametrize(("name", "hyper"), configs.CONFIGS, ids=[configs.label(*config) for config in configs.CONFIGS])
def test_every_discriminator_in_every_form_plays_every_game(
    name: str, hyper: dict[str, Any], losses: dict[Kind, WeightedLosses]
) -> None:
    torch.manual_seed(0)
    discriminator, x = fading(name, hyper), configs.pictures(name, hyper, count=2)
    if min(x.shape[-2:]) < 16:  # exposure looks at 16 pixels or more
        x = picture(2, 3, 17, 21)
    for kind in KINDS:
        play(TinyGenerator(), discriminator, losses[kind], kind, x, torch.float32)
        play(TinyGenerator(), discriminator, losses[kind], kind, x, torch.bfloat16)


@pytest.mark.parametrize(("name", "hyper"), configs.CONFIGS, ids=[configs.label(*config) for config in configs.CONFIGS])
def test_penalties_reach_every_discriminators_weights(name: str, hyper: dict[str, Any]) -> None:
    """A gradient of a gradient goes through spectral normalisation, normalised features and mini-batch statistics."""
    discriminator = fading(name, hyper)
    real, fake = configs.pictures(name, hyper), configs.pictures(name, hyper, seed=2)
    penalty = gradient_penalty(discriminator, real, fake, torch.Generator().manual_seed(0))
    (penalty + r1(discriminator, real)).backward()
    assert torch.isfinite(penalty) and penalty > 0
    gradients = {key: weight.grad for key, weight in discriminator.named_parameters() if weight.grad is not None}
    assert all(torch.isfinite(gradient).all() for gradient in gradients.values())
    moved = {key for key, gradient in gradients.items() if gradient.any()}
    first = next(key for key, weight in discriminator.named_parameters() if weight.dim() == 4)
    assert first in moved and len(moved) >= 3
