"""Probabilities, groups, random orders, rounding, and the second-order chain of Real-ESRGAN."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import TypeAdapter

from burnish_models.data.degradations.bicubic import imresize
from burnish_models.data.degradations.quantise import Quantise, quantised
from burnish_models.data.degradations.schema import REAL_ESRGAN, AnyOrder, DegradationConfig, InOrder, RealEsrgan
from burnish_models.data.degradations.stage import Size, Stage, choose
from burnish_models.data.pictures import decode
from data_room.pictures_for_tests import flat

PHOTOGRAPH = Path(__file__).parents[2] / "data" / "chelsea.png"
CONFIG: TypeAdapter = TypeAdapter(DegradationConfig)


class Times(Stage):
    """Multiplies by a number, then adds another: two of them show the order that they come in."""

    factor: float = 1
    plus: float = 0

    def degrade(self, image: NDArray[np.float32], random: np.random.Generator, size: Size) -> NDArray[np.float32]:
        return image * np.float32(self.factor) + np.float32(self.plus)


DOUBLE, ADD = Times(factor=2), Times(plus=0.25)


def values(stage: Stage, count: int = 200) -> list[float]:
    return [float(stage.apply(flat(0.25, 2), np.random.default_rng(i), (2, 2))[0, 0, 0]) for i in range(count)]


def test_a_probability_is_how_often() -> None:
    assert np.mean(np.array(values(Times(factor=2, probability=0.3))) == 0.5) == pytest.approx(0.3, abs=0.1)
    assert set(values(Times(factor=2, probability=0))) == {0.25}


def test_groups_keep_their_order_or_draw_it() -> None:
    in_order = InOrder.model_construct(type="in-order", probability=1.0, stages=(DOUBLE, ADD))
    any_order = AnyOrder.model_construct(type="any-order", probability=1.0, stages=(DOUBLE, ADD))
    assert set(values(in_order)) == {0.75}
    drawn = values(any_order)
    assert set(drawn) == {0.75, 1.0}
    assert drawn.count(1.0) == pytest.approx(100, abs=35)


def test_choices_follow_their_shares() -> None:
    random = np.random.default_rng(0)
    drawn = np.bincount([choose(random, (3, 0, 1)) for _ in range(2000)], minlength=3) / 2000
    np.testing.assert_allclose(drawn, [0.75, 0, 0.25], atol=0.04)
    with pytest.raises(ValueError, match="above 0"):
        choose(random, (0, 0))


@pytest.mark.parametrize("bits", [1, 3, 8, 12])
def test_rounding_has_so_many_levels(bits: int) -> None:
    image = np.random.default_rng(0).uniform(-0.2, 1.2, (90, 90, 3)).astype(np.float32)
    rounded = quantised(image, bits)
    assert np.abs(rounded - image.clip(0, 1)).max() <= 0.5 / (2**bits - 1) + 1e-7
    assert {0.0, 1.0} <= set(np.unique(rounded))
    if bits <= 8:  # more levels than that do not all occur among 24,300 values
        assert len(np.unique(rounded)) == 2**bits
    np.testing.assert_array_equal(Quantise(bits=bits).apply(image, np.random.default_rng(0), (90, 90)), rounded)


def degraded(seed: int) -> NDArray[np.float32]:
    photograph = decode(PHOTOGRAPH)[60:188, 150:278].astype(np.float32) / 255
    return RealEsrgan().apply(photograph, np.random.default_rng(seed), (32, 32))


def test_the_chain_makes_an_eight_bit_input_of_the_wanted_size() -> None:
    for seed in range(12):
        image = degraded(seed)
        assert image.shape == (32, 32, 3) and image.dtype == np.float32
        np.testing.assert_allclose(image * 255, np.round(image * 255), atol=1e-4)
        assert image.min() >= 0 and image.max() <= 1


def test_the_chain_keeps_what_the_picture_shows() -> None:
    """Each result is nearer to the plain reduction of its picture than another picture would be; all of them differ."""
    photograph = decode(PHOTOGRAPH)[60:188, 150:278].astype(np.float32) / 255
    plain = imresize(photograph, (32, 32))
    results = [degraded(seed) for seed in range(12)]
    alike = [float(np.corrcoef(result.ravel(), plain.ravel())[0, 1]) for result in results]
    assert np.median(alike) > 0.8 and min(alike) > 0.4
    assert max(alike) < 0.999
    assert len({result.tobytes() for result in results}) == 12


def test_the_chain_is_the_papers() -> None:
    """Every number of the authors' published training options, spelled out once more."""
    blur, resize, noise, jpeg, blur2, resize2, noise2, last, _ = (stage.model_dump() for stage in REAL_ESRGAN)
    kinds = [
        "isotropic_share",
        "anisotropic_share",
        "generalised_share",
        "generalised_anisotropic_share",
        "plateau_share",
        "plateau_anisotropic_share",
    ]
    for stage, sigma, probability in ((blur, (0.2, 3), 1), (blur2, (0.2, 1.5), 0.8)):
        assert [stage[kind] for kind in kinds] == [0.45, 0.25, 0.12, 0.03, 0.12, 0.03]
        assert stage["sigma"] == sigma and stage["probability"] == probability and stage["size"] == (7, 21)
        assert stage["sinc_probability"] == 0.1
        assert stage["generalised_beta"] == (0.5, 4) and stage["plateau_beta"] == (1, 2)
    for stage, shares, factor in ((resize, (0.2, 0.7, 0.1), (0.15, 1.5)), (resize2, (0.3, 0.4, 0.3), (0.3, 1.2))):
        assert (stage["up_share"], stage["down_share"], stage["keep_share"]) == shares
        assert stage["factor"] == factor and stage["methods"] == ("area", "bilinear", "bicubic")
    assert (resize["relative_to"], resize2["relative_to"]) == ("image", "input")
    for stage, sigma, poisson in ((noise, (1, 30), (0.05, 3)), (noise2, (1, 25), (0.05, 2.5))):
        assert stage["sigma"] == sigma and stage["poisson"] == poisson
        assert stage["poisson_share"] == 0.5 and stage["grey_share"] == 0.4
    group, jpeg2 = last["stages"]
    fit, sinc = group["stages"]
    assert last["type"] == "any-order" and group["type"] == "in-order" and fit["type"] == "fit"
    assert sinc["type"] == "sinc" and sinc["probability"] == 0.8 and sinc["cutoff"] == (np.pi / 3, np.pi)
    assert jpeg["quality"] == jpeg2["quality"] == (30, 95)


def test_a_recipe_can_spell_the_chain_out() -> None:
    """What the chain is made of, read back from JSON, degrades alike."""
    stages = [CONFIG.validate_json(CONFIG.dump_json(stage)) for stage in REAL_ESRGAN]
    assert tuple(stages) == REAL_ESRGAN
    group = CONFIG.validate_python({"type": "in-order", "stages": [CONFIG.dump_python(stage) for stage in REAL_ESRGAN]})
    assert group.fits() is True
    assert CONFIG.validate_python({**CONFIG.dump_python(group), "probability": 0.5}).fits() is False


@pytest.mark.parametrize(
    ("stages", "fits"),
    [
        ([{"type": "noise"}], None),
        ([{"type": "resize"}], False),
        ([{"type": "resize"}, {"type": "fit"}], True),
        ([{"type": "fit"}, {"type": "resize"}], False),
    ],
)
def test_what_makes_sure_of_the_size(stages: list[dict], fits: bool | None) -> None:
    assert CONFIG.validate_python({"type": "in-order", "stages": stages}).fits() is fits
    any_order = CONFIG.validate_python({"type": "any-order", "stages": stages})
    assert any_order.fits() is (fits if len(stages) == 1 else False)
