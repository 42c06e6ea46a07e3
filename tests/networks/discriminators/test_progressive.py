"""The discriminator that grows: a stage that has just begun is the stage before, and growing is part of its state."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch.nn.functional import avg_pool2d

from burnish_models.networks.discriminators.building import build_discriminator
from burnish_models.networks.discriminators.progressive import ProgressiveDiscriminator, faded_pictures
from burnish_models.networks.discriminators.registry import recognise_discriminator


def growing(seed: int = 0) -> ProgressiveDiscriminator:
    torch.manual_seed(seed)
    module = build_discriminator("progressive", features=4, widest=8, stages=3, size=16)
    assert isinstance(module, ProgressiveDiscriminator)
    return module


@pytest.mark.parametrize("stage", [1, 2])
def test_a_stage_that_just_begins_is_the_one_before_exactly(stage: int) -> None:
    module, picture = growing(), torch.rand(3, 3, 16 * 2**stage, 16 * 2**stage)
    module.grow(stage, 0.0)
    begun = module(picture)
    module.grow(stage - 1)
    # The picture is halved before or after its range is changed from 0..1 to -1..1, which a power of two does exactly
    # but for the last digit of a sum.
    torch.testing.assert_close(begun, module(avg_pool2d(picture, 2)), rtol=0, atol=2e-6)
    eighths = (picture * 8).round() / 8  # no digits to lose
    module.grow(stage, 0.0)
    begun = module(eighths)
    module.grow(stage - 1)
    assert torch.equal(begun, module(avg_pool2d(eighths, 2)))


def test_fading_goes_from_one_to_the_other() -> None:
    module, picture = growing(), torch.rand(2, 3, 32, 32)
    answers = []
    for alpha in (0.0, 1e-4, 0.5, 1 - 1e-4, 1.0):
        module.grow(1, alpha)
        answers.append(module(picture))
    assert (answers[0] - answers[1]).abs().max() < 1e-4
    assert (answers[3] - answers[4]).abs().max() < 1e-4
    assert (answers[0] - answers[4]).abs().max() > 1e-3
    assert not torch.equal(answers[2], answers[0])


@pytest.mark.parametrize(("stage", "alpha"), [(0, 1.0), (1, 0.25), (2, 0.0), (2, 1.0)])
def test_growing_is_saved_and_loaded(stage: int, alpha: float) -> None:
    module = growing()
    module.grow(stage, alpha)
    recognised = recognise_discriminator(module.state_dict())
    assert recognised is not None
    again = recognised.module()
    assert isinstance(again, ProgressiveDiscriminator)
    assert (again.stage, again.alpha) == (stage, alpha)
    picture = torch.rand(2, 3, again.smallest_now + 3, again.smallest_now)
    assert torch.equal(again(picture), module(picture))


def test_only_the_present_stages_weights_are_trained() -> None:
    module = growing()
    module.grow(0)
    module(torch.rand(2, 3, 16, 16)).sum().backward()
    untouched = [name for name, weight in module.named_parameters() if weight.grad is None]
    assert {name.rsplit(".", 2)[0] for name in untouched if name.startswith("from_rgb")} == {"from_rgb"}
    assert {name.split(".")[1] for name in untouched if name.startswith("blocks")} == {"0", "1"}
    module.grow(1, 0.5)
    module(torch.rand(2, 3, 32, 32)).sum().backward()
    untouched = [name for name, weight in module.named_parameters() if weight.grad is None]
    assert {".".join(name.split(".")[:2]) for name in untouched} == {"from_rgb.2", "blocks.0"}


@pytest.mark.parametrize(("stage", "alpha"), [(3, 1.0), (-1, 1.0), (0, 1.5), (1, -0.1)])
def test_there_is_no_other_stage(stage: int, alpha: float) -> None:
    with pytest.raises(ValueError, match="0 to 2"):
        growing().grow(stage, alpha)


def test_a_picture_of_the_stage_before_is_refused() -> None:
    module = growing()
    module.grow(2)
    with pytest.raises(ValueError, match="64 × 64"):
        module(torch.rand(1, 3, 32, 32))


def test_equalised_weights_give_features_of_the_pictures_scale() -> None:
    """With weights N(0, 1), unscaled, six halvings of 512 channels would multiply the logits by millions."""
    torch.manual_seed(0)
    module = build_discriminator("progressive", features=16, widest=64, stages=1, size=64)
    with torch.no_grad():
        logits = torch.cat([module(torch.rand(4, 3, 64, 64)) for _ in range(4)])
    assert 1e-3 < float(logits.square().mean().sqrt()) < 10
    assert all(0.8 < float(w.detach().std()) < 1.2 for _, w in module.named_parameters() if w.numel() > 500)


@settings(max_examples=20, deadline=None)
@given(some.floats(0, 1), some.integers(1, 4), some.integers(1, 4))
def test_real_pictures_fade_as_the_made_ones_do(alpha: float, height: int, width: int) -> None:
    picture = torch.rand(1, 3, 2 * height, 2 * width, dtype=torch.float64)
    faded = faded_pictures(picture, alpha)
    for i in range(2 * height):
        for j in range(2 * width):
            block = picture[..., i // 2 * 2 : i // 2 * 2 + 2, j // 2 * 2 : j // 2 * 2 + 2].mean((2, 3))
            torch.testing.assert_close(faded[..., i, j], (1 - alpha) * block + alpha * picture[..., i, j])
