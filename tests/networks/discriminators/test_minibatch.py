"""Both forms of mini-batch discrimination, against slow sums and their properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import Tensor

from burnish_models.networks.discriminators.minibatch import MinibatchDeviation, MinibatchDiscrimination
from networks.discriminators.configs import built

batches = some.tuples(some.integers(1, 6), some.integers(1, 5), some.integers(1, 4), some.integers(1, 4))


def features(shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(max_examples=25, deadline=None)
@given(batches, some.integers(0, 99))
def test_discrimination_is_the_papers_sum(shape: tuple[int, int, int, int], seed: int) -> None:
    count, width, kernels, dimensions = shape
    layer, x = MinibatchDiscrimination(width, kernels, dimensions).double(), features((count, width), seed)
    weight = layer.weight.detach().numpy()
    expected = np.zeros((count, kernels))
    for i in range(count):
        for b in range(kernels):
            mine = x[i].numpy() @ weight[:, b]
            expected[i, b] = sum(math.exp(-np.abs(mine - x[j].numpy() @ weight[:, b]).sum()) for j in range(count))
    result = layer(x)
    assert torch.equal(result[:, :width], x)
    np.testing.assert_allclose(result[:, width:].detach().numpy(), expected, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(batches, some.integers(0, 99), some.booleans(), some.sampled_from(["discrimination", "deviation"]))
def test_a_permuted_batch_gives_the_permuted_result(
    shape: tuple[int, int, int, int], seed: int, maps: bool, form: str
) -> None:
    count, width, kernels, dimensions = shape
    layer = MinibatchDiscrimination(width, kernels, dimensions) if form == "discrimination" else MinibatchDeviation()
    x = features((count, width, 3, 2) if maps else (count, width), seed)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(layer.double()(x)[order], layer(x[order]), rtol=1e-12, atol=1e-12)


@given(some.integers(1, 9))
def test_a_batch_of_equal_samples_gives_their_number_and_no_deviation(count: int) -> None:
    x = features((1, 5), 0).expand(count, 5)
    assert torch.equal(MinibatchDiscrimination(5, 4, 3).double().closeness(x), torch.full((count, 4), float(count)))
    assert MinibatchDeviation()(x)[:, -1].max() < 2e-4


def test_samples_far_apart_are_close_to_themselves_alone() -> None:
    x = 1e4 * features((4, 5), 0)
    torch.testing.assert_close(MinibatchDiscrimination(5, 3, 4).double().closeness(x), torch.ones(4, 3).double())


def test_deviation_by_hand() -> None:
    """Two samples: the features 0 and 2 have deviation 1, the features 5 and 5 none; the mean is a half."""
    x = torch.tensor([[0.0, 5.0], [2.0, 5.0]])
    torch.testing.assert_close(
        MinibatchDeviation()(x), torch.tensor([[0.0, 5.0, 0.5], [2.0, 5.0, 0.5]]), atol=1e-4, rtol=0
    )


def test_a_map_gets_the_same_statistics_at_all_positions() -> None:
    x = features((3, 4, 5, 2), 0)
    layer = MinibatchDiscrimination(4, 6, 2).double()
    result = layer(x)
    assert result.shape == (3, 10, 5, 2)
    assert torch.equal(result[:, 4:], layer.closeness(x.mean((2, 3)))[:, :, None, None].expand(3, 6, 5, 2))


def test_half_precision_does_not_change_the_sum_inside() -> None:
    layer, x = MinibatchDiscrimination(64, 5, 5), features((4, 64), 3).float()
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(layer.closeness(x), layer.closeness(x))
        inside = layer.closeness(x)
    assert inside.dtype == torch.float32
    assert torch.equal(inside, layer.closeness(x))


@pytest.mark.parametrize("form", ["discrimination", "deviation"])
@pytest.mark.parametrize("name", ["srgan", "patchgan", "unet-sn", "progressive"])
def test_a_discriminator_sees_whether_pictures_are_alike(name: str, form: str) -> None:
    """The first picture's logits depend on the rest of its batch, with a form, and do not without one."""
    small = {"srgan": {"norm": "none", "features": 4, "size": None}, "patchgan": {"features": 4}}.get(
        name, {"features": 4, "widest": 8, "stages": 1, "size": 16} if name == "progressive" else {"features": 4}
    )
    generator = torch.Generator().manual_seed(5)
    one, other = torch.rand(2, 1, 3, 48, 48, generator=generator, dtype=torch.float64)
    for minibatch, couples in ((form, True), ("none", False)):
        module = built(name, {**small, "minibatch": minibatch}).double().eval()
        alone, together = module(torch.cat((one, one)))[0], module(torch.cat((one, other)))[0]
        difference = float((alone - together).detach().abs().max())
        assert difference > 1e-9 if couples else difference < 1e-13
