"""A job that enhances a layer: settle the request, run its tiles, report what it took."""

from __future__ import annotations

import logging
import time

from burnish.wire.messages import Done, Submit
from burnish_models.pixels.pipeline import TilePipeline
from burnish_models.tiling.blend import written_rect
from burnish_models.worker.job_pixels import JobPixels
from burnish_models.worker.job_queue import WorkerJob
from burnish_models.worker.journal import Journal
from burnish_models.worker.settle import Settled, settle
from burnish_models.worker.tile_loop import TileLoop
from burnish_models.worker.workshop import Workshop

logger = logging.getLogger(__name__)


class EnhanceJob:
    """One Submit, run in the queue's thread."""

    def __init__(self, submit: Submit, pixels: JobPixels, workshop: Workshop) -> None:
        self._submit = submit
        self._pixels = pixels
        self._workshop = workshop

    def run(self, job: WorkerJob) -> None:
        """Emit Accepted, the tiles and Done. Raises JobCancelled or BurnishError."""
        began = time.monotonic()
        request, layer = self._submit.request, self._submit.format
        settled = settle(self._submit, self._workshop, job)
        pixels = settled.result_format
        self._pixels.make_result(pixels, _journal_bytes(settled))
        assert self._pixels.result is not None
        accepted = settled.accepted(job.id, "" if self._pixels.inline else str(self._pixels.result.path))
        logger.info(
            "job %s: %d×%d to %d×%d, %s on %s %s %s (%s), %d tiles of %d×%d, about %s s",
            job.id, layer.width, layer.height, pixels.width, pixels.height, accepted.model, accepted.engine,
            accepted.device, accepted.precision, accepted.engine_reason.code, accepted.tiles, accepted.tile_width,
            accepted.tile_height, accepted.seconds,
        )  # fmt: skip
        job.emit(accepted)
        pipeline = TilePipeline(
            self._pixels.layer,
            layer,
            settled.model.facts,
            settled.grid,
            request.alpha,
            request.strength,
            settled.choice.engine.tensor_device,
            self._pixels.mask,
            request.outside,
            request.output,
        )
        viewport = request.viewport.intersection(settled.grid.region) if request.viewport else None
        loop = TileLoop(
            job=job,
            pixels=self._pixels,
            pipeline=pipeline,
            runner=settled.choice.runner,
            plan=settled.plan,
            grid=settled.grid,
            result_format=pixels,
            finished=self._submit.resume.finished if self._submit.resume else (),
            focus=(viewport or settled.grid.region).centre,
            at_once=settled.tiles_at_once,
            name=settled.model.name,
        )
        loop.run()
        ended = time.monotonic()
        counts = loop.counts
        if counts.computed_pixels:
            per_pixel = counts.computing_seconds / counts.computed_pixels
            self._workshop.record_speed(settled.model, settled.choice, per_pixel)
        job.emit(
            Done(
                job=job.id,
                seconds=round(ended - began, 3),
                tiles=counts.done,
                megapixels_per_second=round(counts.result_pixels / 1e6 / max(ended - began, 1e-9), 3),
                model=settled.model.name,
                engine=settled.choice.engine.name,
                device=settled.choice.engine.device,
                precision=settled.choice.runner.precision,
                notes=counts.notes(),
            )
        )


def _journal_bytes(settled: Settled) -> int:
    """Room for the largest tile that is blended; nothing for networks that tile exactly."""
    feather = settled.plan.facts.feather * settled.grid.scale
    if feather <= 0:
        return 0
    rects = (written_rect(settled.grid.place(tile.core), feather, settled.grid.bounds) for tile in settled.plan.tiles)
    return Journal.bytes_needed(max(rect.area for rect in rects) * settled.result_format.pixel_bytes)
