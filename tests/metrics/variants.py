"""Pictures of tests/data and damaged forms of them, the same on every machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

DATA = Path(__file__).parent.parent / "data"

Levels = NDArray[np.float64]


def picture(name: str) -> Levels:
    """[h, w, 3], 0 to 255."""
    return np.asarray(Image.open(DATA / name).convert("RGB")).astype(np.float64)


def tensor(levels: Levels) -> Tensor:
    """[3, h, w], 0 to 1, float32."""
    return torch.from_numpy(levels / 255.0).permute(2, 0, 1).float()


def pairs(name: str) -> dict[str, tuple[Levels, Levels]]:
    """Four damaged forms of a cut-out, each with what it should be like."""
    whole = picture(name)[40:232, 60:316]
    noise = np.random.default_rng(0).normal(0, 25, whole.shape)
    return {
        "noise": (np.clip(np.rint(whole + noise), 0, 255), whole),
        "shift": (whole[:-1, :-1], whole[1:, 1:]),
        "coarse": (np.repeat(np.repeat(whole[::4, ::4], 4, 0), 4, 1), whole),
        "dark": (whole // 2, whole),
    }
