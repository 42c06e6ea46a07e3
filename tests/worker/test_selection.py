"""Soft selections and results for the screen, from end to end: through shared memory, inline, and past a death."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import burnish
from burnish.client import Layer, WorkerClient
from burnish.wire.channel import Channel
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.messages import PROTOCOL, Blend, Describe, Done, Failed, Hello, Refused, Submit, Tile, Welcome
from burnish.wire.request import Output, Outside, Request
from burnish.wire.shared_pixels import SharedPixels
from worker.helpers import FAST, Outcome, finish, layer_of, photo, result_of, run, succeeded
from worker.test_survival import worker_pid

OUTSIDE = list(Outside)


def soft_mask(width: int, height: int) -> np.ndarray:
    """Nothing on the left, everything on the right, a soft edge between; [height, width] uint8."""
    ramp = np.clip((np.arange(width) - width * 0.4) / (width * 0.3), 0, 1)
    return np.ascontiguousarray(np.rint(ramp * 255).astype(np.uint8)[None].repeat(height, 0))


def with_alpha(pixels: np.ndarray) -> np.ndarray:
    """Opaque but for a band at the bottom that fades out."""
    height, width = pixels.shape[:2]
    alpha = np.clip((height - np.arange(height)) * 8, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.concatenate([pixels, alpha[:, None, None].repeat(width, 1)], 2))


def run_masked(client: WorkerClient, request: Request, pixels: np.ndarray, mask: np.ndarray | None) -> Outcome:
    with client.submit(request, replace(layer_of(pixels), mask=mask)) as job:
        return finish(job)


@pytest.mark.parametrize("sharing", [True, False], ids=["shared", "inline"])
@pytest.mark.parametrize("outside", OUTSIDE)
def test_a_mask_shapes_the_result(shared_client: WorkerClient, outside: Outside, sharing: bool) -> None:
    client = WorkerClient(shared_client.folder, share_pixels=sharing)
    pixels, region = with_alpha(photo(130, 90)), Rect(10, 5, 200, 70)
    request = Request(model=FAST, scale=1.0, tile="64", region=region, outside=outside)
    mask = soft_mask(120, 70)  # of the part of the region that lies in the layer
    plain = succeeded(run(client, request, pixels))
    masked = succeeded(run_masked(client, request, pixels, mask))
    assert np.array_equal(masked[mask == 255], plain[mask == 255])
    original = pixels[5:75, 10:130]
    if outside is Outside.ORIGINAL:
        assert np.array_equal(masked[mask == 0], original[mask == 0])
        share = mask[..., None] / 255
        assert np.abs(masked - (original * (1 - share) + plain * share)).max() <= 1.01
    else:
        assert np.array_equal(masked[..., :3][mask > 0], plain[..., :3][mask > 0])
        assert np.abs(masked[..., 3] - plain[..., 3] * (mask / 255)).max() <= 0.51


@pytest.mark.parametrize("sharing", [True, False], ids=["shared", "inline"])
@pytest.mark.parametrize("scale", [1.0, 4.0, 2.5])
@pytest.mark.parametrize("outside", OUTSIDE)
def test_strength_after_the_run_equals_strength_in_the_run(
    shared_client: WorkerClient, outside: Outside, scale: float, sharing: bool
) -> None:
    client = WorkerClient(shared_client.folder, share_pixels=sharing)
    layer = replace(layer_of(with_alpha(photo(90, 70))), mask=soft_mask(60, 70))
    full = Request(model=FAST, scale=scale, region=Rect(20, 0, 60, 70), outside=outside)
    weaker, nothing = replace(full, strength=0.4), replace(full, strength=0.0)
    with client.submit(full, layer) as job:
        succeeded(finish(job))
        with client.blend(weaker, layer, job) as blend:
            blended = succeeded(finish(blend))
        with client.blend(nothing, replace(layer), job) as blend:  # another object: its pixels are sent again
            faded = succeeded(finish(blend))
    for request, after in ((weaker, blended), (nothing, faded)):
        with client.submit(request, layer) as job:
            direct = succeeded(finish(job))
        assert np.abs(direct.astype(int) - after).max() <= 1


def test_a_mask_that_selects_everything_changes_nothing(shared_client: WorkerClient) -> None:
    pixels, request = photo(100, 80), Request(model=FAST, tile="64")
    whole = np.full((80, 100), 255, np.uint8)
    plain = succeeded(run(shared_client, request, pixels))
    assert np.array_equal(succeeded(run_masked(shared_client, request, pixels, whole)), plain)


def test_where_nothing_is_selected_the_layer_comes_back(shared_client: WorkerClient) -> None:
    pixels, nothing = photo(200, 150), np.zeros((150, 200), np.uint8)
    outcome = run_masked(shared_client, Request(model=FAST, scale=1.0, tile="64"), pixels, nothing)
    assert np.array_equal(succeeded(outcome), pixels)
    assert isinstance(outcome.last, Done) and outcome.last.tiles == len(outcome.tiles) > 4


@pytest.mark.parametrize("sharing", [True, False], ids=["shared", "inline"])
def test_a_killed_worker_does_not_lose_the_mask(client: WorkerClient, sharing: bool) -> None:
    pixels, mask = photo(200, 150), soft_mask(200, 150)
    request = Request(model=FAST, tile="64", engine="torch")
    undisturbed = succeeded(run_masked(client, request, pixels, mask))
    layer, outcome = replace(layer_of(pixels), mask=mask), Outcome()
    with WorkerClient(client.folder, share_pixels=sharing).submit(request, layer) as job:
        for event in job.events():
            outcome.events.append(event)
            if isinstance(event, Tile) and len(outcome.tiles) == 2:
                os.kill(worker_pid(client.folder), signal.SIGKILL)
        assert isinstance(outcome.last, Done)
        assert np.array_equal(result_of(job), undisturbed)


def test_a_transparent_outside_needs_transparency(shared_client: WorkerClient) -> None:
    request = Request(model=FAST, scale=1.0, outside=Outside.TRANSPARENT)
    opaque, mask = photo(40, 30), soft_mask(40, 30)
    outcome = run_masked(shared_client, request, opaque, mask)
    assert isinstance(outcome.last, Failed) and outcome.last.failure.code == "bad-request"
    assert "transparency" in outcome.last.failure.hint
    succeeded(run_masked(shared_client, request, opaque, None))  # nothing outside: nothing to refuse
    shown = succeeded(run_masked(shared_client, replace(request, output=Output.SCREEN), opaque, mask))
    assert np.array_equal(shown[..., 3], mask)


@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_a_result_for_the_screen(shared_client: WorkerClient, scale: float) -> None:
    grey = photo(60, 40)[..., :1].astype(np.float32) / 255
    request = Request(model=FAST, scale=scale, output=Output.SCREEN, region=Rect(10, 10, 30, 20))
    outcome = run(shared_client, request, grey)
    assert outcome.accepted.format == PixelFormat(int(30 * scale), int(20 * scale), Depth.UINT8, 4)
    shown, plain = succeeded(outcome), succeeded(run(shared_client, replace(request, output=Output.LAYER), grey))
    assert np.abs(shown[..., :3] - plain * 255.0).max() <= 0.51
    before = succeeded(run(shared_client, replace(request, strength=0.0), grey))
    assert (before[..., 3] == 255).all()
    if scale == 1:
        assert np.abs(before[..., :1] - grey[10:30, 10:40] * 255).max() <= 0.51


def test_a_result_for_the_screen_is_not_blended_but_run_again(shared_client: WorkerClient) -> None:
    layer, request = layer_of(photo(40, 30)), Request(model=FAST, output=Output.SCREEN)
    with shared_client.submit(request, layer) as job:
        succeeded(finish(job))
        with shared_client.blend(replace(request, strength=0.5), layer, job) as blend:
            last = finish(blend).last
    assert isinstance(last, Failed) and last.failure.code == "bad-request"


def greeted(client: WorkerClient) -> Channel:
    client.describe()
    record = client.folder.read_record()
    assert record is not None
    channel = Channel.to(record)
    channel.send(Hello(PROTOCOL, burnish.__version__, ""))
    assert isinstance(channel.receive(), Welcome)
    return channel


SQUARE = PixelFormat(8, 8, Depth.UINT8, 3)


@pytest.mark.parametrize("blending", [False, True])
def test_a_file_without_room_for_the_mask_is_refused(shared_client: WorkerClient, blending: bool) -> None:
    shared = SharedPixels.create(shared_client.folder, SQUARE.total_bytes + 63)
    path = str(shared.path)
    channel = greeted(shared_client)
    if blending:
        channel.send(Blend("job", Request(model=FAST), SQUARE, path, SQUARE, path, masked=True))
    else:
        channel.send(Submit("job", Request(model=FAST), SQUARE, path, masked=True))
    answer = channel.receive()
    assert isinstance(answer, Refused) and answer.failure.code == "bad-message"
    assert Path(path).name in answer.failure.message
    channel.send(Describe())
    assert channel.receive().jobs == 0
    channel.close()
    shared.remove()


def test_more_mask_than_there_are_pixels_is_refused(shared_client: WorkerClient) -> None:
    channel = greeted(shared_client)
    channel.send(Submit("job", Request(model=FAST), SQUARE, "", masked=True), memoryview(bytes(192)),
                 memoryview(bytes(65)))  # fmt: skip
    answer = channel.receive()
    assert isinstance(answer, Refused) and answer.failure.code == "bad-message"
    channel.close()


def test_a_mask_of_a_region_beside_the_layer_ends_as_the_region_does(shared_client: WorkerClient) -> None:
    layer = Layer(SQUARE, bytes(192), bytes(16))
    for sharing in (True, False):
        client = WorkerClient(shared_client.folder, share_pixels=sharing)
        with client.submit(Request(model=FAST, region=Rect(8, 0, 4, 4)), layer) as job:
            last = list(job.events())[-1]
        assert isinstance(last, Failed) and last.failure.code == "region-outside"
    channel = greeted(shared_client)
    channel.send(Submit("job", Request(model=FAST, region=Rect(8, 0, 4, 4)), SQUARE, "", masked=True),
                 memoryview(bytes(192)))  # fmt: skip
    answer = channel.receive()
    assert isinstance(answer, Failed) and answer.failure.code == "region-outside"
    channel.close()
