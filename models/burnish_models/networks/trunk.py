"""What the trunks of image classifiers share: how pictures enter, how frozen convolutions come from a state dict."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)

Weights = list[tuple[Tensor, Tensor]]
"""Weight [out, in, k, k] and bias [out] of one convolution after the other."""

_LAYER = re.compile(r"(?:^|\.)(\d+)\.weight$")


class Trunk(nn.Module, ABC):
    """A classifier's convolutions, frozen and in float32: a picture to feature maps by name, each before its ReLU.

    Attributes:
        names: of the feature maps, in their order.
        smallest: the least height and width at which all of them can be computed.
    """

    names: tuple[str, ...]
    smallest: int
    mean: Tensor
    deviation: Tensor

    def __init__(self, convolutions: list[nn.Conv2d]) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(convolutions)
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(IMAGENET_DEVIATION).view(1, 3, 1, 1), persistent=False)
        self.eval().requires_grad_(False)

    @abstractmethod
    def walk(self, x: Tensor, last: str | None = None) -> Iterator[tuple[str, Tensor]]:
        """One feature map after the other, with its name, so that none needs to be kept. See `forward`."""

    def forward(self, x: Tensor, last: str | None = None) -> dict[str, Tensor]:
        """Every convolution's output before its ReLU, by name.

        Always in float32, also inside an autocast region: in half precision deep features overflow.

        Args:
            x: [N, 3, h, w], RGB, sRGB-encoded, 0 to 1, h and w at least `smallest` unless `last` comes earlier.
            last: where to stop, where later features are not needed.

        Raises:
            ValueError: where there is no convolution named `last`.
        """
        if last is not None and last not in self.names:
            raise ValueError(f"There is no convolution {last}; there are: {', '.join(self.names)}.")
        with torch.autocast(x.device.type, enabled=False):
            return dict(self.walk(x, last))

    def normalised(self, x: Tensor) -> Tensor:
        """[N, 3, h, w], sRGB-encoded RGB, 0 to 1, as ImageNet's classifiers want it: in float32."""
        return (x.float() - self.mean) / self.deviation


def numbered_convolutions(state: Mapping[str, Tensor]) -> Weights:
    """Every convolution over space, in the order of the layer numbers that its keys end in: "features.0.weight".

    Layers of another kind, and convolutions of 1 × 1 or without a bias, are passed over.

    Raises:
        ValueError: where the weights have batch normalisation, which no perceptual loss and no judge is defined for.
    """
    if any(key.endswith("running_mean") for key in state):
        raise ValueError("These weights have batch normalisation, which no perceptual loss or judge is defined for.")
    numbered: dict[int, tuple[Tensor, Tensor]] = {}
    for key, weight in state.items():
        found = _LAYER.search(key)
        bias = state.get(f"{key.removesuffix('weight')}bias")
        if found and weight.dim() == 4 and weight.shape[2] > 1 and bias is not None:
            numbered[int(found[1])] = (weight, bias)
    weights = [numbered[number] for number in sorted(numbered)]
    _check_chain(weights)
    return weights


def is_blurred(state: Mapping[str, Tensor]) -> bool:
    """Whether these weights belong to a network that halves its pictures with `BlurPool`, whose taps they list."""
    return any(key.endswith(".filt") for key in state)


def frozen_convolution(weight: Tensor, bias: Tensor, stride: int, padding: int) -> nn.Conv2d:
    """A convolution with copies of these weights, in float32."""
    with torch.device("meta"):  # no time for initial values that are replaced at once
        layer = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], stride, padding)
    # A copy: the tensors of a user's file may be mapped from the disk, where the user can overwrite them.
    layer.weight, layer.bias = (nn.Parameter(torch.empty(v.shape).copy_(v)) for v in (weight, bias))
    return layer


def _check_chain(weights: Weights) -> None:
    """Each convolution must take what the one before gives. Raises ValueError."""
    given = 3
    for number, (weight, bias) in enumerate(weights, 1):
        if weight.shape[1] != given or tuple(bias.shape) != (weight.shape[0],):
            raise ValueError(f"Convolution {number} of the weights does not follow the one before it.")
        given = weight.shape[0]
