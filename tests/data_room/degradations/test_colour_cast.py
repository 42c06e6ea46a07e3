"""Each knob of the colour cast moves its own statistic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish_models.data.degradations.colour_cast import ColourCast, faded, white_balance_error
from burnish_models.data.degradations.linear_light import to_linear
from data_room.pictures_for_tests import flat

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
NOTHING = {"warmth": 0, "tint": 0, "desaturation": 0, "black": 0, "white": 0, "yellowing": 0}


def stops(image: np.ndarray) -> tuple[float, float]:
    """How many stops red is above blue, and green above the middle of both, in linear light."""
    red, green, blue = to_linear(image).reshape(-1, 3).mean(axis=0)
    return float(np.log2(red / blue)), float(np.log2(green / np.sqrt(red * blue)))


def colours() -> np.ndarray:
    return np.random.default_rng(0).uniform(0.1, 0.8, (16, 16, 3)).astype(np.float32)


def saturation(image: np.ndarray) -> float:
    return float((image - image.mean(axis=2, keepdims=True)).std())


@given(st.floats(-0.8, 0.8), st.floats(-0.4, 0.4))
def test_the_error_is_as_many_stops_as_said(warmth: float, tint: float) -> None:
    cast = white_balance_error(flat(0.5, 4), warmth, tint)
    assert stops(cast) == pytest.approx((warmth, tint), abs=1e-4)
    assert (to_linear(cast) @ LUMINANCE).mean() == pytest.approx(to_linear(flat(0.5, 4))[0, 0, 0], rel=1e-4)


def test_warmth_and_tint_are_drawn_either_way() -> None:
    config, grey = ColourCast(**{**NOTHING, "warmth": 0.6, "tint": 0.2}), flat(0.5, 4)
    casts = [stops(config.apply(grey, np.random.default_rng(seed), (4, 4))) for seed in range(200)]
    warmth, tint = np.array(casts).T
    assert -0.61 < warmth.min() < -0.5 and 0.5 < warmth.max() < 0.61
    assert -0.21 < tint.min() < -0.17 and 0.17 < tint.max() < 0.21
    assert abs(np.corrcoef(warmth, tint)[0, 1]) < 0.2


@given(st.floats(0, 1))
def test_desaturation_takes_its_share(share: float) -> None:
    after = faded(colours(), share, 0, 0)
    assert saturation(after) == pytest.approx(saturation(colours()) * (1 - share), rel=1e-3, abs=1e-6)
    np.testing.assert_allclose(after @ [0.299, 0.587, 0.114], colours() @ [0.299, 0.587, 0.114], atol=1e-5)


@given(st.floats(0, 0.2), st.floats(0, 0.2), st.floats(0, 1))
def test_black_is_lifted_and_white_lowered(black: float, white: float, yellowing: float) -> None:
    np.testing.assert_allclose(
        faded(flat(0, 1), 0, black, white, yellowing)[0, 0], [black, black, black * (1 - yellowing)], atol=1e-6
    )
    np.testing.assert_allclose(faded(flat(1, 1), 0, black, white, yellowing)[0, 0], 1 - white, atol=1e-6)


def test_nothing_is_nothing() -> None:
    image = colours()
    np.testing.assert_allclose(ColourCast(**NOTHING).apply(image, np.random.default_rng(0), (16, 16)), image, atol=1e-6)


@pytest.mark.parametrize("field", ["desaturation", "black", "white"])
def test_the_other_knobs_stay(field: str) -> None:
    image = ColourCast(**{**NOTHING, field: (0.2, 0.2)}).apply(colours(), np.random.default_rng(0), (16, 16))
    moved = {
        "desaturation": saturation(image) / saturation(colours()) < 0.81,
        "black": image.min() > colours().min() + 0.1,
        "white": image.max() < colours().max() - 0.1,
    }
    assert moved[field]
    assert not moved["white" if field == "black" else "black"]
