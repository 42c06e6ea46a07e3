"""Sample sheets: for a few pictures the input, the result and the target side by side, as PNG."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from burnish_models.data.sample import Sample
from burnish_models.folders import replacing

_GAP = 4


@torch.no_grad()
def save_sheet(path: Path, generator: nn.Module, samples: Sample) -> Path:
    """Write one row a sample: the input, enlarged to the result's size; the result; the target, if there is one.

    Args:
        path: a .png file; its folder is made.
        generator: in eval mode.
        samples: a batch on the generator's device.

    Raises:
        OSError: where it cannot be written.
    """
    result = generator(samples.input).float().clamp(0.0, 1.0)
    size = list(result.shape[-2:])
    columns = [functional.interpolate(samples.input, size=size, mode="nearest"), result]
    if samples.target is not None:
        columns.append(functional.interpolate(samples.target, size=size, mode="nearest"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        Image.fromarray(sheet(columns)).save(beside)
    return path


def sheet(columns: list[Tensor]) -> np.ndarray:
    """uint8 [h, w, 3] of columns [N, 3, h, w], 0 to 1, all of one size, with a gap between them."""
    padded = [functional.pad(column, (0, _GAP, 0, _GAP), value=1.0) for column in columns]
    rows = [torch.cat(pictures, dim=2) for pictures in zip(*padded, strict=True)]
    whole = torch.cat(rows, dim=1)[:, :-_GAP, :-_GAP]
    return (whole * 255).round().byte().permute(1, 2, 0).cpu().numpy()
