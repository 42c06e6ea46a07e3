"""Spectral normalisation: the weight that is used has a largest singular value of 1, by numpy's decomposition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from burnish_models.networks.discriminators.spectral import spectral_convolution
from networks.discriminators.configs import PLAIN, built, label, pictures

NORMALISED = [
    (name, {**hyper, "features": 6})
    for name, hyper in PLAIN
    if hyper.get("norm") == "spectral" or (name == "unet-sn" and hyper["features"] == 6)
]


def largest_singular_values(module: nn.Module) -> dict[str, float]:
    found = {}
    for name, layer in module.named_modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)) and "parametrizations" in dict(layer.named_children()):
            weight = layer.weight.detach().double().numpy()
            found[name] = np.linalg.svd(weight.reshape(len(weight), -1), compute_uv=False)[0]
    return found


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize(("name", "hyper"), NORMALISED, ids=[label(*config) for config in NORMALISED])
def test_after_some_steps_the_largest_singular_value_is_one(
    name: str, hyper: dict[str, Any], precision: torch.dtype
) -> None:
    module, x = built(name, hyper), pictures(name, hyper)
    with torch.no_grad():
        for key, weight in module.named_parameters():
            if key.endswith("original"):
                weight.copy_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(len(key))) * 3)
    before = largest_singular_values(module.eval())
    assert max(abs(value - 1) for value in before.values()) > 0.05  # the weights were replaced under its feet
    module.train()
    for _ in range(150):
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16):
            module(x)
    values = largest_singular_values(module.eval())
    assert set(values) == {key.removesuffix(".parametrizations.weight.original") for key in dict(
        module.named_parameters()) if key.endswith("original")}  # fmt: skip
    assert all(abs(value - 1) <= 0.01 for value in values.values()), values


def test_the_weight_itself_is_not_in_half_precision_under_autocast() -> None:
    """Computed in bfloat16, the largest singular value would be wrong in the third digit, and so every logit."""
    module = built("unet-sn", {"features": 16}).eval()
    x = torch.rand(1, 3, 16, 16)
    used: list[torch.Tensor] = []
    exact = module.conv7.weight.detach().clone()
    original = torch.nn.functional.conv2d

    def spy(x: torch.Tensor, weight: torch.Tensor, *rest: Any) -> torch.Tensor:
        used.append(weight)
        return original(x, weight, *rest)

    with pytest.MonkeyPatch.context() as patch, torch.autocast("cpu", torch.bfloat16):
        patch.setattr(torch.nn.functional, "conv2d", spy)
        module(x)
    assert any(weight.shape == exact.shape and torch.equal(weight, exact) for weight in used)


def test_it_is_torchs_own_normalisation_to_the_last_key_and_step() -> None:
    """From the same vectors: the same keys, the same weight after each step in training, and the same gradient."""
    ours, theirs = (
        spectral_convolution(3, 5, 3, bias=False),
        parametrizations.spectral_norm(nn.Conv2d(3, 5, 3, bias=False)),
    )
    theirs.load_state_dict(ours.state_dict())
    x = torch.rand(2, 3, 7, 7)
    for _ in range(3):
        first, second = ours(x), ours(x.flip(3))  # two runs before the backward one
        torch.testing.assert_close(first, theirs(x))
        torch.testing.assert_close(second, theirs(x.flip(3)))
        (first * second).sum().backward()
    expected = theirs(x)
    torch.testing.assert_close(ours(x), expected)
    gradients = []
    for layer in (ours, theirs):
        layer.zero_grad()
        (layer(x) * layer(x.flip(3))).sum().backward()
        gradients.append(layer.get_parameter("parametrizations.weight.original").grad)
    torch.testing.assert_close(gradients[0], gradients[1])
    assert gradients[0] is not None and gradients[0].any()
