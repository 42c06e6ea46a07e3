"""What CycleGAN's generators have around their residual blocks: halve the size twice, and double it twice.

Source: Johnson et al., Perceptual Losses for Real-Time Style Transfer (2016); Zhu et al., CycleGAN (2017), appendix
7.2: c7s1-64, d128, d256, blocks, u128, u64, c7s1-3, reflection padding, tanh.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor, nn

from burnish_models.catalogue.model import WHOLE_PICTURE
from burnish_models.networks.network import State, shape_of
from burnish_models.networks.normalisation import Normalisation, convolution_has_bias, sees_everything
from burnish_models.networks.normalisation import layers as normalised
from burnish_models.networks.receptive import convolution, convolutions, receptive_field, transposed

MULTIPLE = 8  # the strides need multiples of 4; reflection needs 2 x 2 pixels where the picture is smallest


def framed(features: int, normalisation: Normalisation, blocks: Iterable[nn.Module]) -> nn.Sequential:
    """The whole generator: [N, 3, h, w] to the same size, both -1 to 1; h and w must be multiples of 8.

    Without normalisation its layers are missing from the sequence, so that the keys of a state dict tell.
    """
    bias = convolution_has_bias(normalisation)
    parts: list[nn.Module] = [nn.ReflectionPad2d(3), nn.Conv2d(3, features, 7, bias=bias)]
    parts += [*normalised(normalisation, features), nn.ReLU(inplace=True)]
    for inputs in (features, 2 * features):
        parts.append(nn.Conv2d(inputs, 2 * inputs, 3, stride=2, padding=1, bias=bias))
        parts += [*normalised(normalisation, 2 * inputs), nn.ReLU(inplace=True)]
    parts += blocks
    for inputs in (4 * features, 2 * features):
        parts.append(nn.ConvTranspose2d(inputs, inputs // 2, 3, stride=2, padding=1, output_padding=1, bias=bias))
        parts += [*normalised(normalisation, inputs // 2), nn.ReLU(inplace=True)]
    parts += [nn.ReflectionPad2d(3), nn.Conv2d(features, 3, 7), nn.Tanh()]
    return nn.Sequential(*parts)


def run(frame: nn.Sequential, picture: Tensor) -> Tensor:
    """0 to 1, by way of the -1 to 1 that the generator works in."""
    return (frame(picture * 2 - 1) + 1) / 2


def field(blocks: int, normalisation: Normalisation) -> int:
    """The receptive field with so many blocks of two 3x3 convolutions."""
    if sees_everything(normalisation):
        return WHOLE_PICTURE
    down, up = convolution(3, stride=2), transposed(3, stride=2, padding=1)
    steps = [convolution(7), down, down, *convolutions(2 * blocks), up, up, convolution(7)]
    return receptive_field(steps, period=4)


def activation_bytes(features: int, normalisation: Normalisation) -> float:
    """Measured on a CPU in channels_last at 256 x 256 pixels, per input pixel, mobile and not alike.

    With 32 features 672 to 750 with instance, 730 with batch and 425 without normalisation; with 64 features 1,093
    with instance and 1,172 with batch normalisation; 285 without it and 16.
    """
    return (9.0 if normalisation == "none" else 18.0) * features + 145.0


def features_of(state: State) -> int | None:
    """The channels of the first convolution, or None where the state dict does not begin as framed() does."""
    first = shape_of(state, "model.1.weight", 4)
    return first[0] if first is not None and first[1:] == (3, 7, 7) else None


def block_numbers(state: State, kind: str) -> list[int]:
    """The places in the sequence of the blocks, whose keys are model.<place>.<kind>.*; in order."""
    parts = (key.split(".") for key in state)
    return sorted({int(part[1]) for part in parts if len(part) > 3 and part[2] == kind and part[1].isdecimal()})
