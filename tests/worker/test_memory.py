"""The worker's memory is bounded by the tile, not by the picture."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from burnish.client import WorkerClient
from burnish.wire.messages import Done, Tile
from burnish.wire.request import Request
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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_24_megapixels_stay_under_one_gibibyte(client: WorkerClient) -> None:
    """All 384 result megapixels: the whole picture is run, because a leak would show only late."""
    pixels = np.pad(photo(600, 400), ((0, 3600), (0, 5400), (0, 0)), mode="symmetric")
    assert pixels.shape == (4000, 6000, 3)
    pid = client.describe().pid
    with PeakWatch(pid) as watch, client.submit(Request(model=FAST), layer_of(pixels)) as job:
        tiles = 0
        for event in job.events():
            tiles += isinstance(event, Tile)
        assert isinstance(event, Done)
        assert tiles == event.tiles
    assert 100e6 < watch.peak < GIB, f"{watch.peak / GIB:.2f} GiB"
