"""NIQE and BRISQUE: their parameters, a second computation of each, and how they answer to damage."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from burnish_models.metrics import brisque as brisque_module
from burnish_models.metrics import niqe as niqe_module
from burnish_models.metrics.brisque import SupportVectors, brisque, brisque_features, support_vectors
from burnish_models.metrics.conventions import NotJudgedError, grey, studio_luma
from burnish_models.metrics.natural_scenes import fit_asymmetric, fit_symmetric, halved, normalised_contrast
from burnish_models.metrics.niqe import block_features, niqe, pristine
from metrics.variants import Levels, picture

PARAMETERS = Path(niqe_module.__file__).parent / "parameters"


def test_parameters_are_those_that_their_page_names() -> None:
    text = (PARAMETERS / "README.md").read_text(encoding="utf-8")
    listed = dict(reversed(line.split()) for line in text.split("```")[1].strip().splitlines())
    assert set(listed) == {niqe_module.PARAMETERS.name, brisque_module.MODEL.name, brisque_module.RANGES.name}
    for name, sha256 in listed.items():
        assert hashlib.sha256((PARAMETERS / name).read_bytes()).hexdigest() == sha256
    assert "Permission is hereby granted" in (PARAMETERS / "niqe_notice.txt").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in (PARAMETERS / "brisque_notice.txt").read_text(encoding="utf-8")
    assert "Apache License" in (PARAMETERS / "niqe_pris_params_licence.txt").read_text(encoding="utf-8")


def test_the_pristine_model_is_a_gaussian() -> None:
    model = pristine()
    assert model.mean.shape == (36,) and model.covariance.shape == (36, 36)
    np.testing.assert_allclose(model.covariance, model.covariance.T)
    assert np.linalg.eigvalsh(model.covariance).min() > 0


def test_the_regression_is_the_authors() -> None:
    model = support_vectors()
    assert model.vectors.shape == (774, 36)  # total_sv of the file
    assert (model.gamma, model.offset) == (0.05, -153.591)
    assert np.abs(model.vectors).max() <= 1.0 and np.abs(model.weights).max() == 1024.0


def test_a_regression_by_hand() -> None:
    model = SupportVectors(np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([3.0, -1.0]), gamma=0.5, offset=0.25)
    assert model(np.array([1.0, 0.0])) == pytest.approx(3 * math.exp(-0.5) - math.exp(-0.5 * 4) - 0.25)


def second_features(plane: np.ndarray) -> list[float]:
    """BRISQUE's table I, written out once more, without circular helpers."""
    height, width = plane.shape
    contrast = normalised_contrast(plane, "zero")
    features = [*fit_symmetric(contrast)]
    for down, right in ((0, 1), (1, 0), (1, 1), (-1, 1)):
        rows, columns = (np.arange(height) - down) % height, (np.arange(width) - right) % width
        pair = fit_asymmetric(contrast * contrast[np.ix_(rows, columns)])
        scale = math.gamma(2 / pair.shape) / math.sqrt(math.gamma(1 / pair.shape) * math.gamma(3 / pair.shape))
        features += [pair.shape, (pair.right - pair.left) * scale, pair.left**2, pair.right**2]
    return features


def test_brisque_features_are_those_of_the_table() -> None:
    plane = grey(picture("chelsea.png"))
    expected = second_features(plane) + second_features(halved(plane))
    np.testing.assert_allclose(brisque_features(plane), expected, rtol=1e-9)


def test_niqe_features_are_of_blocks_that_lie_in_the_plane() -> None:
    plane = np.floor(0.5 + studio_luma(picture("chelsea.png")))
    features = block_features(plane)
    assert features.shape == (3 * 4, 36)
    # What is left over beside the last whole block plays no part.
    np.testing.assert_array_equal(features, block_features(plane[: 3 * 96, : 4 * 96]))
    # A block far from the one that changed keeps its features.
    changed = plane.copy()
    changed[:96, :96] = 255 - changed[:96, :96]
    assert np.array_equal(block_features(changed)[-1], features[-1])
    assert not np.array_equal(block_features(changed)[0], features[0])


def test_niqe_is_the_distance_of_two_gaussians() -> None:
    levels = picture("astronaut.png")
    features = block_features(np.floor(0.5 + studio_luma(levels)))
    model = pristine()
    between = model.mean - features.mean(axis=0)
    pooled = (model.covariance + np.cov(features.T)) / 2
    assert niqe(levels) == pytest.approx(math.sqrt(between @ np.linalg.solve(pooled, between)), rel=1e-6)


@pytest.mark.parametrize("judge", [niqe, brisque])
@pytest.mark.parametrize("name", ["astronaut.png", "chelsea.png"])
def test_damage_is_found_without_a_reference(judge: Callable[[Levels], float], name: str) -> None:
    whole = picture(name)
    noise = np.random.default_rng(0).normal(0, 25, whole.shape)
    noisy = np.clip(np.rint(whole + noise), 0, 255)
    blurred = np.rint(gaussian_filter(whole, (3, 3, 0)))
    assert judge(whole) < judge(noisy)
    assert judge(whole) < judge(blurred)


def flat_at_the_left(name: str) -> Levels:
    """A picture of which a third is one colour: where the authors' program computes with rounding errors."""
    whole = picture(name)
    whole[:, : whole.shape[1] // 3] = (200, 180, 90)
    return whole


def test_flat_parts_do_not_make_figures_depend_on_rounding() -> None:
    """The same picture, once computed with its sides exchanged: additions come in another order."""
    levels = flat_at_the_left("astronaut.png")
    assert niqe(levels) == pytest.approx(niqe(levels.transpose(1, 0, 2).copy()), rel=0.02)
    contrast = normalised_contrast(grey(levels), "repeated")
    assert np.count_nonzero(contrast[:, :160]) == 0


def test_blocks_without_contrast_are_left_out() -> None:
    levels = picture("astronaut.png")
    framed = np.full((512 + 192, 512, 3), 128.0)
    framed[192:] = levels
    features = block_features(np.floor(0.5 + studio_luma(framed)))
    assert np.isnan(features[:5]).any(axis=1).all() and not np.isnan(features[-5:]).any()
    assert niqe(framed) > 0


def test_what_cannot_be_judged_says_why() -> None:
    flat = np.full((200, 200, 3), 90.0)
    with pytest.raises(NotJudgedError, match="no contrast"):
        niqe(flat)
    with pytest.raises(NotJudgedError, match="no contrast"):
        brisque(flat)
    with pytest.raises(NotJudgedError, match="96×96"):
        niqe(picture("chelsea.png")[:95])
    with pytest.raises(NotJudgedError, match="16×16"):
        brisque(picture("chelsea.png")[:15])


def test_one_block_is_enough() -> None:
    assert 0 < niqe(picture("chelsea.png")[100:196, 100:196]) < 50
