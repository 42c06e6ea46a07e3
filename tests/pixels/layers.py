"""Layers and a small real network, for tests of pixels."""

import numpy as np
import torch
from torch import nn

from burnish.wire.geometry import Depth, PixelFormat, Rect, Transfer
from burnish.wire.request import Output
from burnish_models.pixels.pipeline import TilePipeline
from burnish_models.tiling.blend import paint_over, seam_weights, written_rect
from burnish_models.tiling.grid import ResultGrid
from burnish_models.tiling.order import centre_out
from burnish_models.tiling.plan import plan_tiles

INTEGERS = (Depth.UINT8, Depth.UINT16)
FLOATS = (Depth.FLOAT16, Depth.FLOAT32)


def smooth_picture(height, width, channels, seed=0):
    """Waves of several lengths, 0 to 1, float64."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    planes = []
    for _ in range(channels):
        a, b, c, d = random.uniform(0.02, 0.35, 4)
        planes.append(0.5 + 0.25 * np.sin(a * x + b * y) + 0.24 * np.cos(c * x - d * y))
    return np.stack(planes, axis=-1)


def layer_of(values, depth, bgr=False, profile=b"", transfer=Transfer.SRGB):
    """Values 0 to 1, [h, w, channels], as an array and format of the given depth."""
    height, width, channels = values.shape
    dtype = np.dtype(depth.value)
    if np.issubdtype(dtype, np.integer):
        array = np.rint(np.clip(values, 0, 1) * np.iinfo(dtype).max).astype(dtype)
    else:
        array = values.astype(dtype)
    return array, PixelFormat(width, height, depth, channels, bgr=bgr, profile=profile, transfer=transfer)


class SmallNetwork(nn.Module):
    """Three 3x3 convolutions (a receptive field of 3) and a pixel shuffle, on top of the enlarged input."""

    def __init__(self, scale=2, strength=0.15):
        super().__init__()
        torch.manual_seed(3)
        self.scale = scale
        self.convolutions = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(8, 8, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(8, 3 * scale * scale, 3, padding=1),
        )
        self.strength = strength

    def forward(self, x):
        larger = nn.functional.interpolate(x, scale_factor=self.scale, mode="nearest")
        detail = nn.functional.pixel_shuffle(self.convolutions(x), self.scale)
        return larger + self.strength * detail


class Enlarge(nn.Module):
    """Changes nothing: every pixel becomes scale x scale equal ones."""

    def __init__(self, scale=1):
        super().__init__()
        self.scale = scale

    def forward(self, x):
        return nn.functional.interpolate(x, scale_factor=self.scale, mode="nearest")


def enhance(array, layer, network, facts, *, scale=None, region=None, tile=None, halve=False, **settings):
    """Run every tile through the network and paint it, as the worker does."""
    region = region or layer.bounds
    grid = ResultGrid(region, float(scale or facts.scale))
    pipeline = TilePipeline(array, layer, facts, grid, **settings)
    plan = plan_tiles(layer.width, layer.height, region, facts, tile, tile, grid.context(facts.scale))
    plan = plan.halved() if halve else plan
    layout = grid.format(layer, settings.get("output", Output.LAYER))
    result = np.zeros((grid.height, grid.width, layout.channels), layout.depth.value)
    feather = facts.feather * grid.scale
    finished: list[Rect] = []
    for part in centre_out(plan.tiles, region.centre):
        core = grid.place(part.core)
        rect = written_rect(core, feather, grid.bounds)
        prepared = pipeline.prepare(part.read, rect)
        with torch.inference_mode():
            answers = [network(given[None])[0] for given in prepared.network_inputs]
        if not rect.area:
            continue
        fresh = pipeline.finish(prepared, answers, rect)
        assert fresh.dtype == result.dtype
        assert fresh.shape == (rect.height, rect.width, layout.channels)
        weights = seam_weights(core, finished, feather, grid.bounds)
        paint_over(result[rect.y : rect.bottom, rect.x : rect.right], fresh, weights)
        finished.append(core)
    return result


def difference(one, other):
    """The largest difference in code values of 8 bits (of the depth itself for 16-bit integers)."""
    scale = 255 if np.issubdtype(one.dtype, np.floating) else 1
    return float(np.abs(one.astype(np.float64) - other.astype(np.float64)).max() * scale) if one.size else 0.0
