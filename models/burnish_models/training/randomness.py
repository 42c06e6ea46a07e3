"""Random numbers that are a function of the seed and the step, so that a resumed training needs no state of them."""

from __future__ import annotations

import hashlib

import torch


def seed_weights(seed: int) -> None:
    """Before networks are built: their initial weights are a function of the recipe's seed alone."""
    torch.manual_seed(_mixed(seed, "weights"))


def seed_step(seed: int, step: int, process: int) -> torch.Generator:
    """Before each step: what layers draw by themselves, and a generator for all that is drawn by name.

    Every process draws its own, as each has its own part of the batch.
    """
    torch.manual_seed(_mixed(seed, "layers", step, process))
    generator = torch.Generator()
    generator.manual_seed(_mixed(seed, "step", step, process))
    return generator


def _mixed(*parts: int | str) -> int:
    """64 bits that differ wherever a part does; neighbouring seeds give no neighbouring numbers."""
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest(), "little", signed=True)
