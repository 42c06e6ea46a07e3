"""Rewritten layers compute what the originals compute."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from burnish_models.engines.rewrite import PhasedUpsampling, with_faster_layers


@settings(deadline=None)
@given(
    padding=st.integers(0, 3),
    inputs=st.integers(1, 9),
    outputs=st.integers(1, 5),
    height=st.integers(3, 9),
    width=st.integers(3, 9),
    bias=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_phases_equal_the_transposed_convolution(padding, inputs, outputs, height, width, bias, seed):
    torch.manual_seed(seed)
    layer = nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=padding, bias=bias, dtype=torch.float64)
    x = torch.randn(2, inputs, height, width, dtype=torch.float64)
    torch.testing.assert_close(PhasedUpsampling(layer)(x), layer(x), rtol=1e-12, atol=1e-12)


def test_only_what_suits_is_exchanged_and_the_original_stays():
    doubling, other = nn.ConvTranspose2d(4, 3, 4, stride=2, padding=1), nn.ConvTranspose2d(3, 3, 3, stride=2)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), doubling, nn.Sequential(other)).eval()
    faster = with_faster_layers(network)
    assert isinstance(faster[1], PhasedUpsampling)
    assert isinstance(faster[2][0], nn.ConvTranspose2d)
    assert network[1] is doubling
    assert not faster[1].training
    x = torch.randn(1, 3, 8, 9)
    torch.testing.assert_close(faster(x), network(x))


def test_a_network_that_is_nothing_else():
    layer = nn.ConvTranspose2d(4, 3, 4, stride=2, padding=3).eval()
    x = torch.randn(1, 4, 6, 5)
    torch.testing.assert_close(with_faster_layers(layer)(x), layer(x))
