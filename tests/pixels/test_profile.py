"""Profiles: the right colours by an independent oracle, and back without loss."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageCms

from burnish.wire.geometry import Depth, PixelFormat, Transfer
from burnish_models.pixels.profile import colour_transform
from burnish_models.pixels.transfer import linear_to_srgb, srgb_to_linear
from pixels.profiles import (
    ADOBE_RGB,
    LINEAR_CURVE,
    P3_PROFILE,
    PROFILES,
    SRGB,
    SRGB_PARA,
    gamma,
    grey_profile,
    para,
    profile,
    rgb_profile,
    table,
    xyz,
)

NOT_SRGB = ["p3", "p3-table", "adobe", "prophoto", "linear"]


def transform_of(data, channels=3, transfer=Transfer.SRGB):
    return colour_transform(PixelFormat(8, 8, Depth.UINT16, channels, profile=data, transfer=transfer))


def round_trip(transform, values):
    return transform.to_layer(transform.to_srgb(values))


def every_code_per_channel(top):
    """All codes of each channel alone, beside none, half and all of the others."""
    codes = torch.arange(top + 1, dtype=torch.float64) / top
    pictures = []
    for channel in range(3):
        for rest in (0.0, 0.5, 1.0):
            picture = torch.full((3, top + 1), rest, dtype=torch.float64)
            picture[channel] = codes
            pictures.append(picture)
    return torch.cat([*pictures, codes.expand(3, -1)], dim=1)


@pytest.mark.parametrize("name", PROFILES)
def test_every_16_bit_code_comes_back(name):
    values = every_code_per_channel(65535)
    back = round_trip(transform_of(PROFILES[name]), values)
    assert ((back - values).abs() * 65535).max() < 0.1


@pytest.mark.parametrize("name", PROFILES)
def test_every_8_bit_code_comes_back_in_single_precision(name):
    values = every_code_per_channel(255).float()
    back = round_trip(transform_of(PROFILES[name]), values)
    assert ((back - values).abs() * 255).max() < 0.5


@pytest.mark.parametrize("name", ["srgb", "p3", "linear"])
def test_every_16_bit_code_comes_back_in_single_precision_where_curves_begin_straight(name):
    values = every_code_per_channel(65535)
    back = round_trip(transform_of(PROFILES[name]), values.float()).double()
    assert ((back - values).abs() * 65535).max() < 0.5


@pytest.mark.parametrize("name", ["adobe", "prophoto"])
def test_single_precision_loses_only_light_that_16_bits_cannot_show_beside_the_rest(name):
    transform = transform_of(PROFILES[name])
    values = every_code_per_channel(65535)
    back = round_trip(transform, values.float()).double()
    curve = transform.curves[0]
    assert (curve.to_linear(back) - curve.to_linear(values)).abs().max() < 2e-6
    lit = (curve.to_linear(values) > 1e-3).all(dim=0)
    assert lit.sum() > 60000
    assert ((back - values).abs() * 65535)[:, lit].max() < 0.5


@given(arrays.arrays(np.float64, (3, 7), elements=st.floats(-1, 4)), st.sampled_from(sorted(PROFILES)))
def test_colours_beyond_the_range_come_back_too(values, name):
    values = torch.from_numpy(values)
    torch.testing.assert_close(round_trip(transform_of(PROFILES[name]), values), values, atol=2e-6, rtol=1e-6)


@pytest.mark.parametrize("name", PROFILES)
def test_the_colours_are_what_littlecms_says(name):
    random = np.random.default_rng(5)
    picture = random.integers(0, 256, (64, 64, 3), np.uint8)
    source = ImageCms.ImageCmsProfile(io.BytesIO(PROFILES[name]))
    target = ImageCms.createProfile("sRGB")
    flags = ImageCms.Flags.NOOPTIMIZE | ImageCms.Flags.HIGHRESPRECALC
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    converted = ImageCms.profileToProfile(Image.fromarray(picture), source, target, intent, "RGB", flags=flags)
    ours = transform_of(PROFILES[name]).to_srgb(torch.from_numpy(picture / 255).permute(2, 0, 1))
    ours = (ours.clamp(0, 1) * 255).round().permute(1, 2, 0).numpy()
    assert np.abs(ours - np.asarray(converted, float)).max() <= 1


@pytest.mark.parametrize("name", NOT_SRGB)
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_tables_of_integers_agree_with_the_curves(name, depth):
    transform = transform_of(PROFILES[name])
    top = np.iinfo(depth).max
    codes = np.random.default_rng(1).integers(0, top, (3, 20, 30), dtype=depth, endpoint=True)
    expected = transform.to_srgb(torch.from_numpy(codes / top))
    torch.testing.assert_close(transform.integers_to_srgb(codes).double(), expected, atol=2e-5, rtol=1e-5)


@pytest.mark.parametrize("name", ["srgb", "srgb-table"])
def test_srgb_in_every_dress_is_left_alone(name):
    assert transform_of(PROFILES[name]).identity


@pytest.mark.parametrize("name", NOT_SRGB)
def test_other_profiles_are_not_taken_for_srgb(name):
    assert not transform_of(PROFILES[name]).identity


@pytest.mark.parametrize("name", PROFILES)
def test_white_and_grey_stay_neutral_and_in_range(name):
    grey = torch.linspace(0, 1, 256, dtype=torch.float64).expand(3, -1)
    seen = transform_of(PROFILES[name]).to_srgb(grey)
    assert (seen.amax(0) - seen.amin(0)).max() < 1e-6
    assert seen.max() <= 1 + 1e-9


def test_no_profile_means_srgb_or_linear():
    values = torch.rand(3, 5, 5, dtype=torch.float64)
    assert transform_of(b"").identity
    linear = transform_of(b"", transfer=Transfer.LINEAR)
    torch.testing.assert_close(linear.to_srgb(values), linear_to_srgb(values))
    torch.testing.assert_close(round_trip(linear, values), values)


@pytest.mark.parametrize(
    "curve",
    [
        gamma(2.2),
        LINEAR_CURVE,
        SRGB_PARA,
        table([0, 0.1, 0.4, 1]),
        table([0, 1]),
        table([0, 0, 0.25, 0.25, 1]),
        para(0, 1.9),
        para(1, 2.2, 1.1, -0.1),
        para(2, 2.2, 0.9, 0.0, 0.05),
        para(4, 2.4, 0.9, 0.05, 0.07, 0.045, 0.01, 0.0085),
    ],
)
def test_each_kind_of_curve_for_grey_layers(curve):
    """Light that goes there comes back as the same light, also where a curve is flat."""
    transform = transform_of(grey_profile(curve), channels=1)
    values = torch.linspace(0, 1.2, 1201, dtype=torch.float64)[None]
    seen = transform.to_srgb(values)
    assert (torch.diff(seen) >= -1e-12).all()
    torch.testing.assert_close(transform.to_srgb(transform.to_layer(seen)), seen, atol=1e-6, rtol=1e-6)
    steps = torch.diff(seen)[0] > 1e-9
    rising = torch.cat([steps[:1], steps]) & torch.cat([steps, steps[-1:]])
    back = round_trip(transform, values)
    torch.testing.assert_close(back[0, rising], values[0, rising], atol=1e-6, rtol=1e-6)
    assert back[0, 0] == 0


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        (gamma(2.0), 0.25),
        (para(0, 3.0), 0.125),
        (para(1, 2.0, 1.0, -0.25), 0.0625),
        (para(2, 2.0, 1.0, 0.0, 0.125), 0.375),
        (para(3, 2.0, 1.0, 0.0, 0.5, 0.75), 0.25),
        (para(4, 2.0, 1.0, 0.0, 0.5, 0.75, 0.0, 0.125), 0.375),
        (table([0, 0.25, 1]), 0.25),
    ],
)
def test_a_half_means_what_the_curve_says(curve, expected):
    seen = transform_of(grey_profile(curve), channels=1).to_srgb(torch.full((1, 1), 0.5, dtype=torch.float64))
    assert float(srgb_to_linear(seen)) == pytest.approx(expected, abs=2e-5)


UNUSABLE = {
    "empty": b"\0",
    "text": b"this is no profile" * 20,
    "cmyk": profile(b"CMYK", {}),
    "lab": profile(b"RGB ", {}, pcs=b"Lab "),
    "no tags": profile(b"RGB ", {}),
    "grey for colour": grey_profile(gamma(2.2)),
    "falling": rgb_profile(SRGB, table([1, 0])),
    "flat": rgb_profile(SRGB, table([0.5, 0.5])),
    "singular": rgb_profile((SRGB[0], SRGB[0], SRGB[2]), SRGB_PARA),
    "zero gamma": rgb_profile(ADOBE_RGB, gamma(0)),
    "unknown curve": rgb_profile(SRGB, para(9, 1.0)),
    "curve is xyz": rgb_profile(SRGB, xyz(SRGB[0])),
    "huge table": rgb_profile(SRGB, b"curv\0\0\0\0\xff\xff\xff\xff\0\0"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_values_of_other_profiles_are_taken_as_they_are(name):
    assert transform_of(UNUSABLE[name]).identity


@given(st.data())
@settings(max_examples=300)
def test_damaged_profiles_never_fail(data):
    whole = data.draw(st.sampled_from([*PROFILES.values(), grey_profile(SRGB_PARA)]))
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 12))):
        if damaged:
            damaged[data.draw(st.integers(0, min(len(damaged), 700) - 1))] = data.draw(st.integers(0, 255))
    for channels in (1, 3):
        transform = transform_of(bytes(damaged), channels)
        values = torch.rand(channels, 4, dtype=torch.float64)
        assert torch.isfinite(transform.to_srgb(values)).all()
        assert torch.isfinite(round_trip(transform, values)).all()


@given(arrays.arrays(np.float64, 20, elements=st.floats(-3, 5)))
def test_the_srgb_curve_is_odd_rising_and_exactly_undone(values):
    encoded = torch.from_numpy(np.sort(values))
    linear = srgb_to_linear(encoded)
    assert (torch.diff(linear) >= -1e-12).all()
    torch.testing.assert_close(linear_to_srgb(linear), encoded, atol=1e-7, rtol=1e-7)
    torch.testing.assert_close(srgb_to_linear(-encoded), -linear)


def test_display_p3_red_lies_outside_srgb():
    red = transform_of(P3_PROFILE).to_srgb(torch.tensor([[1.0], [0.0], [0.0]]))
    assert float(red[0]) == pytest.approx(1.0930, abs=1e-3)
    assert float(red[1]) == pytest.approx(-0.2267, abs=2e-3)
    assert float(red[2]) == pytest.approx(-0.1501, abs=2e-3)
