"""A discriminator from the name and the hyper-parameters that a recipe gives."""

from __future__ import annotations

from typing import Any

from torch import nn

from burnish_models.networks.building import configured
from burnish_models.networks.discriminators.registry import DISCRIMINATORS, discriminator_named


def build_discriminator(name: str, **hyper: Any) -> nn.Module:
    """An untrained discriminator, float32, in training mode.

    Args:
        name: one of DISCRIMINATORS.
        hyper: fields of its configuration; the paper's value where one is left out.

    Raises:
        ValueError: in one sentence, where there is no such discriminator, hyper-parameter or value.
    """
    config = discriminator_config(name, **hyper)
    return discriminator_named(name).build(config)


def discriminator_config(name: str, **hyper: Any) -> Any:
    """The checked configuration that `build_discriminator` builds from; the same arguments and errors."""
    try:
        discriminator = discriminator_named(name)
    except KeyError:
        known = ", ".join(discriminator.name for discriminator in DISCRIMINATORS)
        raise ValueError(f"There is no discriminator named {name}; there are: {known}.") from None
    return configured(name, discriminator.config, hyper)
