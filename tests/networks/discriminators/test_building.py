"""Discriminators from what a recipe says, and the sentences for what it must not say."""

from __future__ import annotations

from typing import Any

import pytest

from burnish_models.networks.discriminators.building import build_discriminator
from burnish_models.networks.discriminators.patchgan import PatchGan


def test_a_recipe_names_it_and_its_hyper_parameters() -> None:
    module = build_discriminator("patchgan", features=8, layers=2, norm="spectral")
    assert isinstance(module, PatchGan)
    assert (module.config.features, module.config.layers, module.config.norm) == (8, 2, "spectral")
    assert module.config.minibatch == "none"


@pytest.mark.parametrize(
    ("name", "hyper", "says"),
    [
        ("patchgun", {}, ["patchgun", "srgan, patchgan, unet-sn, progressive"]),
        ("patchgan", {"layer": 3}, ["layer", "features", "layers", "norm", "minibatch"]),
        ("patchgan", {"layers": 0}, ["layers", "0"]),
        ("patchgan", {"features": "many"}, ["features"]),
        ("patchgan", {"norm": "group"}, ["norm", "instance"]),
        ("patchgan", {"minibatch": "stddev"}, ["minibatch", "deviation"]),
        ("patchgan", {"kernels": 9}, ["kernels", "discrimination"]),
        ("patchgan", {"minibatch": "discrimination", "kernels": 0}, ["kernels"]),
        ("srgan", {"size": 100}, ["size", "16", "100"]),
        ("srgan", {"size": 16}, ["size", "32", "16"]),
        ("srgan", {"norm": "instance"}, ["norm", "spectral"]),
        ("unet-sn", {"features": -1}, ["features", "-1"]),
        ("progressive", {"size": 48}, ["size", "power of two", "48"]),
        ("progressive", {"size": 16, "widest": 9999}, ["widest", "9999"]),
        ("progressive", {"stages": 0}, ["stages"]),
    ],
)
def test_what_cannot_be_built_is_refused_in_one_sentence(name: str, hyper: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(ValueError) as refused:
        build_discriminator(name, **hyper)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert all(word in sentence for word in says), sentence
