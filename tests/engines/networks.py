"""Small real networks and facts for the engines' tests."""

import os
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish.wire.messages import Tiling
from burnish_models.catalogue.model import Facts


class Doubling(nn.Module):
    """Two convolutions, one transposed: [N, 3, h, w] to [N, 3, 2h, 2w]."""

    def __init__(self, features: int = 8) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, features, 3, padding=1)
        self.second = nn.Conv2d(features, features, 3, padding=1)
        self.up = nn.ConvTranspose2d(features, 3, 4, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.leaky_relu(self.first(x), 0.2)
        return self.up(functional.leaky_relu(self.second(x), 0.2))


def doubling(seed: int = 0, features: int = 8) -> nn.Module:
    torch.manual_seed(seed)
    return Doubling(features).eval().requires_grad_(False)


def facts(**changes: float) -> Facts:
    """Facts of Doubling."""
    values = {
        "scale": 2, "receptive_field": 3, "overlap": 3, "feather": 0, "border": 3, "multiple": 1,
        "tiling": Tiling.EXACT, "seam": "", "half": True, "multiply_adds": 1176.0, "activation_bytes": 200.0,
    }  # fmt: skip
    return Facts(**{**values, **changes})


def picture(height: int, width: int, count: int = 1, seed: int = 0) -> Tensor:
    """Smooth noise, 0 to 1."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, 3, max(2, height // 4), max(2, width // 4), generator=generator)
    return functional.interpolate(coarse, (height, width), mode="bilinear", align_corners=False)


def child_environment(cache: Path) -> dict[str, str]:
    """Lets a child process import Burnish and this file, with a cache of its own."""
    root = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join(str(root / name) for name in ("plugin", "models", "tests"))
    return {**os.environ, "PYTHONPATH": paths, "BURNISH_CACHE_DIR": str(cache)}
