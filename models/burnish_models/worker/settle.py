"""Settles everything a request left open: model, engine, tiles, the result's size, and what it will cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from burnish.wire.geometry import PixelFormat
from burnish.wire.messages import Accepted, Resume
from burnish.wire.request import Request
from burnish.wire.sentences import BurnishError, Note
from burnish_models.catalogue.model import Model
from burnish_models.tiling.auto_size import auto_tile_size
from burnish_models.tiling.grid import ResultGrid
from burnish_models.tiling.plan import Plan, plan_tiles
from burnish_models.worker.job_queue import WorkerJob

if TYPE_CHECKING:
    from burnish_models.worker.workshop import Ready, Workshop

LARGEST_SCALE = 16.0
LONGEST_SIDE = 300_000  # what the picture formats and the hosts can hold


@dataclass(frozen=True)
class Settled:
    """A request with nothing left open.

    seconds: estimated for the whole job; None before anything has been measured.
    memory_bytes: that a tile in work takes, shared pixels apart.
    """

    model: Model
    model_reason: Note
    ready: Ready
    grid: ResultGrid
    plan: Plan
    result_format: PixelFormat
    seconds: float | None
    memory_bytes: int

    def accepted(self, job: str, result_path: str) -> Accepted:
        return Accepted(
            job=job,
            format=self.result_format,
            result=result_path,
            tiles=len(self.plan.tiles),
            tile_width=self.plan.read_width,
            tile_height=self.plan.read_height,
            seconds=self.seconds,
            memory_bytes=self.memory_bytes,
            model=self.model.name,
            model_reason=self.model_reason,
            engine=self.ready.engine.name,
            device=self.ready.engine.device,
            precision=self.ready.runner.precision,
            engine_reason=self.ready.reason,
        )


def settle(request: Request, layer: PixelFormat, resume: Resume | None, workshop: Workshop, job: WorkerJob) -> Settled:
    """Settle a request; a resumed one exactly as the first time. Raises BurnishError."""
    check(request, layer)
    region = request.region.intersection(layer.bounds) if request.region else layer.bounds
    if region is None:
        raise BurnishError("region-outside", width=layer.width, height=layer.height)
    model, model_reason = workshop.choose_model(request.model, region.area)
    scale = request.scale or float(model.scale)
    grid = ResultGrid(region, scale)
    if max(grid.width, grid.height) > LONGEST_SIDE:
        raise BurnishError("result-too-large", width=grid.width, height=grid.height)
    ready = workshop.make_ready(model, request, resume, job)
    facts = model.facts
    seconds_per_pixel = workshop.seconds_per_pixel(model, ready)
    if resume is not None:
        tile_width: int | None = resume.tile_width
        tile_height: int | None = resume.tile_height
    elif request.tile == "auto":
        tile_width, tile_height = auto_tile_size(
            facts, ready.engine.free_bytes(), seconds_per_pixel, region.width, region.height
        )
    else:
        tile_width = tile_height = None if request.tile == "none" else int(request.tile)
    margin = grid.context(facts.scale)
    plan = plan_tiles(layer.width, layer.height, region, facts, tile_width, tile_height, margin)
    read_pixels = plan.read_width * plan.read_height
    return Settled(
        model=model,
        model_reason=model_reason,
        ready=ready,
        grid=grid,
        plan=plan,
        result_format=grid.format(layer),
        seconds=round(seconds_per_pixel * read_pixels * len(plan.tiles), 2) if seconds_per_pixel else None,
        memory_bytes=int(read_pixels * facts.activation_bytes * ready.runner.batch_limit),
    )


def check(request: Request, layer: PixelFormat) -> None:
    """Refuse values that no job can have. Raises BurnishError("bad-request")."""
    if request.scale is not None and not (math.isfinite(request.scale) and 0 < request.scale <= LARGEST_SCALE):
        raise _bad("scale", request.scale, f"It is a number above 0, at most {LARGEST_SCALE:g}.")
    if not 0 <= request.strength <= 1:
        raise _bad("strength", request.strength, "It lies between 0 and 1.")
    if request.tile not in ("auto", "none") and not (request.tile.isdecimal() and 0 < int(request.tile) <= 65536):
        raise _bad("tile", request.tile, "It is auto, none, or a number of pixels.")
    if request.region is not None and (request.region.width < 1 or request.region.height < 1):
        raise _bad("region", f"{request.region.width}×{request.region.height}", "It is at least 1×1 pixel.")


def _bad(field: str, value: object, rule: str) -> BurnishError:
    return BurnishError("bad-request", field=field, value=str(value), rule=rule)
