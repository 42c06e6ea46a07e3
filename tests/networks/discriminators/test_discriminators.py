"""Every discriminator with every form of mini-batch discrimination: saved, recognised, loaded, run at any size."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from burnish_models.catalogue.user_file import read_state
from burnish_models.networks.discriminators.building import discriminator_config
from burnish_models.networks.discriminators.registry import (
    DISCRIMINATORS,
    discriminator_named,
    recognise_discriminator,
)
from networks.discriminators.configs import CONFIGS, built, label, pictures, side, takes_any_size

every_config = pytest.mark.parametrize(("name", "hyper"), CONFIGS, ids=[label(*config) for config in CONFIGS])


def test_every_registered_discriminator_is_tested_here() -> None:
    assert {name for name, _ in CONFIGS} == {discriminator.name for discriminator in DISCRIMINATORS}
    assert len({discriminator.name for discriminator in DISCRIMINATORS}) == len(DISCRIMINATORS)


@every_config
@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_what_is_saved_is_recognised_and_loads_equal(
    name: str, hyper: dict[str, Any], suffix: str, tmp_path: Path
) -> None:
    module = built(name, hyper)
    module(pictures(name, hyper))  # moves running means and power iterations away from where they began
    path = tmp_path / f"discriminator{suffix}"
    if suffix == ".pth":
        torch.save({"params": module.state_dict()}, path)
    else:
        safetensors.torch.save_file(module.state_dict(), path)
    recognised = recognise_discriminator(read_state(path))
    assert recognised is not None
    assert recognised.discriminator is discriminator_named(name)
    assert recognised.config == discriminator_config(name, **hyper)
    again = recognised.module()
    assert again.training
    assert all(weight.requires_grad for weight in again.parameters())
    x = pictures(name, hyper, seed=2)
    assert torch.equal(again(x), module(x))  # in training mode, where batch norm and power iterations run on
    assert torch.equal(again.eval()(x), module.eval()(x))


@every_config
def test_loaded_weights_are_a_copy_in_float32(name: str, hyper: dict[str, Any]) -> None:
    state = {key: value.half() for key, value in built(name, hyper).state_dict().items() if value.is_floating_point()}
    recognised = recognise_discriminator(state)
    assert recognised is not None
    loaded = recognised.module()
    assert {weight.dtype for weight in loaded.parameters()} == {torch.float32}
    for value in state.values():
        value.fill_(torch.nan)
    assert torch.isfinite(torch.cat([weight.detach().flatten() for weight in loaded.parameters()])).all()


@every_config
def test_a_missing_foreign_or_misshapen_weight_is_not_recognised(name: str, hyper: dict[str, Any]) -> None:
    state = built(name, hyper).state_dict()
    state = {key: value for key, value in state.items() if value.dim()}
    keys = sorted(state)
    for key in (keys[0], keys[len(keys) // 2], keys[-1]):
        assert recognise_discriminator({k: v for k, v in state.items() if k != key}) is None, key
        assert recognise_discriminator({**state, key: state[key][:0]}) is None, key
    assert recognise_discriminator({**state, "attention.weight": torch.zeros(3)}) is None


def test_other_tensors_are_not_recognised() -> None:
    assert recognise_discriminator({}) is None
    nothing = torch.zeros(())
    assert (
        recognise_discriminator({"conv0.weight": nothing, "model.0.weight": nothing, "logit.weight": nothing}) is None
    )


@every_config
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_it_takes_every_size_from_the_smallest_on(name: str, hyper: dict[str, Any], dtype: torch.dtype) -> None:
    """Also with a batch of one, in training mode and backwards, also in half precision; below, and only there, not."""
    module, least = built(name, hyper), side(name, hyper)
    sizes = [(least, least)]
    if takes_any_size(name, hyper):
        sizes += [(least + 1, least + 2), (least + 17, least)]
    for height, width in sizes:
        x = torch.rand(1, 3, height, width, requires_grad=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            logits = module(x)
        assert logits.dtype == dtype
        assert len(logits) == 1
        logits.float().sum().backward()
        assert x.grad is not None
        assert torch.isfinite(logits).all() and torch.isfinite(x.grad).all()
        # A batch of one has no deviation, and normalisation takes away what a single position could tell.
        assert height == width == least or x.grad.abs().max() > 0
    if least > 1:
        with pytest.raises((ValueError, RuntimeError)):
            module(torch.rand(1, 3, least - 1, least - 1))


@every_config
def test_all_of_the_picture_counts(name: str, hyper: dict[str, Any]) -> None:
    """Every pixel that a logit can be about changes one; sizes that halve unevenly may leave out the last rows."""
    module, least = built(name, hyper).double(), side(name, hyper)
    least += least % 16 and 16 - least % 16  # a multiple of all that halve
    x = torch.rand(2, 3, least, least, dtype=torch.float64, requires_grad=True)
    weights = torch.rand(module(x).shape, dtype=torch.float64)
    (module(x) * weights).sum().backward()
    assert x.grad is not None
    assert (x.grad != 0).any(1).float().mean() > 0.99


@pytest.mark.parametrize(
    ("name", "hyper", "parameters"),
    [
        # by hand, from the layers of figure 4: 3x3 convolutions with biases, 2 per normalised channel, dense layers
        ("srgan", {}, 9 * (3 * 64 + 64**2 + 64 * 128 + 128**2 + 128 * 256 + 256**2 + 256 * 512 + 512**2)
         + 64 * 2 + 128 * 2 + 256 * 2 + 512 * 2 + 2 * (64 + 2 * 128 + 2 * 256 + 2 * 512)
         + (512 * 36 * 1024 + 1024) + (1024 + 1)),
        # C64-C128-C256-C512, 4x4 kernels, and one to a logit; normalised by instance, without weights
        ("patchgan", {}, 16 * (3 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512) + 64 + 128 + 256 + 512 + 1),
        # 64, 128, 256, 512 with 4x4 kernels down, 3x3 up; only the first and last have biases
        ("unet-sn", {}, 9 * 3 * 64 + 64 + 16 * (64 * 128 + 128 * 256 + 256 * 512)
         + 9 * (512 * 256 + 256 * 128 + 128 * 64 + 64 * 64 + 64 * 64) + 9 * 64 + 1),
    ],
)  # fmt: skip
def test_the_defaults_are_the_papers(name: str, hyper: dict[str, Any], parameters: int) -> None:
    with torch.device("meta"):
        module = built(name, hyper)
    assert sum(weight.numel() for weight in module.parameters()) == parameters


def test_progressive_defaults_are_table_2s() -> None:
    """Table 2 for 256 pixels: 64, 128, 256 and then 512 channels, twice a size; the last block 513 + 512 to one."""
    with torch.device("meta"):
        module = built("progressive", {})
    widths = [64, 128, 256, 512, 512, 512, 512]
    expected = sum(9 * a * a + a + 9 * a * b + b for a, b in pairwise(widths))
    expected += sum(3 * width + width for width in (64, 128, 256))
    expected += 9 * 513 * 512 + 512 + 16 * 512 * 512 + 512 + 512 + 1
    assert sum(weight.numel() for weight in module.parameters()) == expected
