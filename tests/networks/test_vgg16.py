"""The VGG trunks against the layer lists of the paper, built here a second time with torch's own modules."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import ndimage
from torch import Tensor, nn

from burnish_models.networks.blur_pool import BlurPool
from burnish_models.networks.vgg16 import Vgg16, Vgg19, VggTrunk, vgg_trunk

WIDTHS = (4, 5, 6, 7, 8)
COLUMNS = {Vgg16: (2, 2, 3, 3, 3), Vgg19: (2, 2, 4, 4, 4)}


def layers_of(column: tuple[int, ...], widths: tuple[int, ...] = WIDTHS) -> nn.Sequential:
    """Column D or E of table 1, as torchvision lays it out: "0.weight" is the first convolution's."""
    torch.manual_seed(3)
    layers: list[nn.Module] = []
    before = 3
    for size, width in zip(column, widths, strict=True):
        for _ in range(size):
            layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
            before = width
        layers.append(nn.MaxPool2d(2, 2))
    return nn.Sequential(*layers)


def picture(height: int = 33, width: int = 41, seed: int = 0) -> Tensor:
    return torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(seed))


def normalised(x: Tensor) -> Tensor:
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (x - mean.view(1, 3, 1, 1)) / deviation.view(1, 3, 1, 1)


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("prefix", ["", "features."])
def test_features_are_those_of_the_papers_layers_before_the_relu(kind: type[VggTrunk], prefix: str) -> None:
    layers = layers_of(COLUMNS[kind])
    trunk = vgg_trunk({prefix + key: value for key, value in layers.state_dict().items()})
    assert type(trunk) is kind
    found = trunk(picture())
    assert tuple(found) == trunk.names
    convolutions = [number for number, layer in enumerate(layers) if isinstance(layer, nn.Conv2d)]
    for name, number in zip(trunk.names, convolutions, strict=True):
        expected = layers[: number + 1](normalised(picture()))
        torch.testing.assert_close(found[name], expected, rtol=1e-5, atol=1e-6)
        assert expected.min() < 0, "a feature before the ReLU may be negative"


def test_names_are_those_of_the_literature() -> None:
    assert vgg_trunk(layers_of(COLUMNS[Vgg16]).state_dict()).names == (
        "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3",
        "conv4_1", "conv4_2", "conv4_3", "conv5_1", "conv5_2", "conv5_3",
    )  # fmt: skip
    assert vgg_trunk(layers_of(COLUMNS[Vgg19]).state_dict()).names[-1] == "conv5_4"


def test_stops_where_it_is_told_to() -> None:
    trunk = vgg_trunk(layers_of(COLUMNS[Vgg16]).state_dict())
    whole, part = trunk(picture()), trunk(picture(), last="conv3_1")
    assert list(part) == ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"]
    assert all(torch.equal(part[name], whole[name]) for name in part)
    with pytest.raises(ValueError, match=r"no convolution conv6_1.*conv5_3"):
        trunk(picture(), last="conv6_1")


def test_gradients_reach_the_picture_and_not_the_weights() -> None:
    trunk = vgg_trunk(layers_of(COLUMNS[Vgg16]).state_dict())
    x = picture().requires_grad_()
    trunk(x)["conv5_3"].square().sum().backward()
    assert x.grad is not None and x.grad.abs().sum() > 0
    assert not any(parameter.requires_grad for parameter in trunk.parameters())


def test_stays_in_float32_where_all_else_is_bfloat16() -> None:
    trunk = vgg_trunk(layers_of(COLUMNS[Vgg16]).state_dict())
    expected = trunk(picture())["conv5_3"]
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(trunk(picture())["conv5_3"], expected)
    assert trunk(picture().bfloat16())["conv5_3"].dtype == torch.float32


def test_holds_its_own_copy_of_the_weights() -> None:
    state = layers_of(COLUMNS[Vgg16]).state_dict()
    trunk = vgg_trunk(state)
    before = trunk(picture())["conv1_1"].clone()
    state["0.weight"].zero_()
    assert torch.equal(trunk(picture())["conv1_1"], before)


@pytest.mark.parametrize("blurred", [False, True])
def test_the_smallest_picture_is_told(blurred: bool) -> None:
    state = layers_of(COLUMNS[Vgg16]).state_dict() | ({"5.filt": torch.zeros(4, 1, 3, 3)} if blurred else {})
    trunk = vgg_trunk(state)
    assert trunk(picture(trunk.smallest, trunk.smallest))["conv5_3"].numel() > 0
    with pytest.raises(RuntimeError):
        trunk(picture(trunk.smallest - 1, trunk.smallest - 1))


def test_other_weights_are_refused_in_a_sentence() -> None:
    state = layers_of(COLUMNS[Vgg16]).state_dict()
    with pytest.raises(ValueError, match="hold none"):
        vgg_trunk({})
    with pytest.raises(ValueError, match=r"16 convolutions.*13 of 3"):
        Vgg19(state)
    with pytest.raises(ValueError, match="batch normalisation"):
        vgg_trunk(state | {"1.running_mean": torch.zeros(4)})
    with pytest.raises(ValueError, match="Convolution 2 "):
        vgg_trunk(state | {"2.weight": torch.zeros(4, 9, 3, 3)})


@given(height=some.integers(3, 12), width=some.integers(3, 12), seed=some.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_blur_pool_is_a_mirrored_triangle_filter_at_every_second_pixel(height: int, width: int, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(height, width))
    bordered = np.pad(x, 2, mode="reflect")
    blurred = ndimage.convolve(bordered, np.outer([1, 2, 1], [1, 2, 1]) / 16)
    expected = blurred[1:-1:2, 1:-1:2]
    found = BlurPool()(torch.from_numpy(x.astype(np.float32))[None, None])[0, 0]
    assert found.shape == expected.shape == ((height + 1) // 2 + 1, (width + 1) // 2 + 1)
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-5)
