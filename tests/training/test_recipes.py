"""Every shipped recipe, in its small form, does what its technique claims, on crops it was not trained on.

Minutes each, so that it runs only where it is named: `pytest tests/training/test_recipes.py` (see conftest.py). Margins
are about half of what the comment beside them says was measured.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from training.recipe_claims import Trained, train_small_form

pytestmark = pytest.mark.slow

SEEDS = (0, 1, 2)
MARGINS: dict[str, dict[str, float]] = {
    "srgan": {"psnr": 1.5, "st-lpips": 0.015},  # seed 0: 4.11 and 0.033
    "esrgan": {"psnr": 0.1, "st-lpips": 0.0},  # not measured yet
    "cyclegan": {"psnr": 4.0},  # seed 0: 8.95
    "denoise-gan": {"psnr": 6.0},  # seed 0: 7.60
    "wgan-gp": {"psnr": 0.25},  # seed 0: 0.51 over a bicubic enlargement, which is better than the bilinear one
    "progressive": {"psnr": 0.0},  # not measured yet
    "realesrgan-compact": {"psnr": 0.0},  # not measured yet
    "mobile": {"psnr": 2.0},  # seed 0: 4.71
}
Train = Callable[[str, int], Trained]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Train:
    """Trains a recipe's small form once for each seed."""
    kept: dict[tuple[str, int], Trained] = {}

    def train(name: str, seed: int) -> Trained:
        if (name, seed) not in kept:
            kept[name, seed] = train_small_form(name, seed, tmp_path_factory.mktemp(f"{name}-{seed}") / "run")
        return kept[name, seed]

    return train


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["srgan", "esrgan"])
def test_the_second_stage_trades_psnr_for_looks(name: str, seed: int, trained: Train) -> None:
    """Blau and Michaeli's trade: against the same network at the end of its first stage."""
    result = trained(name, seed)
    assert result.mean("psnr") < result.mean("psnr", "pixels") - MARGINS[name]["psnr"]
    assert result.mean("st-lpips") < result.mean("st-lpips", "pixels") - MARGINS[name]["st-lpips"]


@pytest.mark.parametrize("seed", SEEDS)
def test_cyclegan_recovers_a_known_colour_map_from_unpaired_crops(seed: int, trained: Train) -> None:
    result = trained("cyclegan", seed)
    assert result.mean("psnr") > result.mean_before("psnr") + MARGINS["cyclegan"]["psnr"]


@pytest.mark.parametrize("seed", SEEDS)
def test_zero_dce_exposes_well(seed: int, trained: Train) -> None:
    """Measured: 0.642 and 0.650 for seeds 0 and 1."""
    lumas = trained("zero-dce", seed).luma()
    assert sum(lumas) / len(lumas) == pytest.approx(0.6, abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_denoise_gan_takes_noise_out(seed: int, trained: Train) -> None:
    """At σ 25, after its adversarial stage; 6 dB and more are for full training."""
    result = trained("denoise-gan", seed)
    assert result.mean("psnr") > result.mean_before("psnr") + MARGINS["denoise-gan"]["psnr"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "enlarging"), [("wgan-gp", "bilinear"), ("progressive", "nearest")])
def test_what_a_network_adds_to_its_enlarged_input_is_right(
    name: str, enlarging: str, seed: int, trained: Train
) -> None:
    """Both add to their input, enlarged in this way: against that enlargement alone."""
    result = trained(name, seed)
    assert result.mean("psnr") > result.mean_before("psnr", enlarging) + MARGINS[name]["psnr"]


@pytest.mark.parametrize("seed", SEEDS)
def test_compact_mends_what_a_bicubic_filter_enlarges(seed: int, trained: Train) -> None:
    result = trained("realesrgan-compact", seed)
    assert result.mean("psnr", "pixels") > result.mean_before("psnr") + MARGINS["realesrgan-compact"]["psnr"]


@pytest.mark.parametrize("seed", SEEDS)
def test_mobile_brings_faded_colours_back(seed: int, trained: Train) -> None:
    result = trained("mobile", seed)
    assert result.mean("psnr") > result.mean_before("psnr") + MARGINS["mobile"]["psnr"]
