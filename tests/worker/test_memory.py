"""The worker's memory is bounded by the tile, not by the picture."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from burnish.client import WorkerClient
from burnish.wire.messages import Cancelled, Done, Tile
from burnish.wire.request import Request
from burnish_models.networks.srvgg_compact import CompactConfig
from networks.configs import built
from worker.helpers import FAST, layer_of, photo

GIB = 1 << 30


def own_resident_bytes(pid: int) -> int:
    """What a process holds in memory, its mappings of shared pixels apart."""
    total, counted = 0, True
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if line[0] in "0123456789abcdef":
            counted = ".pixels" not in line  # nor once it is deleted, as when its job is closed
        elif line.startswith("Rss:") and counted:
            total += int(line.split()[1]) * 1024
    return total


class PeakWatch:
    """Samples a process's own resident memory until it is left."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._end.wait(0.1):
            self.peak = max(self.peak, own_resident_bytes(self._pid))

    def __enter__(self) -> PeakWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


def twenty_four_megapixels() -> np.ndarray:
    pixels = np.pad(photo(600, 400), ((0, 3600), (0, 5400), (0, 0)), mode="symmetric")
    assert pixels.shape == (4000, 6000, 3)
    return pixels


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_24_megapixels_stay_under_one_gibibyte(client: WorkerClient) -> None:
    """The fast model's own tiles: what they take is taken by each of them, so a dozen show it."""
    pid = client.describe().pid
    with PeakWatch(pid) as watch, client.submit(Request(model=FAST), layer_of(twenty_four_megapixels())) as job:
        tiles = 0
        for event in job.events():
            tiles += isinstance(event, Tile)
            if tiles == 12:
                job.cancel()
        assert isinstance(event, Cancelled)
    assert 100e6 < watch.peak < GIB, f"{watch.peak / GIB:.2f} GiB"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_what_is_done(client: WorkerClient, tmp_path: Path) -> None:
    """All 384 result megapixels in small tiles, by a network that is soon through: a leak would show only late."""
    weights = tmp_path / "small.safetensors"
    save_file(built("srvgg-compact", CompactConfig(features=8, convolutions=2, scale=4))[1].state_dict(), weights)
    pid = client.describe().pid
    request = Request(model=str(weights), tile="256")
    with PeakWatch(pid) as watch, client.submit(request, layer_of(twenty_four_megapixels())) as job:
        tiles = 0
        for event in job.events():
            tiles += isinstance(event, Tile)
        assert isinstance(event, Done)
        assert tiles == event.tiles
    assert 100e6 < watch.peak < GIB, f"{watch.peak / GIB:.2f} GiB"
