"""The quick tables of 8-bit layers against the exact formulas."""

import pytest
import torch

from burnish.wire.geometry import Depth, PixelFormat
from burnish_models.pixels.eight_bit import EightBitTransform, for_eight_bits
from burnish_models.pixels.profile import colour_transform
from pixels.profiles import DISPLAY_P3, LINEAR_CURVE, PROFILES, SRGB_PARA, grey_profile, rgb_profile, table

CASES = {
    "none": b"",
    "srgb": PROFILES["srgb"],
    "p3": PROFILES["p3"],
    "p3-table": PROFILES["p3-table"],
    "linear": PROFILES["linear"],
    "three curves": rgb_profile(DISPLAY_P3, LINEAR_CURVE, SRGB_PARA, table([0, 0.2, 1])),
    "grey": grey_profile(table([0, 0.1, 0.4, 1])),
}


def both(name):
    channels = 1 if name == "grey" else 3
    exact = colour_transform(PixelFormat(1, 1, Depth.UINT8, channels, profile=CASES[name]))
    torch.manual_seed(4)
    ramp = torch.linspace(0, 1, 256).expand(channels, -1)
    return exact, for_eight_bits(exact), torch.cat([ramp, torch.rand(channels, 9000) ** 3], dim=1)[:, None]


@pytest.mark.parametrize("name", CASES)
def test_layer_values_are_right_to_a_quarter_of_a_code(name):
    exact, quick, values = both(name)
    assert isinstance(quick, EightBitTransform)
    for quickly, exactly in (
        (quick.from_light(exact.to_light(values)), values),
        (quick.to_layer(exact.to_srgb(values)), values),
        (quick.srgb_light_to_layer(values), exact.srgb_light_to_layer(values).clamp(0, 1)),
    ):
        assert quickly.shape == values.shape
        assert ((quickly - exactly).abs() * 255).max() < 0.25


@pytest.mark.parametrize("name", CASES)
def test_light_of_srgb_is_right_far_beyond_the_range(name):
    exact, quick, _ = both(name)
    encoded = torch.linspace(-0.9, 1.9, 3001)[None, None]
    torch.testing.assert_close(quick.srgb_to_light(encoded), exact.srgb_to_light(encoded), atol=2e-4, rtol=0)


@pytest.mark.parametrize("name", ["adobe", "prophoto"])
def test_curves_that_are_too_steep_at_black_are_followed_exactly(name):
    exact = colour_transform(PixelFormat(1, 1, Depth.UINT8, 3, profile=PROFILES[name]))
    assert for_eight_bits(exact) is exact
