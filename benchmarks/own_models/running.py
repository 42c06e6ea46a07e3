"""Runs a network on a whole picture, and hands out the photographs to report on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.data.photos import fetch_photos
from burnish_models.data.pictures import decode
from own_models.trials import Method, Pixels, to_levels


def validation_photos(largest: int) -> list[tuple[str, Pixels]]:
    """Name and pixels of each, the middle of it where it is larger than `largest` pixels; sides are multiples of 16."""
    found = []
    for path, name in zip(fetch_photos("validate"), _names(), strict=True):
        pixels = decode(path)
        height, width = (min(side, largest) // 16 * 16 for side in pixels.shape[:2])
        top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
        found.append((name, np.ascontiguousarray(pixels[top : top + height, left : left + width])))
    return found


def model(name_or_path: str) -> Method:
    """A model of the catalogue, or the one in a file, as a function."""
    catalogue = Catalogue()
    found = catalogue.find(name_or_path)
    network = catalogue.load(found).to(memory_format=torch.channels_last)
    return lambda pixels: _run(network, pixels, found.facts.border, found.facts.multiple)


def _run(network: nn.Module, pixels: Pixels, border: int, multiple: int) -> Pixels:
    """Reflected beyond its edges, as the worker does it."""
    height, width = pixels.shape[:2]
    picture = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    edge = -(-border // multiple) * multiple
    right, below = edge + -width % multiple, edge + -height % multiple
    picture = functional.pad(picture, (edge, right, edge, below), mode="reflect")
    with torch.inference_mode():
        result = network(picture.contiguous(memory_format=torch.channels_last))
    scale = result.shape[-1] // picture.shape[-1]
    inner = result[0, :, edge * scale : (edge + height) * scale, edge * scale : (edge + width) * scale]
    return to_levels(inner.permute(1, 2, 0).numpy())


def _names() -> list[str]:
    from burnish_models.data.photos import photos

    return [Path(photo.file.path).stem for photo in photos("validate")]
