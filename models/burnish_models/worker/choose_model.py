"""Which model runs a request that says “auto”: the best one where it is quick enough here, else the fast one."""

from __future__ import annotations

from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.request import Request
from burnish.wire.sentences import Note
from burnish_models.catalogue.entries import BEST, FAST
from burnish_models.catalogue.model import Facts, Model
from burnish_models.engines.memory import free_bytes
from burnish_models.engines.places import AUTO
from burnish_models.tiling.auto_size import auto_tile_size
from burnish_models.tiling.plan import Plan, plan_tiles
from burnish_models.worker.job_queue import WorkerJob
from burnish_models.worker.stages import make_ready
from burnish_models.worker.workshop import Workshop


def choose_model(
    request: Request, layer: PixelFormat, region: Rect, workshop: Workshop, job: WorkerJob
) -> tuple[Model, Note]:
    """The model, and why. Raises BurnishError for a name or a file that is none."""
    if request.model != AUTO:
        return workshop.catalogue.find(request.model), Note("model-asked")
    best, fast = workshop.catalogue.find(BEST), workshop.catalogue.find(FAST)
    per_pixel = workshop.estimate(best, request.engine, request.device)
    if per_pixel is None:  # nothing was ever measured here: the fast model's speed tells the best one's
        make_ready(workshop, fast, request.engine, request.device, AUTO, job)
        per_pixel = workshop.estimate(best, request.engine, request.device)
    if per_pixel is None:
        return fast, Note("model-best-too-slow", {"best": best.name, "seconds": "?"})
    plan = plan_for(request, layer, region, best.facts, per_pixel, free_bytes("cpu"))
    seconds = per_pixel * computed_pixels(plan)
    if seconds < workshop.settings.best_model_seconds:
        return best, Note("model-best-fits", {"seconds": max(1, round(seconds))})
    return fast, Note("model-best-too-slow", {"best": best.name, "seconds": round(seconds)})


def plan_for(
    request: Request,
    layer: PixelFormat,
    region: Rect,
    facts: Facts,
    seconds_per_pixel: float | None,
    free: int,
    margin: int = 0,
) -> Plan:
    """The tiles that a request asks for, or those that suit this machine."""
    if request.tile == AUTO:
        size: tuple[int | None, int | None] = auto_tile_size(
            facts, free, seconds_per_pixel, region.width, region.height
        )
    else:
        side = None if request.tile == "none" else int(request.tile)
        size = side, side
    return plan_tiles(layer.width, layer.height, region, facts, *size, margin)


def computed_pixels(plan: Plan) -> int:
    """Input pixels that the network computes, overlaps included."""
    return plan.read_width * plan.read_height * len(plan.tiles)
