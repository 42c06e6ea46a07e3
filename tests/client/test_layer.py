"""Pixels that a host hands over late: asked for once, on the job's own thread, and kept for what follows."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from burnish.client import Layer, WorkerClient
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.messages import Accepted, Done, Failed
from burnish.wire.request import Request
from burnish.wire.sentences import BurnishError
from worker.helpers import FAST, finish, layer_of, photo, succeeded

SQUARE = PixelFormat(8, 8, Depth.UINT8, 3)


class Lazy:
    """Gives its pixels when called, and remembers from which threads it was."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels
        self.threads: list[threading.Thread] = []

    def __call__(self) -> np.ndarray:
        self.threads.append(threading.current_thread())
        return self.pixels


@pytest.mark.parametrize("sharing", [True, False])
def test_pixels_and_mask_may_be_asked_for_when_they_are_needed(shared_client: WorkerClient, sharing: bool) -> None:
    client = WorkerClient(shared_client.folder, share_pixels=sharing)
    pixels, mask = photo(60, 40), np.zeros((40, 60), np.uint8)
    mask[:, :30] = 255
    data, soft = Lazy(pixels), Lazy(mask)
    lazy = Layer(layer_of(pixels).format, data, soft)
    full = Request(model=FAST, scale=1.0)
    with client.submit(full, lazy) as job:
        assert data.threads == soft.threads == []
        threads: list[threading.Thread] = []

        def follow() -> None:
            threads.append(threading.current_thread())
            succeeded(finish(job))

        thread = threading.Thread(target=follow)
        thread.start()
        thread.join()
        assert data.threads == soft.threads == threads
        with client.blend(replace(full, strength=0.5), lazy, job) as blend:
            late = succeeded(finish(blend))
        assert data.threads == soft.threads == threads  # the layer may look different by now
    given = replace(layer_of(pixels), mask=mask)
    with client.submit(full, given) as job:
        succeeded(finish(job))
        with client.blend(replace(full, strength=0.5), given, job) as blend:
            assert np.array_equal(succeeded(finish(blend)), late)


@pytest.mark.parametrize("sharing", [True, False])
def test_a_killed_worker_does_not_make_the_host_give_its_pixels_again(client: WorkerClient, sharing: bool) -> None:
    record, last = None, None
    data = Lazy(photo(200, 150))
    layer = Layer(layer_of(data.pixels).format, data)
    with WorkerClient(client.folder, share_pixels=sharing).submit(Request(model=FAST, tile="96"), layer) as job:
        for event in job.events():
            if isinstance(event, Accepted) and record is None:
                record = client.folder.read_record()
                assert record is not None
                os.kill(record.pid, signal.SIGKILL)
            last = event
        assert isinstance(last, Done)
    assert len(data.threads) == 1


def test_a_host_that_cannot_give_its_pixels_ends_the_job(client: WorkerClient) -> None:
    def gone() -> bytes:
        raise BurnishError("layer-gone", name="Portrait")

    def torn() -> bytes:
        raise BrokenPipeError("the plug-in ended")

    for data, code in ((gone, "layer-gone"), (torn, "pixels-not-had")):
        with client.submit(Request(model=FAST), Layer(SQUARE, data)) as job:
            events = list(job.events())
        assert [type(event) for event in events] == [Failed]
        assert isinstance(events[0], Failed) and events[0].failure.code == code


@pytest.mark.parametrize(
    ("region", "right"),
    [(None, 64), (Rect(2, 3, 4, 2), 8), (Rect(6, 6, 10, 10), 4)],
)
def test_a_mask_must_be_as_large_as_its_region(client: WorkerClient, region: Rect | None, right: int) -> None:
    request = Request(model=FAST, region=region)
    for size in (right - 1, right + 1):
        wrong = Layer(SQUARE, bytes(192), bytes(size))
        with client.submit(request, wrong) as job, pytest.raises(ValueError, match=f"{size} bytes, .* {right} pixels"):
            list(job.events())
    assert Layer(SQUARE, bytes(192), bytes(right)).mask_view(request.area(SQUARE) or Rect(0, 0, 0, 0)) is not None


def test_a_blend_that_begins_after_its_earlier_job_was_closed_brings_nothing_back(shared_client: WorkerClient) -> None:
    data = Lazy(photo(60, 40))
    layer, request = Layer(layer_of(data.pixels).format, data), Request(model=FAST, scale=1.0)
    with shared_client.submit(request, layer) as job:
        succeeded(finish(job))
        late = shared_client.blend(replace(request, strength=0.5), layer, job)
        place = Path(job.result_path).parent
        assert list(place.glob("*.pixels"))
    with late:
        last = finish(late).last
    assert isinstance(last, Failed)
    assert last.failure.code == "pixels-not-had"
    assert len(data.threads) == 1
    assert not list(place.glob("*.pixels"))
