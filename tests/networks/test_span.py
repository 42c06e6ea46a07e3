"""SPAN's two forms: branches for training, folded once into plain 3x3 convolutions for running."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from burnish_models.networks.registry import recognise
from burnish_models.networks.span import SPAN, Branches, Folded, SpanConfig, folded
from networks.configs import built

TRAINED = SpanConfig(features=6, blocks=2)


@settings(max_examples=20, deadline=None)
@given(
    inputs=st.integers(1, 6),
    outputs=st.integers(1, 6),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    seed=st.integers(0, 1000),
)
def test_a_folded_convolution_equals_its_branches_also_at_the_border(
    inputs: int, outputs: int, height: int, width: int, seed: int
) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        branches = Branches(inputs, outputs)
        picture = torch.randn(2, inputs, height, width)
    exact = branches.double()(picture.double())  # before rounding: neither form may be farther from it than float32 is
    one = branches.float().folded()
    torch.testing.assert_close(one(picture).double(), exact, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(one(picture), branches(picture), rtol=1e-5, atol=1e-5)


def test_folding_by_hand() -> None:
    """One channel: 1x1 of 2 (bias 1) twice, 3x3 of ones, 1x1 summing; beside it 10 x + 100."""
    branches = Branches(1, 1)
    with torch.no_grad():
        for layer, weight, bias in zip(
            (branches.sk, *branches.conv), (10.0, 2.0, 1.0, 1.0), (100.0, 1.0, 0.0, 5.0), strict=True
        ):
            assert isinstance(layer, nn.Conv2d) and layer.bias is not None
            layer.weight.fill_(weight)
            layer.bias.fill_(bias)
        one = branches.folded().eval_conv
    # Inside are 2 channels: the sum over 2 x 2 of them of 2 x + 1 under 9 taps, so 8 for each tap and 36 in the bias.
    expected = torch.full((1, 1, 3, 3), 8.0)
    expected[0, 0, 1, 1] += 10.0
    assert torch.equal(one.weight, expected)
    assert one.bias is not None and one.bias.item() == 4 * 9 + 5 + 100


def test_recognised_weights_are_folded_once() -> None:
    _, module = built("span", TRAINED)
    recognised = recognise(module.state_dict())
    assert recognised is not None and recognised.config == TRAINED
    running = recognised.module()
    assert isinstance(running, SPAN) and running.config.folded
    assert not any(isinstance(layer, Branches) for layer in running.modules())
    assert any(isinstance(layer, Branches) for layer in recognised.as_trained().modules())
    picture = torch.rand(1, 3, 13, 9)
    torch.testing.assert_close(running(picture), module(picture), rtol=1e-4, atol=1e-5)
    assert folded(running) is running


def test_the_folded_form_is_recognised_again() -> None:
    running = folded(built("span", TRAINED)[1])
    recognised = recognise(running.state_dict())
    assert recognised is not None and recognised.config == SpanConfig(features=6, blocks=2, folded=True)
    picture = torch.rand(1, 3, 7, 7)
    assert torch.equal(recognised.module()(picture), running(picture))


def test_released_weights_hold_both_forms_and_load_by_their_branches() -> None:
    _, module = built("span", TRAINED)
    released: dict[str, Tensor] = dict(module.state_dict())
    for name, layer in module.named_modules():
        if isinstance(layer, Branches):
            released |= {f"{name}.eval_conv.{kind}": torch.full_like(value, torch.nan) for kind, value in stale(layer)}
    recognised = recognise(released)
    assert recognised is not None and recognised.config == TRAINED
    picture = torch.rand(1, 3, 7, 7)
    torch.testing.assert_close(recognised.module()(picture), module(picture), rtol=1e-4, atol=1e-5)


def stale(layer: Branches) -> list[tuple[str, Tensor]]:
    one = layer.folded()
    assert isinstance(one, Folded)
    return list(one.eval_conv.named_parameters())


@pytest.mark.parametrize(("scale", "parameters"), [(4, 426_288), (2, 410_700)])
def test_the_published_sizes(scale: int, parameters: int) -> None:
    """By hand, folded: 3x48 and 19 x 48x48 convolutions of 3x3, 1x1 of 192 to 48, 3x3 to 3 scale² channels."""
    by_hand = (27 * 48 + 48) + 19 * (9 * 48 * 48 + 48) + (192 * 48 + 48) + (9 * 48 + 1) * 3 * scale**2
    assert sum(weight.numel() for weight in SPAN(SpanConfig(scale=scale, folded=True)).parameters()) == by_hand
    assert by_hand == parameters
