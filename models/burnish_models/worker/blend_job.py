"""A job that brings an earlier result to another strength; the network has nothing to do with it."""

from __future__ import annotations

import time

from burnish.wire.geometry import Rect
from burnish.wire.messages import Accepted, Blend, Done, Tile
from burnish.wire.request import N_, Output, Outside
from burnish.wire.sentences import BurnishError, Note
from burnish_models.pixels.selection import Selection
from burnish_models.pixels.source import LayerReader
from burnish_models.pixels.strength import blend_strength, result_bands
from burnish_models.tiling.grid import ResultGrid
from burnish_models.worker.job_pixels import JobPixels
from burnish_models.worker.job_queue import WorkerJob
from burnish_models.worker.settle import check
from burnish_models.worker.workshop import Workshop


class BlendJob:
    """One Blend, run in the queue's thread, band by band so that memory stays bounded."""

    def __init__(self, blend: Blend, pixels: JobPixels, workshop: Workshop) -> None:
        self._blend = blend
        self._pixels = pixels
        self._workshop = workshop

    def run(self, job: WorkerJob) -> None:
        """Emit Accepted, the bands as tiles, and Done. Raises JobCancelled or BurnishError."""
        began = time.monotonic()
        grid = self._grid()
        layout = self._blend.result_format
        bands = self._bands(grid)
        self._pixels.make_result(layout, 0)
        assert self._pixels.result is not None
        job.emit(
            Accepted(
                job=job.id,
                format=layout,
                result="" if self._pixels.inline else str(self._pixels.result.path),
                tiles=len(bands),
                tile_width=bands[0].width,
                tile_height=bands[0].height,
                seconds=None,
                memory_bytes=bands[0].area * layout.channels * 16,
                model=self._blend.request.model,
                model_reason=Note("model-asked"),
                engine="torch",
                device="cpu",
                precision="float32",
                engine_reason=Note("engine-only"),
            )
        )
        reader = LayerReader(self._pixels.layer, self._blend.format)
        fades = self._blend.request.outside is Outside.TRANSPARENT
        fade = Selection.of(self._pixels.mask, grid) if fades else None
        strength = self._blend.request.strength
        earlier, result = self._pixels.earlier, self._pixels.writable_result(layout)
        for done, rect in enumerate(bands):
            job.check_cancelled(done, len(bands))
            place = slice(rect.y, rect.bottom), slice(rect.x, rect.right)
            result[place] = blend_strength(reader, grid, earlier[place], strength, rect, fade)
            self._tell(job, rect)
        seconds = time.monotonic() - began
        speed = round(grid.width * grid.height / 1e6 / max(seconds, 1e-9), 3)
        model = self._blend.request.model
        job.emit(Done(job.id, round(seconds, 3), len(bands), speed, model, "torch", "cpu", "float32"))

    def _grid(self) -> ResultGrid:
        """The earlier result's grid: its scale follows from the request, or from its size where none was named."""
        request, layer, layout = self._blend.request, self._blend.format, self._blend.result_format
        region = check(self._blend)
        if request.output is not Output.LAYER:
            rule = N_("Run it again at the strength that is wanted: a result for the screen cannot be blended.")
            raise BurnishError("bad-request", field="output", value=request.output.value, rule=rule)
        grid = ResultGrid(region, request.scale or max(1, round(layout.width / region.width)))
        if layout != grid.format(layer):
            raise BurnishError("bad-message", reason="the earlier result is not what the request would give")
        return grid

    def _bands(self, grid: ResultGrid) -> list[Rect]:
        """What there is to blend, in bands of bounded size."""
        parts = self._blend.parts or (grid.bounds,)
        if not all(part.width > 0 and part.height > 0 and grid.bounds.contains(part) for part in parts):
            raise BurnishError("bad-message", reason="a part lies outside the earlier result")
        return [band for part in parts for band in result_bands(part)]

    def _tell(self, job: WorkerJob, rect: Rect) -> None:
        blobs = self._pixels.tile_blob(self._blend.result_format, rect)
        job.emit(Tile(job.id, rect.x, rect.y, rect.width, rect.height, rect), *blobs)
