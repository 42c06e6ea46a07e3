"""Inputs and targets lie on each other to the pixel, whatever is cut, mirrored, turned, reduced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, max_pool2d

from burnish.wire.sentences import BurnishError
from burnish_models.data.cropped import Augment
from burnish_models.data.degradations.bicubic import Bicubic, imresize
from burnish_models.data.degradations.noise import Noise
from burnish_models.data.degradations.quantise import Quantise
from burnish_models.data.jitter import ColourJitter
from burnish_models.data.paired import DegradedPairs, GivenPairs, matched
from burnish_models.data.pictures import Pictures
from burnish_models.data.sample import batch
from data_room.pictures_for_tests import pieces_of, ramp, save

SOME = range(40)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_a_reduced_input_lies_on_its_target(tmp_path: Path, scale: int) -> None:
    """Bicubic keeps a ramp, so that each input pixel is the mean of the target's pixels that it lies on."""
    path = save(tmp_path / "ramp.png", ramp(250, 240))
    data = DegradedPairs(pieces_of(path), crop=12 * scale, scale=scale, degradations=(Bicubic(),))
    for index in SOME:
        sample = data[index]
        assert sample.input.shape == (3, 12, 12) and sample.target.shape == (3, 12 * scale, 12 * scale)
        torch.testing.assert_close(sample.input, avg_pool2d(sample.target, scale), atol=1e-5, rtol=0)


def test_an_input_of_the_same_size_lies_on_its_target(tmp_path: Path) -> None:
    path = save(tmp_path / "ramp.png", ramp(128, 128, 2))
    data = DegradedPairs(pieces_of(path), 32, 1, (Quantise(),))
    for index in SOME:
        torch.testing.assert_close(data[index].input, data[index].target, atol=1e-6, rtol=0)
    corners = {tuple(data[index].target[:2, 0, 0].tolist()) for index in SOME}
    assert len(corners) > 30, "crops lie anywhere"


def test_orientations_are_drawn_for_both(tmp_path: Path) -> None:
    """All eight occur, and the input is laid like its target: see the two tests above."""
    path = save(tmp_path / "ramp.png", ramp(128, 128, 2))
    data = DegradedPairs(pieces_of(path), 32, 1, (Quantise(),))
    assert len({_laid(data[index].target) for index in range(100)}) == 8
    upright = replace(data, pieces=pieces_of(path, augment=Augment(flip=False, turn=False)))
    assert {_laid(upright[index].target) for index in range(20)} == {(1, 0, 0, 1)}


def _laid(image: Tensor) -> tuple[int, ...]:
    """The signs of how red and green change to the right and downwards."""
    right, down = image[:2, 0, 1] - image[:2, 0, 0], image[:2, 1, 0] - image[:2, 0, 0]
    return tuple(int(value) for value in torch.cat([right, down]).sign())


def test_a_margin_keeps_edges_out(tmp_path: Path) -> None:
    """With a margin the reduction of a crop is what the reduction of the whole picture has there; without it is not."""
    pixels = ramp(96, 96, 2)
    pixels[..., 2] = np.random.default_rng(0).integers(0, 256, (96, 96), dtype=np.uint8)
    path = save(tmp_path / "noise.png", pixels)
    inside = DegradedPairs(pieces_of(path, augment=Augment(flip=False, turn=False)), 32, 2, (Bicubic(),), margin=8)
    whole = imresize(pixels.astype(np.float32) / 255, (48, 48)).clip(0, 1)

    def differences(data: DegradedPairs) -> list[float]:
        found = []
        for index in range(30):
            sample = data[index]
            x, y = (round(float(value) * 255 / 2) for value in sample.target[:2, 0, 0])
            if x % 2 == 0 and y % 2 == 0:  # the whole picture's reduction has this phase alone
                there = whole[y // 2 : y // 2 + 16, x // 2 : x // 2 + 16, 2]
                found.append(float(np.abs(sample.input[2].numpy() - there).max()))
        return found

    assert len(differences(inside)) > 3
    assert max(differences(inside)) < 1e-5
    assert max(differences(replace(inside, margin=0))) > 0.01


def test_jitter_changes_the_target_before_it_is_degraded(tmp_path: Path) -> None:
    path = save(tmp_path / "ramp.png", ramp(100, 100, 2))
    augment = Augment(jitter=ColourJitter(brightness=0.3, hue=0.1))
    data = DegradedPairs(pieces_of(path, augment=augment), 32, 2, (Bicubic(),))
    blues = [float(data[index].target[2].mean()) for index in SOME]
    assert max(blues) - min(blues) > 0.05
    for index in SOME:
        sample = data[index]
        assert abs(float(sample.input.mean() - sample.target.mean())) < 0.005


def test_more_dice_in_one_degradation_leave_the_rest(tmp_path: Path) -> None:
    path = save(tmp_path / "grey.png", np.full((64, 64, 3), 128, np.uint8))
    both = DegradedPairs(pieces_of(path), 32, 1, (Noise(sigma=(20, 20)), Noise(sigma=(5, 5))))
    other = replace(both, degradations=(Noise(poisson=(1, 1), poisson_share=1), Noise(sigma=(5, 5))))
    second_alone = replace(both, degradations=(Noise(probability=0), Noise(sigma=(5, 5))))
    noise = second_alone[3].input - second_alone[3].target
    first_and_second = other[3].input - other[3].target
    assert float(torch.corrcoef(torch.stack([noise.flatten(), first_and_second.flatten()]))[0, 1]) > 0.3
    assert not torch.equal(both[3].input, other[3].input)
    torch.testing.assert_close(both[3].target, other[3].target)


def test_small_pictures_are_continued_by_their_mirror_image(tmp_path: Path) -> None:
    path = save(tmp_path / "small.png", ramp(20, 16))
    sample = DegradedPairs(pieces_of(path), 32, 1, (Quantise(),))[0]
    assert sample.target.shape == (3, 32, 32)
    assert float(sample.target[:2].max()) <= 19 / 255 + 1e-6


def test_sharpening_changes_the_target(tmp_path: Path) -> None:
    blocks = np.random.default_rng(0).integers(40, 210, (8, 8, 3), dtype=np.uint8)
    path = save(tmp_path / "a.png", np.kron(blocks, np.ones((16, 16, 1), np.uint8)))
    plain = DegradedPairs(pieces_of(path), 64, 1, (Quantise(),))
    crisp = replace(plain, sharpen_target=True)
    assert float((crisp[0].target - plain[0].target).abs().max()) > 0.02
    torch.testing.assert_close(crisp[0].input, crisp[0].target, atol=1 / 255, rtol=0)


def pair(folder: Path, scale: int = 2) -> GivenPairs:
    """An input whose pixels say where in the target they lie."""
    target = save(folder / "targets" / "a.png", ramp(120, 100))
    source = save(folder / "inputs" / "a.png", ramp(120 // scale, 100 // scale, scale))
    return GivenPairs(pieces_of(target), Pictures([source]), 32, scale)


def test_given_pairs_lie_on_each_other(tmp_path: Path) -> None:
    """The smallest position among the target's 2x2 pixels is what the input's pixel says, however it is turned."""
    data = pair(tmp_path)
    places = set()
    for index in SOME:
        sample = data[index]
        assert sample.input.shape == (3, 16, 16) and sample.target.shape == (3, 32, 32)
        torch.testing.assert_close(sample.input[:2], -max_pool2d(-sample.target[:2], 2), atol=1e-6, rtol=0)
        places.add(tuple(sample.input[:2].amin(dim=(1, 2)).tolist()))
    assert len(places) > 30
    assert len({_laid(data[index].target) for index in range(100)}) == 8


def test_pairs_of_other_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BurnishError) as caught:
        _ = replace(pair(tmp_path), scale=4)[0]
    assert caught.value.failure.code == "pair-sizes"
    with pytest.raises(BurnishError) as caught:
        _ = replace(pair(tmp_path), crop=110)[0]
    assert caught.value.failure.code == "crop-too-large"


def test_names_decide_what_belongs_together() -> None:
    targets = [Path("t/a.png"), Path("t/b.png")]
    inputs = [Path("i/b.jpg"), Path("i/a.jpg"), Path("i/c.jpg")]
    assert matched(targets, inputs, "i") == [Path("i/a.jpg"), Path("i/b.jpg")]
    for wrong in ([Path("i/a.jpg")], [*inputs, Path("i/b.png")]):
        with pytest.raises(BurnishError) as caught:
            matched(targets, wrong, "i")
        assert caught.value.failure.code == "pair-missing"


def test_a_batch_is_its_samples(tmp_path: Path) -> None:
    data = pair(tmp_path)
    both = batch(data, [4, 2])
    assert torch.equal(both.input[1], data[2].input) and torch.equal(both.target[0], data[4].target)
