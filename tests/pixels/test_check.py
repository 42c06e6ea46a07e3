"""Outputs that went wrong are noticed, honest ones are not."""

import pytest
import torch
from torch.nn.functional import interpolate

from burnish_models.pixels.check import looks_broken

torch.manual_seed(0)
PHOTO = torch.rand(3, 6, 8).repeat_interleave(8, 1).repeat_interleave(8, 2)


def larger(picture):
    return interpolate(picture[None], scale_factor=2)[0]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 65504.0])
def test_one_impossible_value_is_enough(value):
    output = larger(PHOTO)
    output[1, 17, 33] = value
    assert looks_broken(output, PHOTO)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, -0.2])
def test_a_featureless_output_of_a_picture_is_broken(value):
    assert looks_broken(torch.full((3, 96, 128), value), PHOTO)


def test_black_for_an_even_grey_is_broken():
    assert looks_broken(torch.zeros(3, 32, 32), torch.full((3, 16, 16), 0.4))


@pytest.mark.parametrize(
    "given",
    [PHOTO, torch.zeros(3, 16, 16), torch.ones(3, 16, 16), torch.full((3, 5, 3), 0.5), torch.full((3, 16, 16), 0.01)],
)
def test_honest_outputs_pass(given):
    assert not looks_broken(larger(given), given)
    assert not looks_broken(larger(given) * 1.05 - 0.02, given)


def test_noise_may_be_smoothed_away():
    noise = (0.5 + 0.1 * torch.randn(3, 64, 64)).clamp(0, 1)
    assert not looks_broken(torch.full((3, 128, 128), 0.5), noise)


def test_near_black_may_become_black():
    assert not looks_broken(torch.zeros(3, 64, 64), torch.rand(3, 32, 32) * 0.04)
