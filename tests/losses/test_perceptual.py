"""The perceptual loss over trunks of random weights, a function, and the real VGG16."""

from __future__ import annotations

from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish.wire.sentences import BurnishError
from burnish_models.losses.perceptual import Perceptual
from burnish_models.losses.schema import PerceptualConfig
from burnish_models.networks.vgg16 import stlpips_trunk
from losses.steps import full_step, picture


class TinyTrunk(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Conv2d(3, 5, 3, padding=1), nn.Conv2d(5, 7, 3, 2)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        first = self.first(x)
        return {"first": first, "second": self.second(first.relu())}


def vgg16_state(width: int = 4) -> dict[str, Tensor]:
    """A narrow VGG16 as torchvision numbers its layers."""
    generator, state, before = torch.Generator().manual_seed(3), {}, 3
    for number in (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28):
        scale = (2 / (9 * before)) ** 0.5
        state[f"features.{number}.weight"] = scale * torch.randn(width, before, 3, 3, generator=generator)
        state[f"features.{number}.bias"] = 0.1 * torch.randn(width, generator=generator)
        before = width
    return state


@pytest.mark.parametrize("after_relu", [False, True])
@pytest.mark.parametrize("distance", ["l1", "mse"])
def test_it_is_the_weighted_sum_of_the_layers_distances(distance, after_relu: bool) -> None:
    trunk, a, b = TinyTrunk(), picture(2, 3, 11, 13, seed=1), picture(2, 3, 11, 13, seed=2)
    loss = Perceptual(trunk, {"first": 0.25, "second": 3.0}, distance, after_relu)
    expected = torch.zeros(())
    for name, weight in (("first", 0.25), ("second", 3.0)):
        one, other = trunk(a)[name], trunk(b)[name]
        if after_relu:
            one, other = one.clamp(min=0), other.clamp(min=0)
        difference = one - other
        expected = expected + weight * (difference.abs() if distance == "l1" else difference**2).mean()
    torch.testing.assert_close(loss.between(a, b), expected)
    assert loss.between(a, a) == 0


def test_only_the_result_gets_a_gradient() -> None:
    trunk = TinyTrunk()
    loss = Perceptual(trunk, {"second": 1.0})
    a, b = picture(1, 3, 8, 8, seed=1).requires_grad_(), picture(1, 3, 8, 8, seed=2).requires_grad_()
    loss.between(a, b).backward()
    assert a.grad is not None and a.grad.abs().max() > 0
    assert b.grad is None
    assert all(weight.grad is None for weight in trunk.parameters())


def test_it_is_computed_in_float32_inside_autocast() -> None:
    loss, a, b = Perceptual(TinyTrunk(), {"second": 1.0}), picture(1, 3, 8, 8, seed=1), picture(1, 3, 8, 8, seed=2)
    with torch.autocast("cpu", torch.bfloat16):
        assert TinyTrunk()(a)["second"].dtype == torch.bfloat16
        inside, half = loss.between(a, b), loss.between(a.bfloat16(), b.bfloat16())
    assert inside.dtype == half.dtype == torch.float32
    assert torch.equal(inside, loss.between(a, b))


def test_any_function_is_a_backbone() -> None:
    step = full_step()
    assert step.target is not None
    loss = Perceptual(lambda x: {"small": functional.avg_pool2d(x, 4)}, {"small": 2.0}, "mse")
    expected = 2 * (functional.avg_pool2d(step.result, 4) - functional.avg_pool2d(step.target, 4)).square().mean()
    torch.testing.assert_close(loss(step), expected)


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(ValueError, match="at least one layer"):
        Perceptual(TinyTrunk(), {})
    with pytest.raises(ValueError, match=r"third.*first, second"):
        Perceptual(TinyTrunk(), {"third": 1.0}).between(torch.zeros(1, 3, 8, 8), torch.zeros(1, 3, 8, 8))
    with pytest.raises(ValueError, match=r"\[1, 3, 8, 8\].*\[1, 3, 8, 9\]"):
        Perceptual(TinyTrunk(), {"first": 1.0}).between(torch.zeros(1, 3, 8, 8), torch.zeros(1, 3, 8, 9))


def test_a_recipe_names_a_file_of_the_users_and_layers(tmp_path: Path) -> None:
    path = tmp_path / "vgg.safetensors"
    safetensors.torch.save_file(vgg16_state(), path)
    step = full_step()
    config = PerceptualConfig(weights=path, layers={"conv1_2": 0.1, "conv3_3": 1.0})
    loss = config.build()
    value = loss(step)
    value.backward()
    assert value.item() > 0
    assert step.result.grad is not None and step.result.grad.abs().max() > 0
    with pytest.raises(ValueError, match=r"conv5_4.*conv5_3"):
        PerceptualConfig(weights=path, layers={"conv5_4": 1.0}).build()


def test_layers_beyond_the_last_that_counts_are_not_computed(tmp_path: Path) -> None:
    """A picture of 4 pixels is too small for conv5_3, but not for conv2_2."""
    path = tmp_path / "vgg.safetensors"
    safetensors.torch.save_file(vgg16_state(), path)
    step = full_step(4, 4)
    assert float(PerceptualConfig(weights=path, layers={"conv2_2": 1.0, "conv1_1": 1.0}).build()(step).item()) > 0
    with pytest.raises((ValueError, RuntimeError)):
        PerceptualConfig(weights=path, layers={"conv5_3": 1.0}).build()(step)


def test_the_real_vgg16_sees_structure_where_l1_sees_none() -> None:
    """Of two changes with the same L1, the one that takes away the texture is farther than a change of brightness."""
    try:
        stlpips_trunk()
    except BurnishError as error:
        if error.code in ("package-not-had", "package-tool-missing"):
            pytest.skip(f"ST-LPIPS's weights cannot be downloaded here: {error.detail}")
        raise
    loss = PerceptualConfig().build()
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(1, 3, 12, 12, generator=generator)
    texture = functional.interpolate(coarse, size=(48, 48), mode="nearest") * 0.6 + 0.2
    blurred = functional.avg_pool2d(functional.pad(texture, (4, 4, 4, 4), mode="reflect"), 9, 1)
    amount = float((blurred - texture).abs().mean())
    brighter = texture + amount
    assert isinstance(loss, Perceptual)
    assert loss.between(texture, texture) == 0
    assert float(loss.between(blurred, texture)) > 1.5 * float(loss.between(brighter, texture))
    wanted = texture.clone().requires_grad_()
    loss.between(wanted + 0.01, texture).backward()
    assert wanted.grad is not None and torch.isfinite(wanted.grad).all() and wanted.grad.abs().max() > 0
