"""A small catalogue for tests of the panel's logic, and requests' other half: layers of noise."""

from __future__ import annotations

import random

from burnish.client import Layer
from burnish.hosts.contract import LayerFacts
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.messages import ModelCard, Models, Tiling


def card(name: str, scale: int, tasks: tuple[str, ...], seconds: float | None = None) -> ModelCard:
    return ModelCard(
        name=name,
        title=f"{name} model",
        purpose=f"For {name}.",
        tasks=tasks,
        scale=scale,
        network="compact",
        tiling=Tiling.EXACT,
        seam="none",
        licence="MIT",
        credit="somebody",
        source="a package",
        sha256="00",
        installed=True,
        seconds_per_megapixel=seconds,
    )


def catalogue(best_seconds: float | None = None, fast_seconds: float | None = None) -> Models:
    models = (
        card("best", 4, ("upscale", "denoise"), best_seconds),
        card("fast", 4, ("upscale", "jpeg"), fast_seconds),
        card("gentle", 2, ("upscale", "denoise")),
        card("lamp", 1, ("light",)),
    )
    return Models(models, "best", "fast")


def facts(width: int = 1000, height: int = 500, selection: Rect | None = None, refusal: str = "") -> LayerFacts:
    return LayerFacts(
        "key", "Portrait", "Face", PixelFormat(width, height, Depth.UINT8, 3), selection=selection, refusal=refusal
    )


def noise(width: int, height: int, channels: int = 3, seed: int = 7) -> Layer:
    """A layer of 8-bit noise with some structure."""
    generator = random.Random(seed)
    pixels = PixelFormat(width, height, Depth.UINT8, channels)
    return Layer(pixels, generator.randbytes(pixels.total_bytes))
