"""The loop over a job's tiles when things go wrong: memory runs out, half precision breaks, a job is cut short."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from burnish.wire.channel import Channel
from burnish.wire.geometry import Depth, PixelFormat
from burnish.wire.messages import JobEvent, Progress, Submit, Tile, Tiling
from burnish.wire.request import Request
from burnish.wire.runtime import RuntimeFolder
from burnish.wire.sentences import BurnishError, Note
from burnish.wire.shared_pixels import SharedPixels
from burnish_models.catalogue.model import Facts
from burnish_models.pixels.pipeline import TilePipeline
from burnish_models.tiling.grid import ResultGrid
from burnish_models.tiling.plan import plan_tiles
from burnish_models.worker.job_pixels import JobPixels
from burnish_models.worker.job_queue import JobCancelled, WorkerJob
from burnish_models.worker.journal import Journal
from burnish_models.worker.tile_loop import TileLoop
from worker.helpers import photo

SCALE, REACH = 2, 3
EXACT = Facts(
    scale=SCALE, receptive_field=REACH, overlap=4, feather=0, border=4, multiple=1, tiling=Tiling.EXACT, seam="",
    half=True, multiply_adds=49, activation_bytes=100,
)  # fmt: skip
BLENDED = replace(EXACT, overlap=8, border=8, feather=4, tiling=Tiling.BLENDED)
WIDTH, HEIGHT = 150, 110
CHANNELS_NOT_SENT: Channel = None  # type: ignore[assignment]


def network(batch: torch.Tensor) -> torch.Tensor:
    """A blur over 7×7 pixels at twice the size: its every result pixel depends on its surroundings."""
    kernel = torch.full((3, 1, 2 * REACH + 1, 2 * REACH + 1), 1 / (2 * REACH + 1) ** 2)
    return functional.interpolate(functional.conv2d(batch, kernel, padding=REACH, groups=3), scale_factor=SCALE)


def expected(pixels: np.ndarray) -> np.ndarray:
    """The network on the whole picture with a mirrored border, without tiles."""
    batch = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]
    output = network(functional.pad(batch, (REACH,) * 4, mode="reflect"))
    inner = output[0, :, SCALE * REACH : -SCALE * REACH, SCALE * REACH : -SCALE * REACH]
    return np.rint(inner.permute(1, 2, 0).numpy() * 255)


@dataclass
class SmallRunner:
    """A runner that has memory for so many input pixels, and breaks as told.

    broken_in: the precisions in which every output is not a number.
    """

    precision: str = "float16"
    batch_limit: int = 1
    room: int = 1 << 30
    error: type[Exception] = MemoryError
    broken_in: tuple[str, ...] = ()
    refused: int = 0

    def run(self, batch: torch.Tensor, *, full_precision: bool = False) -> torch.Tensor:
        if batch[:, 0].numel() > self.room:
            self.refused += 1
            raise self.error("no room")
        output = network(batch)
        return output * torch.nan if ("float32" if full_precision else self.precision) in self.broken_in else output


@dataclass
class Bench:
    """A layer, its result, and loops over its tiles."""

    folder: RuntimeFolder
    facts: Facts
    pixels: np.ndarray
    events: list[JobEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.layer = PixelFormat(WIDTH, HEIGHT, Depth.UINT8, 3)
        self.grid = ResultGrid(self.layer.bounds, SCALE)
        self.source = SharedPixels.create(self.folder, self.layer.total_bytes)
        self.source.write(memoryview(self.pixels.tobytes()))
        self.result_path = ""

    @property
    def tiles(self) -> list[Tile]:
        return [event for event in self.events if isinstance(event, Tile)]

    def run(self, runner: SmallRunner, tile: int, *, at_once: int = 1, cancel_after: int | None = None) -> TileLoop:
        """One worker's part of the job: all that earlier ones left, or as many tiles as are wanted."""
        finished = [event.core for event in self.tiles]
        opening = Submit("job", Request(), self.layer, str(self.source.path), self.result_path)
        pixels = JobPixels(self.folder, opening, CHANNELS_NOT_SENT)
        pixels.make_result(self.grid.format(self.layer), Journal.bytes_needed(WIDTH * HEIGHT * SCALE**2 * 3))
        assert pixels.result is not None
        self.result_path = str(pixels.result.path)
        loops: list[TileLoop] = []

        def emit(event: JobEvent) -> None:
            self.events.append(event)
            if cancel_after is not None and len(self.tiles) - len(finished) >= cancel_after:
                job.cancel()

        def work(job: WorkerJob) -> None:
            loop = TileLoop(
                job=job,
                pixels=pixels,
                pipeline=TilePipeline(pixels.layer, self.layer, self.facts, self.grid),
                runner=runner,
                plan=plan_tiles(WIDTH, HEIGHT, None, self.facts, tile, tile),
                grid=self.grid,
                result_format=self.grid.format(self.layer),
                finished=finished,
                focus=(WIDTH / 2, HEIGHT / 2),
                at_once=at_once,
                name="blur",
            )
            loops.append(loop)
            loop.run()

        job = WorkerJob("job", work, emit)
        try:
            work(job)
        except JobCancelled:
            assert cancel_after is not None
        finally:
            self.result = np.array(pixels.writable_result(self.grid.format(self.layer)))
            pixels.close()
        return loops[0]

    def check(self) -> None:
        """Every result pixel is right, and was some tile's core exactly once."""
        assert np.abs(self.result - expected(self.pixels)).max() <= 1
        covered = np.zeros((self.grid.height, self.grid.width), int)
        for tile in self.tiles:
            covered[tile.core.y : tile.core.bottom, tile.core.x : tile.core.right] += 1
        assert (covered == 1).all()


@pytest.fixture(params=[EXACT, BLENDED], ids=["exact", "blended"])
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("BURNISH_RUNTIME_DIR", str(tmp_path / "run"))
    return Bench(RuntimeFolder(), request.param, photo(WIDTH, HEIGHT))


@pytest.mark.parametrize("error", [MemoryError, torch.OutOfMemoryError])
def test_where_memory_runs_out_smaller_tiles_give_the_same_picture(bench: Bench, error: type[Exception]) -> None:
    runner = SmallRunner(room=64 * 64, error=error)
    loop = bench.run(runner, 120)
    bench.check()
    assert runner.refused >= 1
    (note,) = loop.counts.notes()
    assert note.code == "tile-halved" and int(note.values["size"]) <= 64
    assert loop.counts.done == loop.counts.total == len(bench.tiles)


def test_fewer_tiles_at_once_come_before_smaller_ones(bench: Bench) -> None:
    runner = SmallRunner(batch_limit=4, room=2 * 64 * 64)
    assert bench.run(runner, 64, at_once=4).counts.notes() == ()
    assert runner.refused == 1
    bench.check()


def test_memory_that_suffices_for_no_tile_at_all_is_told(bench: Bench) -> None:
    with pytest.raises(BurnishError) as caught:
        bench.run(SmallRunner(room=10), 120)
    assert caught.value.failure.code == "out-of-memory"


def test_a_tile_that_half_precision_breaks_is_run_in_full(bench: Bench) -> None:
    loop = bench.run(SmallRunner(broken_in=("float16",)), 64)
    bench.check()
    assert loop.counts.notes() == (Note("full-precision", {"tiles": len(bench.tiles)}),)


def test_a_network_that_is_broken_in_both_is_told(bench: Bench) -> None:
    with pytest.raises(BurnishError) as caught:
        bench.run(SmallRunner(broken_in=("float16", "float32")), 64)
    assert caught.value.failure.code == "bad-numbers"
    assert "blur" in caught.value.failure.message
    assert bench.tiles == [], "no broken tile reaches the client"


@pytest.mark.parametrize("tiles", [1, 2, 3, 5])
@pytest.mark.parametrize("room_later", [64 * 64, 1 << 30])
def test_halved_tiles_are_resumed_where_they_ended(bench: Bench, tiles: int, room_later: int) -> None:
    """The next worker may have more memory, or as little; what was done is not done again, and is counted."""
    bench.run(SmallRunner(room=64 * 64), 120, cancel_after=tiles)
    assert len(bench.tiles) == tiles
    before = len(bench.events)
    loop = bench.run(SmallRunner(room=room_later), 120)
    bench.check()
    told = [event for event in bench.events[before:] if isinstance(event, Progress)]
    assert [event.tiles_done for event in told if event.tiles_done >= tiles] == [event.tiles_done for event in told]
    assert all(event.tiles_done < event.tiles for event in told)
    assert loop.counts.done == loop.counts.total == len(bench.tiles)


def test_the_result_of_a_resumed_job_must_be_large_enough(bench: Bench) -> None:
    small = SharedPixels.create(bench.folder, 100)
    bench.result_path = str(small.path)
    with pytest.raises(BurnishError) as caught:
        bench.run(SmallRunner(), 64)
    assert caught.value.failure.code == "bad-message"


def test_no_other_file_is_taken_for_pixels(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "painting.kra").write_bytes(bytes(WIDTH * HEIGHT * 100))
    bench.result_path = str(tmp_path / "painting.kra")
    with pytest.raises(BurnishError) as caught:
        bench.run(SmallRunner(), 64)
    assert caught.value.failure.code == "bad-message"
    assert (tmp_path / "painting.kra").read_bytes() == bytes(WIDTH * HEIGHT * 100)
