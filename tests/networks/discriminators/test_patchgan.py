"""PatchGAN: how large a patch is, by lighting single pixels; and what it has in common with the authors' weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from burnish_models.networks.discriminators.building import build_discriminator
from burnish_models.networks.discriminators.patchgan import PatchGan, PatchGanConfig


@pytest.mark.parametrize(("layers", "side"), [(1, 16), (2, 34), (3, 70), (4, 142), (5, 286)])
def test_the_patch_has_the_side_that_the_paper_names(layers: int, side: int) -> None:
    """pix2pix, section 4.4 and its appendix: 16 x 16, 70 x 70 and 286 x 286 patches."""
    assert PatchGanConfig(layers=layers).receptive_field == side


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_logit_sees_exactly_so_many_pixels(layers: int) -> None:
    module = build_discriminator("patchgan", features=2, layers=layers, norm="none").double()
    assert isinstance(module, PatchGan)
    with torch.no_grad():
        for key, weight in module.named_parameters():
            weight.fill_(0.0 if key.endswith("bias") else 0.1)
    side = module.config.receptive_field
    x = torch.full((1, 3, 2 * side, 2 * side), 0.75, dtype=torch.float64, requires_grad=True)
    logits = module(x)
    middle = logits.shape[-1] // 2
    logits[0, 0, middle, middle].backward()
    assert x.grad is not None
    lit = x.grad[0].abs().sum(0) > 0
    assert int(lit.any(0).sum()) == int(lit.any(1).sum()) == side


def test_keys_and_answers_are_those_of_the_authors_layer_list() -> None:
    """C64-C128-C256-C512 by instance, as their code numbers it: a weight at 0, 2, 5, 8 and 11."""
    torch.manual_seed(0)
    theirs = nn.Sequential(
        nn.Conv2d(3, 4, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(4, 8, 4, 2, 1), nn.InstanceNorm2d(8), nn.LeakyReLU(0.2),
        nn.Conv2d(8, 16, 4, 2, 1), nn.InstanceNorm2d(16), nn.LeakyReLU(0.2),
        nn.Conv2d(16, 32, 4, 1, 1), nn.InstanceNorm2d(32), nn.LeakyReLU(0.2),
        nn.Conv2d(32, 1, 4, 1, 1),
    )  # fmt: skip
    ours = build_discriminator("patchgan", features=4)
    ours.load_state_dict({f"model.{key}": value for key, value in theirs.state_dict().items()})
    picture = torch.rand(2, 3, 50, 71)
    assert torch.equal(ours(picture), theirs(2 * picture - 1))


def test_initial_weights_are_narrow_and_normal() -> None:
    """CycleGAN, section 7.1: N(0, 0.02)."""
    torch.manual_seed(0)
    weights = build_discriminator("patchgan", features=32).state_dict()
    for key, value in weights.items():
        if key.endswith("bias"):
            assert not value.any()
        elif value.numel() > 10_000:
            assert abs(float(value.std()) - 0.02) < 0.001
