"""Hyper-parameters of every registered discriminator, small and unlike each other, and pictures for each."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from burnish_models.networks.discriminators.building import build_discriminator, discriminator_config
from burnish_models.networks.discriminators.registry import discriminator_named

PLAIN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("srgan", {"features": 4, "hidden": 6, "size": 32}),
    ("srgan", {"features": 3, "hidden": 5, "size": None}),
    ("srgan", {"features": 4, "hidden": 6, "size": 48, "norm": "none"}),
    ("srgan", {"features": 4, "hidden": 6, "size": None, "norm": "spectral"}),
    ("patchgan", {"features": 4, "layers": 3}),
    ("patchgan", {"features": 3, "layers": 1, "norm": "batch"}),
    ("patchgan", {"features": 4, "layers": 2, "norm": "none"}),
    ("patchgan", {"features": 2, "layers": 4, "norm": "spectral"}),
    ("unet-sn", {"features": 4}),
    ("unet-sn", {"features": 6}),
    ("progressive", {"features": 4, "widest": 8, "stages": 2, "size": 16}),
    ("progressive", {"features": 3, "widest": 12, "stages": 1, "size": 16}),
)
MINIBATCH: tuple[dict[str, Any], ...] = (
    {"minibatch": "none"},
    {"minibatch": "discrimination", "kernels": 7, "dimensions": 3},
    {"minibatch": "deviation"},
)
CONFIGS = tuple((name, {**hyper, **minibatch}) for name, hyper in PLAIN for minibatch in MINIBATCH)


def label(name: str, hyper: dict[str, Any]) -> str:
    return f"{name}-{'-'.join(str(value) for value in hyper.values())}"


def built(name: str, hyper: dict[str, Any], seed: int = 0) -> nn.Module:
    """An untrained module, always with the same weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return build_discriminator(name, **hyper)


def side(name: str, hyper: dict[str, Any]) -> int:
    return discriminator_named(name).smallest(discriminator_config(name, **hyper))


def takes_any_size(name: str, hyper: dict[str, Any]) -> bool:
    return name != "srgan" or hyper["size"] is None


def pictures(name: str, hyper: dict[str, Any], seed: int = 1, count: int = 3) -> Tensor:
    """[count, 3, h, w] of an odd size that is no square, where it may be any."""
    least = side(name, hyper)
    height, width = (least | 1, least + 6) if takes_any_size(name, hyper) else (least, least)
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(seed))
