"""Hinge with spectral normalisation and WGAN-GP make every heap of a toy on which the vanilla game loses most."""

from __future__ import annotations

import pytest

from losses.mode_collapse import GAMES, HEAPS, heaps_made


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_keeps_the_discriminator_smooth_keeps_the_heaps(seed: int) -> None:
    assert heaps_made(GAMES["vanilla"], seed) <= HEAPS - 2
    assert heaps_made(GAMES["hinge, spectral norm"], seed) == HEAPS
    assert heaps_made(GAMES["Wasserstein, gradient penalty"], seed) == HEAPS
