"""Discriminators as they were released, with torch's old spectral normalisation, load and answer the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import spectral_norm

from burnish_models.catalogue.user_file import read_state
from burnish_models.networks.discriminators.foreign_keys import modern_spectral_norm_keys
from burnish_models.networks.discriminators.patchgan import PatchGanConfig
from burnish_models.networks.discriminators.registry import recognise_discriminator
from burnish_models.networks.discriminators.unet_sn import UNetSNConfig

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.nn.utils.spectral_norm.*:FutureWarning")


class ReleasedUNet(nn.Module):
    """Real-ESRGAN's discriminator from figure 6 of its paper, with the normalisation of torch in 2021."""

    def __init__(self, features: int) -> None:
        super().__init__()
        widths = [(1, 2), (2, 4), (4, 8), (8, 4), (4, 2), (2, 1), (1, 1), (1, 1)]
        self.conv0 = nn.Conv2d(3, features, 3, 1, 1)
        for number, (a, b) in enumerate(widths, 1):
            kernel, stride = (4, 2) if number <= 3 else (3, 1)
            layer = nn.Conv2d(a * features, b * features, kernel, stride, 1, bias=False)
            self.add_module(f"conv{number}", spectral_norm(layer))
        self.conv9 = nn.Conv2d(features, 1, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        skips = []
        for number in range(4):
            x = functional.leaky_relu(self.get_submodule(f"conv{number}")(x), 0.2)
            skips.append(x)
        for number in range(4, 7):
            x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = functional.leaky_relu(self.get_submodule(f"conv{number}")(x), 0.2) + skips[6 - number]
        for number in (7, 8):
            x = functional.leaky_relu(self.get_submodule(f"conv{number}")(x), 0.2)
        return self.conv9(x)


def trained(module: nn.Module) -> nn.Module:
    """After some steps, so that weights and power iterations are not the initial ones."""
    torch.manual_seed(1)
    optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
    for _ in range(3):
        optimiser.zero_grad()
        module(torch.rand(2, 3, 32, 32)).mean().backward()
        optimiser.step()
    return module


@pytest.mark.parametrize("size", [(16, 24), (40, 8), (64, 64)])
def test_the_released_layout_of_real_esrgans_discriminator_loads(size: tuple[int, int], tmp_path: Path) -> None:
    torch.manual_seed(0)
    released = trained(ReleasedUNet(6))
    path = tmp_path / "released_netD.pth"
    torch.save({"params": released.state_dict()}, path)
    state = read_state(path)
    assert {"conv1.weight_orig", "conv1.weight_u", "conv1.weight_v"} <= set(state)
    recognised = recognise_discriminator(state)
    assert recognised is not None
    assert recognised.discriminator.name == "unet-sn"
    assert recognised.config == UNetSNConfig(features=6)
    picture = torch.rand(2, 3, *size)
    ours, theirs = recognised.module().eval()(picture), released.eval()(picture)
    assert theirs.std() > 0
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


def test_it_can_be_trained_further_from_there(tmp_path: Path) -> None:
    torch.manual_seed(0)
    recognised = recognise_discriminator(trained(ReleasedUNet(4)).state_dict())
    assert recognised is not None
    module = trained(recognised.module())
    assert all(torch.isfinite(weight).all() and weight.grad is not None for weight in module.parameters())


def test_a_spectral_patchgan_with_old_keys_loads() -> None:
    torch.manual_seed(0)
    widths = [(3, 4, 2), (4, 8, 2), (8, 16, 1), (16, 1, 1)]
    layers: list[nn.Module] = []
    for a, b, stride in widths:
        layers += [spectral_norm(nn.Conv2d(a, b, 4, stride, 1)), nn.LeakyReLU(0.2)]
    holder = nn.Module()
    holder.model = nn.Sequential(*layers[:-1])
    recognised = recognise_discriminator(holder.state_dict())
    assert recognised is not None
    assert recognised.config == PatchGanConfig(features=4, layers=2, norm="spectral")
    picture = torch.rand(1, 3, 33, 40)
    expected = holder.model.eval()(2 * picture - 1)
    torch.testing.assert_close(recognised.module().eval()(picture), expected, rtol=1e-5, atol=1e-6)


def test_other_keys_stay() -> None:
    state = {"a.weight": torch.ones(1), "a.bias": torch.ones(2), "orig": torch.ones(3), "weight_u": torch.ones(4)}
    assert modern_spectral_norm_keys(state) == {
        "a.weight": state["a.weight"],
        "a.bias": state["a.bias"],
        "orig": state["orig"],
        "parametrizations.weight.0._u": state["weight_u"],
    }
    again = modern_spectral_norm_keys(modern_spectral_norm_keys(state))
    assert list(again) == list(modern_spectral_norm_keys(state))
