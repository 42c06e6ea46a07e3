"""Settles everything a request left open: model, engine, tiles, the result's size, and what it will cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Accepted, Blend, Submit
from burnish.wire.request import LARGEST_SCALE, N_, SCALE_RULE, Output, Outside, Request
from burnish.wire.sentences import BurnishError, Note
from burnish_models.catalogue.model import Model
from burnish_models.engines.choose import Choice
from burnish_models.engines.memory import needed_bytes, tiles_that_fit
from burnish_models.tiling.grid import ResultGrid
from burnish_models.tiling.plan import Plan, plan_tiles
from burnish_models.worker.choose_model import choose_model, computed_pixels, plan_for
from burnish_models.worker.job_queue import WorkerJob
from burnish_models.worker.stages import make_ready
from burnish_models.worker.workshop import Workshop

LONGEST_SIDE = 300_000  # what the picture formats and the hosts can hold


@dataclass(frozen=True)
class Settled:
    """A request with nothing left open.

    tiles_at_once: how many tiles one run of the network may hold.
    seconds: estimated for the whole job; None before anything has been measured.
    memory_bytes: that a tile in work takes, shared pixels apart.
    """

    model: Model
    model_reason: Note
    choice: Choice
    grid: ResultGrid
    plan: Plan
    result_format: PixelFormat
    tiles_at_once: int
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
            engine=self.choice.engine.name,
            device=self.choice.engine.device,
            precision=self.choice.runner.precision,
            engine_reason=self.choice.reason,
        )


def settle(submit: Submit, workshop: Workshop, job: WorkerJob) -> Settled:
    """Settle a job's request; a resumed one exactly as the first time. Raises BurnishError."""
    request, layer, resume = submit.request, submit.format, submit.resume
    region = check(submit)
    if resume is not None:
        request = replace(request, model=resume.model, engine=resume.engine, device=resume.device)
    model, model_reason = choose_model(request, layer, region, workshop, job)
    grid = ResultGrid(region, request.scale or float(model.scale))
    if max(grid.width, grid.height) > LONGEST_SIDE:
        raise BurnishError("result-too-large", width=grid.width, height=grid.height)
    precision = resume.precision if resume else "auto"
    choice = make_ready(workshop, model, request.engine, request.device, precision, job)
    engine = choice.engine
    per_pixel = workshop.estimate(model, engine.name, engine.device) or choice.seconds
    margin = grid.context(model.facts.scale)
    if resume is not None:
        size = resume.tile_width, resume.tile_height
        plan = plan_tiles(layer.width, layer.height, region, model.facts, *size, margin)
    else:
        plan = plan_for(request, layer, region, model.facts, per_pixel, engine.free_bytes(), margin)
    tile_pixels = plan.read_width * plan.read_height
    at_once = min(choice.runner.batch_limit, len(plan.tiles))
    at_once = tiles_that_fit(model.facts, choice.runner.precision, tile_pixels, engine.free_bytes(), at_once)
    return Settled(
        model=model,
        model_reason=model_reason,
        choice=choice,
        grid=grid,
        plan=plan,
        result_format=grid.format(layer, request.output),
        tiles_at_once=at_once,
        seconds=round(per_pixel * computed_pixels(plan), 2) if per_pixel else None,
        memory_bytes=needed_bytes(model.facts, choice.runner.precision, tile_pixels * at_once),
    )


def check(opening: Submit | Blend) -> Rect:
    """The part of the layer that is enhanced.

    Raises BurnishError("bad-request") for values that no job can have, and where the region lies beside the layer.
    """
    request, layer = opening.request, opening.format
    if request.scale is not None and not (math.isfinite(request.scale) and 0 < request.scale <= LARGEST_SCALE):
        raise _bad("scale", request.scale, SCALE_RULE)
    if not 0 <= request.strength <= 1:
        raise _bad("strength", request.strength, N_("Give a number from 0 (the original) to 1 (the model's result)."))
    if request.tile not in ("auto", "none") and not (request.tile.isdecimal() and 0 < int(request.tile) <= 65536):
        raise _bad("tile", request.tile, N_("Give auto, none, or a number of pixels."))
    if request.region is not None and (request.region.width < 1 or request.region.height < 1):
        size = f"{request.region.width}×{request.region.height}"
        raise _bad("region", size, N_("Choose a region of at least one pixel."))
    if opening.masked and request.outside is Outside.TRANSPARENT and not _has_alpha(request, layer):
        raise _bad("outside", request.outside.value, N_("Choose a layer that has transparency, or outside original."))
    region = request.area(layer)
    if region is None:
        raise BurnishError("region-outside", width=layer.width, height=layer.height)
    return region


def _has_alpha(request: Request, layer: PixelFormat) -> bool:
    return layer.has_alpha or request.output is Output.SCREEN


def _bad(field: str, value: object, rule: str) -> BurnishError:
    return BurnishError("bad-request", field=field, value=str(value), rule=rule)
