"""Generators from names and hyper-parameters: what recipes may say, and how they are corrected."""

from __future__ import annotations

from typing import Any

import pytest

from burnish_models.networks.building import build_generator
from burnish_models.networks.registry import NETWORKS
from networks.configs import CONFIGS


@pytest.mark.parametrize(("name", "config"), CONFIGS, ids=[f"{n}-{c}" for n, c in CONFIGS])
def test_every_configuration_can_be_given_as_a_mapping(name: str, config: Any) -> None:
    hyper = {key: list(value) if isinstance(value, tuple) else value for key, value in vars(config).items()}
    module = build_generator(name, **hyper)
    assert module.training
    assert module.config == config if hasattr(module, "config") else name in ("upconv7",)


def test_what_is_left_out_keeps_its_default() -> None:
    module: Any = build_generator("srresnet", features=8, blocks=1)
    assert (module.config.features, module.config.scale, module.config.batch_norm) == (8, 4, True)


@pytest.mark.parametrize(
    ("name", "hyper", "words"),
    [
        ("srgan", {}, ["'srgan'", *(network.name for network in NETWORKS)]),
        ("srresnet", {"depth": 3}, ["srresnet", "depth", "features, blocks, scale, batch_norm"]),
        ("srresnet", {"scale": 5}, ["srresnet", "scale", "1, 2, 3, 4, 8", "5"]),
        ("srresnet", {"features": "many"}, ["srresnet", "features", "integer"]),
        ("srvgg-compact", {"features": -1}, ["srvgg-compact", "features=-1"]),
        ("mobile-resnet", {"normalisation": "group"}, ["mobile-resnet", "normalisation", "instance", "none"]),
        ("cyclegan-resnet", {"normalisation": "none"}, ["cyclegan-resnet", "instance", "'none'"]),
        ("denoising-unet", {"features": [32]}, ["denoising-unet", "two levels"]),
        ("progressive", {"stage": 3}, ["progressive", "0 to 2", "3"]),
        ("span", {"blocks": 0}, ["span", "one block"]),
    ],
)
def test_a_mistake_is_one_sentence_that_says_what_is_known(name: str, hyper: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ValueError) as raised:
        build_generator(name, **hyper)
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert [word for word in words if word not in sentence] == []
