"""Runs the tiles of one job: compute, check, paint, tell; halve them when memory runs out; stop when unwanted."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.messages import Progress, Stage, Tile
from burnish.wire.sentences import BurnishError, Note
from burnish_models.engines.contract import Runner
from burnish_models.pixels.check import looks_broken
from burnish_models.pixels.pipeline import TilePipeline
from burnish_models.tiling import plan as planning
from burnish_models.tiling.blend import paint_over, seam_weights, written_rect
from burnish_models.tiling.grid import ResultGrid
from burnish_models.tiling.order import centre_out
from burnish_models.worker.job_pixels import JobPixels
from burnish_models.worker.job_queue import WorkerJob

logger = logging.getLogger(__name__)


@dataclass
class Counts:
    """What happened on the way.

    done, total: tiles, with those that an earlier worker had finished.
    read_pixels: input pixels of the tiles that are computed, whether or not the network was needed for them.
    computed_pixels, computing_seconds: what went through the network, and how long that took.
    result_pixels: of the result, by this worker.
    """

    done: int = 0
    total: int = 0
    read_pixels: int = 0
    computed_pixels: int = 0
    computing_seconds: float = 0.0
    result_pixels: int = 0
    full_precision: int = 0
    halved_to: int = 0

    def notes(self) -> tuple[Note, ...]:
        notes = []
        if self.halved_to:
            notes.append(Note("tile-halved", {"size": self.halved_to}))
        if self.full_precision:
            notes.append(Note("full-precision", {"tiles": self.full_precision}))
        return tuple(notes)


class TileLoop:
    """The tiles of one job, from the plan to the result.

    Args:
        job: told of every tile, asked before each whether it is still wanted.
        plan: all tiles of the job.
        finished: cores that are done already, in result pixels (a resumed job).
        focus: where to begin, in the layer's pixels.
        at_once: how many tiles one run may hold.
        name: of the model, for a failure's sentence.
    """

    def __init__(
        self,
        job: WorkerJob,
        pixels: JobPixels,
        pipeline: TilePipeline,
        runner: Runner,
        plan: planning.Plan,
        grid: ResultGrid,
        result_format: PixelFormat,
        finished: Sequence[Rect],
        focus: tuple[float, float],
        at_once: int,
        name: str,
    ) -> None:
        self.counts = Counts()
        self._job = job
        self._pixels = pixels
        self._pipeline = pipeline
        self._runner = runner
        self._plan = plan
        self._grid = grid
        self._format = result_format
        self._finished = list(finished)
        self._focus = focus
        self._at_once = at_once
        self._name = name
        self._feather = plan.facts.feather * grid.scale
        self._began = time.monotonic()

    def run(self) -> None:
        """Raises JobCancelled, or BurnishError when a tile cannot be had."""
        self._redo_torn_tile()
        waiting = self._left_over()
        self.counts.done = len(self._finished)
        self.counts.total = self.counts.done + len(waiting)
        while waiting:
            self._job.check_cancelled(self.counts.done, self.counts.total)
            batch = waiting[: self._at_once]
            self._tell_progress(batch[0], len(waiting))
            try:
                outputs = self._compute(batch)
            except (MemoryError, torch.OutOfMemoryError):  # the latter from a pipeline on an accelerator
                if len(batch) > 1:
                    self._at_once = len(batch) // 2
                else:
                    waiting = self._halve(waiting)
                continue
            del waiting[: len(batch)]
            for tile, output in zip(batch, outputs, strict=True):
                self._paint(tile, output)
        self._job.check_cancelled(self.counts.done, self.counts.total)

    def _left_over(self) -> list[planning.Tile]:
        """The tiles not yet finished, in an undisturbed run's order: seams are rounded in the order of painting."""
        ordered = centre_out(self._plan.tiles, self._focus)
        if not self._finished:
            return ordered
        left = self._plan.without(self._finished, self._grid.place).tiles
        places = {tile.core: place for place, tile in enumerate(ordered)}

        def place_of(tile: planning.Tile) -> int:
            if tile.core not in places:  # a quarter of a tile that had been halved
                places[tile.core] = next(places[whole.core] for whole in ordered if whole.core.contains(tile.core))
            return places[tile.core]

        return sorted(left, key=place_of)

    def _halve(self, waiting: list[planning.Tile]) -> list[planning.Tile]:
        """The waiting tiles at half their size. Raises BurnishError("out-of-memory") when that is too small."""
        smaller = replace(self._plan, tiles=tuple(waiting)).halved()
        self.counts.total += len(smaller.tiles) - len(waiting)
        self.counts.halved_to = max(smaller.read_width, smaller.read_height)
        logger.warning("out of memory: tiles are now %d×%d", smaller.read_width, smaller.read_height)
        self._plan = smaller
        return centre_out(smaller.tiles, self._focus)

    def _compute(self, batch: list[planning.Tile]) -> list[np.ndarray]:
        """The finished pixels of each tile's written rectangle, [H, W, C] of the result's format."""
        began = time.monotonic()
        prepared = [self._pipeline.prepare(tile.read, self._written(tile)) for tile in batch]
        inputs = [tensor for item in prepared for tensor in item.network_inputs]
        outputs = iter(self._run_network(inputs))
        finished = []
        for tile, item in zip(batch, prepared, strict=True):
            answers = [next(outputs) for _ in item.network_inputs]
            finished.append(self._pipeline.finish(item, answers, self._written(tile)))
        self.counts.read_pixels += sum(tile.read.area for tile in batch)
        if inputs:
            self.counts.computed_pixels += batch[0].read.area * len(inputs)
            self.counts.computing_seconds += time.monotonic() - began
        return finished

    def _run_network(self, inputs: list[torch.Tensor]) -> list[torch.Tensor]:
        """Run the inputs, so many at once as fit, and again in full precision where the output is broken."""
        outputs: list[torch.Tensor] = []
        for start in range(0, len(inputs), self._at_once):
            group = inputs[start : start + self._at_once]
            answers = self._runner.run(torch.stack(group))
            outputs += [self._mended(given, answer) for given, answer in zip(group, answers, strict=True)]
        return outputs

    def _mended(self, given: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
        if not looks_broken(answer, given):
            return answer
        logger.warning("a tile came back with invalid numbers in %s", self._runner.precision)
        again = self._runner.run(given[None], full_precision=True)[0]
        if looks_broken(again, given):
            raise BurnishError("bad-numbers", model=self._name)
        self.counts.full_precision += 1
        return again

    def _written(self, tile: planning.Tile) -> Rect:
        return written_rect(self._grid.place(tile.core), self._feather, self._grid.bounds)

    def _paint(self, tile: planning.Tile, fresh: np.ndarray) -> None:
        """Put a tile into the result so that a crash at any moment can be made good, and tell the client."""
        core, rect = self._grid.place(tile.core), self._written(tile)
        result = self._pixels.writable_result(self._format)
        target = result[rect.y : rect.bottom, rect.x : rect.right]
        weights = seam_weights(core, self._finished, self._feather, self._grid.bounds)
        if weights is None:
            target[...] = fresh
            self._tell_tile(core, rect)
            return
        journal = self._pixels.journal(self._format)
        blended = np.array(target)
        paint_over(blended, fresh, weights)
        journal.store(rect, core, blended)
        target[...] = blended
        self._tell_tile(core, rect)
        journal.clear()  # not before the client knows: otherwise a resumed job would blend this seam a second time

    def _redo_torn_tile(self) -> None:
        """Complete the seam that the worker before us was painting when it died."""
        if not self._finished or self._feather <= 0:
            return
        torn = self._pixels.journal(self._format).redo(self._pixels.writable_result(self._format))
        if torn is not None:
            rect, core = torn
            if core not in self._finished:
                self._tell_tile(core, rect)

    def _tell_tile(self, core: Rect, rect: Rect) -> None:
        self._finished.append(core)
        self.counts.done += 1
        self.counts.result_pixels += core.area
        blobs = self._pixels.tile_blob(self._format, rect)
        self._job.emit(Tile(self._job.id, rect.x, rect.y, rect.width, rect.height, core), *blobs)

    def _tell_progress(self, tile: planning.Tile, waiting: int) -> None:
        elapsed = time.monotonic() - self._began
        read = self.counts.read_pixels
        left = waiting * self._plan.read_width * self._plan.read_height
        done = self.counts.result_pixels
        self._job.emit(
            Progress(
                self._job.id,
                Stage.RUNNING,
                tiles_done=self.counts.done,
                tiles=self.counts.total,
                seconds_left=round(elapsed / read * left, 1) if read else None,
                megapixels_per_second=round(done / 1e6 / elapsed, 3) if read and elapsed else None,
                working=self._grid.place(tile.core),
            )
        )
