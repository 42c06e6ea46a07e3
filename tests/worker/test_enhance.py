"""What a job gives back: the right pixels, in the layer's own depth, whatever the tiles and the transport."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from burnish.client import WorkerClient
from burnish.wire.geometry import Rect
from burnish.wire.messages import Accepted, Done, Failed, Progress, Stage
from burnish.wire.request import AlphaPolicy, Request
from burnish_models.catalogue.catalogue import Catalogue
from worker.helpers import FAST, finish, layer_of, photo, run, succeeded

WAIFU = "waifu2x-photo-x2"


def bare_run(name: str, pixels: np.ndarray) -> np.ndarray:
    """The network alone on the whole picture with a mirrored border, as an independent oracle; float [H, W, 3]."""
    catalogue = Catalogue()
    model = catalogue.find(name)
    network, border, scale = catalogue.load(model), model.facts.border, model.facts.scale
    batch = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]
    with torch.inference_mode():
        output = network(functional.pad(batch, (border,) * 4, mode="reflect"))
    edge = border * scale
    return output[0, :, edge : -edge or None, edge : -edge or None].permute(1, 2, 0).numpy()


@pytest.mark.parametrize("name", [FAST, WAIFU])
def test_a_job_gives_what_the_network_gives(shared_client: WorkerClient, name: str) -> None:
    pixels = photo(150, 101)
    outcome = run(shared_client, Request(model=name, tile="none"), pixels)
    expected = np.rint(np.clip(bare_run(name, pixels), 0, 1) * 255)
    assert np.abs(succeeded(outcome) - expected).max() <= 1


@pytest.mark.parametrize("name", [FAST, WAIFU])
@pytest.mark.parametrize("engine", ["torch", "openvino"])
def test_tiles_equal_the_whole_picture(shared_client: WorkerClient, name: str, engine: str) -> None:
    pixels = photo(512, 300)
    whole = run(shared_client, Request(model=name, tile="none", engine=engine), pixels)
    tiled = run(shared_client, Request(model=name, tile="128", engine=engine), pixels)
    assert len(whole.tiles) == 1
    assert len(tiled.tiles) > 8
    assert np.abs(succeeded(whole).astype(int) - succeeded(tiled)).max() <= 1


def test_events_tell_the_whole_story(shared_client: WorkerClient) -> None:
    outcome = run(shared_client, Request(model=FAST, tile="96"), photo(200, 150))
    accepted, done = outcome.accepted, outcome.last
    assert isinstance(done, Done)
    assert accepted.tiles == len(outcome.tiles) == done.tiles > 1
    assert (accepted.format.width, accepted.format.height) == (800, 600)
    assert accepted.seconds is not None and accepted.seconds > 0
    assert accepted.memory_bytes > 0
    covered = np.zeros((600, 800), int)
    for tile in outcome.tiles:
        covered[tile.core.y : tile.core.bottom, tile.core.x : tile.core.right] += 1
    assert (covered == 1).all()
    running = [event for event in outcome.events if isinstance(event, Progress) and event.stage is Stage.RUNNING]
    assert [event.tiles_done for event in running] == list(range(accepted.tiles))
    assert all(event.working is not None for event in running)
    assert running[-1].seconds_left is not None


def test_the_viewport_comes_first(shared_client: WorkerClient) -> None:
    request = Request(model=FAST, tile="96", viewport=Rect(200, 120, 20, 20))
    first = run(shared_client, request, photo(256, 160)).tiles[0]
    assert first.core.contains(Rect(840, 520, 1, 1))


def test_pixels_may_go_over_the_connection(shared_client: WorkerClient) -> None:
    pixels = photo(130, 90)
    request = Request(model=FAST, tile="80")
    inline = WorkerClient(shared_client.folder, share_pixels=False)
    with inline.submit(request, layer_of(pixels)) as job:
        outcome = finish(job)
        assert job.result_path == ""
    assert np.array_equal(succeeded(outcome), succeeded(run(shared_client, request, pixels)))


def test_a_region_is_the_crop_of_the_whole(shared_client: WorkerClient) -> None:
    pixels = photo(160, 120)
    region = Rect(40, 32, 64, 48)
    whole = succeeded(run(shared_client, Request(model=FAST), pixels))
    part = succeeded(run(shared_client, Request(model=FAST, region=region), pixels))
    assert part.shape == (192, 256, 3)
    assert np.abs(part.astype(int) - whole[128:320, 160:416]).max() <= 1


def test_two_jobs_wait_for_each_other(shared_client: WorkerClient) -> None:
    first = shared_client.submit(Request(model=FAST, tile="96"), layer_of(photo(400, 300)))
    second = shared_client.submit(Request(model=FAST, tile="96"), layer_of(photo(64, 64)))
    with first, second:
        events = first.events()
        while not isinstance(next(events), Accepted):
            pass
        outcome = finish(second)
        succeeded(outcome)
        queued = [event for event in outcome.events if isinstance(event, Progress) and event.stage is Stage.QUEUED]
        assert queued[0].position == 1
        assert isinstance(list(events)[-1], Done)


def test_a_scale_of_its_own_is_reached(shared_client: WorkerClient) -> None:
    pixels = photo(101, 67)
    for scale, size in ((1.0, (67, 101)), (2.5, (168, 253)), (6.0, (402, 606))):
        result = succeeded(run(shared_client, Request(model=FAST, scale=scale, tile="64"), pixels))
        assert result.shape[:2] == size
        assert abs(result.mean() - pixels.mean()) < 3


def test_half_the_model_is_its_own_model(shared_client: WorkerClient) -> None:
    pixels = photo(96, 64)
    named = succeeded(run(shared_client, Request(model="realesr-animevideov3-x2"), pixels))
    scaled = succeeded(run(shared_client, Request(model=FAST, scale=2.0), pixels))
    assert np.array_equal(named, scaled)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("depth", ["uint8", "uint16", "float16", "float32"])
def test_depth_and_channels_come_back(shared_client: WorkerClient, depth: str, channels: int) -> None:
    rgb = photo(48, 40).astype(np.float64) / 255
    alpha = np.linspace(0, 1, 48)[None, :, None].repeat(40, 0)
    colour = rgb[..., :1] if channels < 3 else rgb
    image = np.concatenate([colour, alpha], 2) if channels in (2, 4) else colour
    top = {"uint8": 255, "uint16": 65535}.get(depth, 1)
    pixels = np.ascontiguousarray((np.rint(image * top) if top > 1 else image).astype(depth))
    result = succeeded(run(shared_client, Request(model=FAST), pixels))
    assert result.dtype == pixels.dtype
    assert result.shape == (160, 192, channels)
    assert np.abs(result[..., 0].mean(dtype=float) - pixels[..., 0].mean(dtype=float)) < 0.02 * top
    if channels in (2, 4):
        seen = result[80, :, -1].astype(float) / top
        assert seen[0] < 0.02 and seen[-1] > 0.98
        assert (np.diff(seen) > -1e-3).all()


@pytest.mark.parametrize("policy", AlphaPolicy)
def test_nothing_shines_through_where_alpha_is_zero(shared_client: WorkerClient, policy: AlphaPolicy) -> None:
    """A green shape on transparent magenta: no magenta may reach any visible pixel of the result."""
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[...] = (255, 0, 255, 0)
    pixels[16:48, 16:48] = (0, 200, 0, 255)
    result = succeeded(run(shared_client, Request(model=FAST, alpha=policy), pixels))
    visible = result[result[..., 3] > 0]
    assert visible[:, 0].max() < 40 and visible[:, 2].max() < 40
    assert (result[:56, :, 3] == 0).all() and (result[72:184, 72:184, 3] == 255).all()


@pytest.mark.parametrize("depth", ["uint8", "uint16", "float32"])
def test_strength_zero_at_the_same_size_is_the_layer_itself(shared_client: WorkerClient, depth: str) -> None:
    generator = np.random.default_rng(1)
    pixels = generator.integers(0, 65535, (50, 60, 4)).astype(np.float64)
    top = {"uint8": 255, "uint16": 65535}.get(depth, 1)
    pixels = np.ascontiguousarray((pixels / 65535 * top).astype(depth))
    result = succeeded(run(shared_client, Request(model=FAST, scale=1.0, strength=0.0), pixels))
    assert np.array_equal(result, pixels)


@pytest.mark.parametrize("scale", [4.0, 2.5])
def test_strength_after_the_run_equals_strength_in_the_run(shared_client: WorkerClient, scale: float) -> None:
    pixels = photo(90, 70)
    layer = layer_of(pixels)
    full, weaker = Request(model=FAST, scale=scale), Request(model=FAST, scale=scale, strength=0.4)
    with shared_client.submit(full, layer) as job:
        succeeded(finish(job))
        with shared_client.blend(weaker, layer, job) as blend:
            blended = succeeded(finish(blend))
    direct = succeeded(run(shared_client, weaker, pixels))
    assert np.abs(direct.astype(int) - blended).max() <= 1


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (Request(model="nonsense"), "unknown-model"),
        (Request(model="/nowhere/weights.pth"), "model-file-missing"),
        (Request(model=FAST, scale=-1.0), "bad-request"),
        (Request(model=FAST, scale=1000.0), "bad-request"),
        (Request(model=FAST, strength=2.0), "bad-request"),
        (Request(model=FAST, tile="tiny"), "bad-request"),
        (Request(model=FAST, region=Rect(900, 900, 10, 10)), "region-outside"),
        (Request(model=FAST, device="cuda"), "device-missing"),
        (Request(model=FAST, engine="abacus"), "bad-request"),
    ],
)
def test_a_bad_request_is_refused(shared_client: WorkerClient, request_: Request, code: str) -> None:
    if code == "device-missing" and torch.cuda.is_available():
        pytest.skip("this machine has the device")
    outcome = run(shared_client, request_, photo(32, 32))
    assert isinstance(outcome.last, Failed)
    assert outcome.last.failure.code == code
    assert outcome.last.failure.message and outcome.last.failure.hint
    succeeded(run(shared_client, Request(model=FAST), photo(32, 32)))
