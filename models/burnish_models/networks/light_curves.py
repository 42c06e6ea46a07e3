"""The light-enhancement curves of Zero-DCE, and the seven convolutions that estimate them.

Source: Guo et al., Zero-Reference Deep Curve Estimation (2020), arXiv 2001.06826. Its curve (equation 1) is
x + A x (1 - x); the released code computes x + A (x² - x), so its maps have the other sign. We follow the code, whose
weights exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = 3


def curve(x: Tensor, a: Tensor) -> Tensor:
    """x + a (x² - x): 0 stays 0, 1 stays 1, and it rises everywhere where a is -1 to 1; below 0 it brightens."""
    return x + a * (x * x - x)


def apply_curves(picture: Tensor, maps: Iterable[Tensor]) -> Tensor:
    """One curve after the other, with a map for each (equation 3).

    Args:
        picture: [N, 3, h, w], 0 to 1.
        maps: one [N, 3, h, w] for each curve, -1 to 1.

    Returns:
        [N, 3, h, w], 0 to 1.
    """
    for a in maps:
        picture = curve(picture, a)
    return picture


def estimated_maps(layers: Sequence[nn.Module], picture: Tensor) -> Tensor:
    """Seven layers, the last three of which also see the results of the third, second and first (figure 2)."""
    first, second, third, fourth, fifth, sixth, last = layers
    x1 = functional.relu(first(picture))
    x2 = functional.relu(second(x1))
    x3 = functional.relu(third(x2))
    x4 = functional.relu(fourth(x3))
    x5 = functional.relu(fifth(torch.cat((x3, x4), 1)))
    x6 = functional.relu(sixth(torch.cat((x2, x5), 1)))
    return torch.tanh(last(torch.cat((x1, x6), 1)))
