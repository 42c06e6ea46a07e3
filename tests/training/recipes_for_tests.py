"""Tiny pictures and tiny recipes: what training tests train."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from accelerate import Accelerator
from PIL import Image

from burnish_models.training.recipe_file import checked
from burnish_models.training.schema import Recipe
from burnish_models.training.stop import Stop
from burnish_models.training.trainer import Trainer


def make_pictures(folder: Path, count: int = 3, size: int = 96) -> Path:
    """Smooth coloured noise as PNG files; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    for number in range(count):
        rough = random.random((12, 12, 3), dtype=np.float32)
        smooth = cv2.resize(rough, (size, size), interpolation=cv2.INTER_CUBIC)
        Image.fromarray((smooth.clip(0, 1) * 255).astype(np.uint8)).save(folder / f"{number}.png")
    return folder


def paired(pictures: Path, **changes: Any) -> dict[str, Any]:
    """Twice as large, against a discriminator with spectral normalisation."""
    return {
        "kind": "paired",
        "generator": {"name": "srvgg-compact", "features": 4, "convolutions": 1, "scale": 2},
        "discriminator": {"name": "patchgan", "features": 4, "layers": 1, "norm": "spectral"},
        "losses": [{"type": "l1"}, {"type": "adversarial", "weight": 0.1}],
        "data": {
            "type": "paired",
            "source": str(pictures),
            "crop": 16,
            "scale": 2,
            "degradations": [{"type": "bicubic"}, {"type": "noise", "sigma": [0, 20]}],
        },
        "batch": 2,
        "steps": 4,
        "optimiser": {"learning_rate": 1e-3, "schedule": {"type": "cosine"}},
        "average": 0.9,
        **changes,
    }


def unpaired(pictures: Path, **changes: Any) -> dict[str, Any]:
    """Two kinds of pictures, CycleGAN's losses, dropout in the generators, a pool that overflows soon."""
    return {
        "kind": "unpaired",
        "generator": {"name": "cyclegan-resnet", "features": 4, "blocks": 1, "dropout": True},
        "discriminator": {"name": "patchgan", "features": 4, "layers": 1},
        "losses": "cyclegan",
        "data": {
            "type": "unpaired",
            "crop": 16,
            "input": {"source": str(pictures), "degradations": [{"type": "colour-cast"}]},
            "target": {"source": str(pictures)},
        },
        "batch": 2,
        "steps": 4,
        "adversary": {"image_pool": 5},
        "optimiser": {"learning_rate": 1e-3, "betas": [0.5, 0.999], "schedule": {"type": "linear"}},
        **changes,
    }


def unreferenced(pictures: Path, **changes: Any) -> dict[str, Any]:
    """Zero-DCE on dark pictures."""
    return {
        "kind": "unreferenced",
        "generator": {"name": "zero-dce", "features": 4, "iterations": 2},
        "losses": "zero-dce",
        "data": {
            "type": "unreferenced",
            "source": str(pictures),
            "crop": 32,
            "degradations": [{"type": "low-light"}],
        },
        "batch": 2,
        "steps": 3,
        **changes,
    }


def recipe_of(values: dict[str, Any]) -> Recipe:
    return checked(values, "the test's recipe")


def trainer_of(
    values: dict[str, Any], folder: Path, *, resume: Path | None = None, stop_after: int | None = None
) -> Trainer:
    """A trainer on the CPU; it is asked to stop once this many steps are done."""
    stop = StopAfter(stop_after) if stop_after is not None else Stop()
    trainer = Trainer(recipe_of(values), folder, resume=resume, accelerator=Accelerator(cpu=True), stop=stop)
    if isinstance(stop, StopAfter):
        stop.trainer = trainer
    return trainer


class StopAfter(Stop):
    """As if somebody pressed Ctrl-C during a certain step."""

    def __init__(self, steps: int) -> None:
        self.trainer: Trainer | None = None
        self.steps = steps
        super().__init__()

    @property
    def wanted(self) -> bool:  # type: ignore[override]
        return self.trainer is not None and self.trainer.state.progress.step >= self.steps

    @wanted.setter
    def wanted(self, value: bool) -> None:
        pass


def everything(trainer: Trainer) -> dict[str, torch.Tensor]:
    """Every tensor of the training's state by its place in it."""
    state = trainer.state
    found = {f"{name}/{key}": value for name, network in state.networks.items()
             for key, value in network.state_dict().items()}  # fmt: skip
    found |= {f"average/{name}/{key}": value for name, network in state.averages.items()
              for key, value in network.state_dict().items()}  # fmt: skip
    for name, optimiser in state.optimisers.items():
        for number, entries in optimiser.state_dict()["state"].items():
            found |= {f"{name}/{number}/{key}": value for key, value in entries.items()}
    return found | {f"pool/{name}": pool.kept for name, pool in state.pools.items()}
