"""What the small forms of the shipped recipes are trained to, and what they are then judged by."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn import functional

from burnish_models.catalogue.user_file import read_state
from burnish_models.data.sample import DataSet, Sample, batch
from burnish_models.metrics.judges import judge_named
from burnish_models.networks.registry import recognise
from burnish_models.training.recipe_file import checked, find_recipe, read_recipe
from burnish_models.training.schema import Recipe
from burnish_models.training.trainer import Trainer
from burnish_models.training.validating import mean_luma


@dataclass
class Trained:
    """A recipe's small form after its training."""

    recipe: Recipe
    folder: Path
    held_out: list[Sample] = field(default_factory=list)

    def network(self, stage: str | None = None) -> nn.Module:
        """The result, or what a stage left behind."""
        path = self.folder / (f"stages/{stage}-generator.safetensors" if stage else "generator.safetensors")
        found = recognise(read_state(path))
        assert found is not None
        return found.module()

    def mean(self, judge: str, stage: str | None = None) -> float:
        """A judge's mean over the held-out crops for the result, or for a stage's."""
        network = self.network(stage)
        return self._mean(judge, lambda pictures: network(pictures))

    def mean_before(self, judge: str, enlarging: str = "bicubic") -> float:
        """The same for the inputs themselves, enlarged in this way where the recipe enlarges."""
        first = self.held_out[0]
        assert first.target is not None
        scale = first.target.shape[-1] / first.input.shape[-1]
        if scale == 1:
            return self._mean(judge, lambda pictures: pictures)
        return self._mean(judge, lambda pictures: functional.interpolate(pictures, scale_factor=scale, mode=enlarging))

    @torch.no_grad()
    def luma(self) -> list[float]:
        network = self.network()
        return [mean_luma(network(sample.input).clamp(0, 1)) for sample in self.held_out]

    @torch.no_grad()
    def _mean(self, judge: str, make: Any) -> float:
        measure, figures = judge_named(judge), []
        for sample in self.held_out:
            assert sample.target is not None
            made: Tensor = make(sample.input)
            figures.append(measure(made[0].clamp(0, 1), sample.target[0]))
        return sum(figures) / len(figures)


def train_small_form(name: str, seed: int, folder: Path, samples: int = 16) -> Trained:
    """Train a shipped recipe as `burnish train NAME --smoke --set seed=SEED` does."""
    recipe = checked(read_recipe(find_recipe(name), [f"seed={seed}"], smoke=True), name)
    trainer = Trainer(recipe, folder, accelerator=Accelerator(cpu=True))
    assert trainer.run() == "finished"
    assert recipe.validation is not None
    data: DataSet = recipe.validation.data.build(1000, held_out=True)
    return Trained(recipe, folder, [batch(data, [index]) for index in range(samples)])


FIGURES: dict[str, Any] = {
    "srgan": lambda t: {
        "psnr of pixels": t.mean("psnr", "pixels"),
        "psnr": t.mean("psnr"),
        "st-lpips of pixels": t.mean("st-lpips", "pixels"),
        "st-lpips": t.mean("st-lpips"),
        "psnr of bicubic": t.mean_before("psnr"),
    },
    "cyclegan": lambda t: {"psnr before": t.mean_before("psnr"), "psnr": t.mean("psnr")},
    "zero-dce": lambda t: {"luma": sum(t.luma()) / len(t.luma())},
    "denoise-gan": lambda t: {
        "psnr before": t.mean_before("psnr"),
        "psnr of pixels": t.mean("psnr", "pixels"),
        "psnr": t.mean("psnr"),
        "st-lpips of pixels": t.mean("st-lpips", "pixels"),
        "st-lpips": t.mean("st-lpips"),
    },
    "wgan-gp": lambda t: {"psnr of bilinear": t.mean_before("psnr", "bilinear"), "psnr": t.mean("psnr")},
    "progressive": lambda t: {"psnr of nearest": t.mean_before("psnr", "nearest"), "psnr": t.mean("psnr")},
    "mobile": lambda t: {"psnr before": t.mean_before("psnr"), "psnr": t.mean("psnr")},
}
FIGURES["esrgan"] = FIGURES["realesrgan-compact"] = FIGURES["srgan"]
"""What is measured of each recipe, by name; all on crops of pictures that it was not trained on."""
