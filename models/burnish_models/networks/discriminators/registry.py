"""Every discriminator that Burnish knows. A new one is its own file and one line here."""

from __future__ import annotations

from burnish_models.networks.discriminators import patchgan, progressive, srgan, unet_sn
from burnish_models.networks.discriminators.contract import Discriminator, RecognisedDiscriminator, expected_shapes
from burnish_models.networks.network import State, is_counter, shapes_of

DISCRIMINATORS: tuple[Discriminator, ...] = (
    srgan.DISCRIMINATOR,
    patchgan.DISCRIMINATOR,
    unet_sn.DISCRIMINATOR,
    progressive.DISCRIMINATOR,
)


def discriminator_named(name: str) -> Discriminator:
    """The discriminator that recipes call so. Raises KeyError."""
    return {discriminator.name: discriminator for discriminator in DISCRIMINATORS}[name]


def recognise_discriminator(state: State) -> RecognisedDiscriminator | None:
    """The known discriminator whose keys and shapes are exactly those of `state`, or None."""
    state = {key: value for key, value in state.items() if not is_counter(key)}
    for discriminator in DISCRIMINATORS:
        renamed = discriminator.rename(state)
        try:
            config = discriminator.detect(renamed)
        except ValueError:  # hyper-parameters that no such discriminator has
            continue
        if config is not None and shapes_of(renamed) == expected_shapes(discriminator, config):
            return RecognisedDiscriminator(discriminator, config, renamed)
    return None
