"""AlexNet's trunk against its layer list, built here a second time with torch's own modules."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish_models.networks.alexnet import AlexNet

SHAPES = ((4, 3, 11), (5, 4, 5), (6, 5, 3), (7, 6, 3), (8, 7, 3))
"""Filters, channels and side of each convolution, narrower than AlexNet's own."""


def weights(places: tuple[int, ...] = (0, 3, 6, 8, 10), prefix: str = "features.") -> dict[str, Tensor]:
    """A state dict whose convolutions have these layer numbers; torchvision's by default."""
    torch.manual_seed(5)
    state: dict[str, Tensor] = {}
    for place, (filters, channels, side) in zip(places, SHAPES, strict=True):
        state[f"{prefix}{place}.weight"] = torch.randn(filters, channels, side, side) / side
        state[f"{prefix}{place}.bias"] = torch.randn(filters)
    return state


def picture(height: int = 70, width: int = 83) -> Tensor:
    return torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(1))


def normalised(x: Tensor) -> Tensor:
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (x - mean.view(1, 3, 1, 1)) / deviation.view(1, 3, 1, 1)


def test_features_are_those_of_its_layers_before_the_relu() -> None:
    layers = nn.Sequential(
        nn.Conv2d(3, 4, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(4, 5, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(5, 6, 3, padding=1), nn.ReLU(),
        nn.Conv2d(6, 7, 3, padding=1), nn.ReLU(),
        nn.Conv2d(7, 8, 3, padding=1),
    )  # fmt: skip
    layers.load_state_dict(weights(prefix=""))
    found = AlexNet(weights())(picture())
    assert tuple(found) == ("conv1", "conv2", "conv3", "conv4", "conv5")
    for name, number in zip(found, (0, 3, 6, 8, 10), strict=True):
        torch.testing.assert_close(found[name], layers[: number + 1](normalised(picture())), rtol=1e-4, atol=1e-5)


def blurred(x: Tensor) -> Tensor:
    """A mirrored border of two pixels, [1, 2, 1] in both directions, and every second pixel."""
    taps = torch.tensor([0.25, 0.5, 0.25])
    channels = x.shape[1]
    x = functional.pad(x, (2, 2, 2, 2), mode="reflect")
    x = functional.conv2d(x, taps.view(1, 1, 3, 1).expand(channels, 1, 3, 1), groups=channels)
    return functional.conv2d(x, taps.view(1, 1, 1, 3).expand(channels, 1, 1, 3), groups=channels)[..., ::2, ::2]


def test_the_shift_tolerant_form_blurs_where_the_other_one_strides() -> None:
    state = weights((0, 5, 9, 11, 13), "net.slice1.") | {"net.slice1.1.filt": torch.zeros(4, 1, 3, 3)}
    convolved = [
        (state[f"net.slice1.{place}.weight"], state[f"net.slice1.{place}.bias"]) for place in (0, 5, 9, 11, 13)
    ]
    x = blurred(functional.conv2d(normalised(picture()), *convolved[0], padding=2))
    expected = [x]
    for number in (1, 2):
        x = blurred(functional.max_pool2d(functional.relu(x), 3, 1))
        x = functional.conv2d(x, *convolved[number], padding=(2, 2) if number == 1 else (1, 1))
        expected.append(x)
    for number in (3, 4):
        x = functional.conv2d(functional.relu(x), *convolved[number], padding=1)
        expected.append(x)
    for found, wanted in zip(AlexNet(state)(picture()).values(), expected, strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shift_tolerant", [False, True])
def test_the_smallest_picture_is_told(shift_tolerant: bool) -> None:
    trunk = AlexNet(weights() | ({"features.1.filt": torch.zeros(1)} if shift_tolerant else {}))
    assert trunk(picture(trunk.smallest, trunk.smallest))["conv5"].numel() > 0
    with pytest.raises(RuntimeError):
        trunk(picture(trunk.smallest - 1, trunk.smallest - 1))


def test_other_weights_are_refused_in_a_sentence() -> None:
    state = weights()
    with pytest.raises(ValueError, match="five convolutions"):
        AlexNet({key: value for key, value in state.items() if ".10." not in key})
    with pytest.raises(ValueError, match="Convolution 2 "):
        AlexNet(state | {"features.3.weight": torch.zeros(5, 9, 5, 5)})
