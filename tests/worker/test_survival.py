"""Kills, crashes and disappearances: nothing is lost, nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from burnish.client import WorkerClient
from burnish.wire.messages import Accepted, Cancelled, Done, Failed, Tile
from burnish.wire.request import Request
from burnish.wire.runtime import RuntimeFolder
from burnish.wire.sentences import Note
from conftest import runs, wait_until_gone
from worker.helpers import FAST, Outcome, finish, layer_of, photo, result_of, run, succeeded

BLENDED = "realesrgan-x4plus-anime"


def worker_pid(folder: RuntimeFolder) -> int:
    record = folder.read_record()
    assert record is not None
    return record.pid


def left_behind(folder: RuntimeFolder) -> list[str]:
    return sorted(path.name for path in folder.path.iterdir() if path.name not in ("worker.lock", "worker.json"))


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def run_and_kill(client: WorkerClient, request: Request, pixels: np.ndarray, after_tiles: tuple[int, ...]) -> Outcome:
    """Run a job, killing its worker each time so many tiles have arrived."""
    outcome = Outcome()
    with client.submit(request, layer_of(pixels)) as job:
        for event in job.events():
            outcome.events.append(event)
            if isinstance(event, Tile) and len(outcome.tiles) in after_tiles:
                os.kill(worker_pid(client.folder), signal.SIGKILL)
        outcome.pixels = result_of(job) if isinstance(outcome.last, Done) else None
    return outcome


@pytest.mark.parametrize(
    ("model", "size", "tile"), [(FAST, (400, 300), "96"), pytest.param(BLENDED, (320, 90), "192", id="blended")]
)
def test_a_killed_worker_is_replaced_and_the_job_goes_on(
    client: WorkerClient, model: str, size: tuple[int, int], tile: str
) -> None:
    pixels = photo(*size)
    request = Request(model=model, tile=tile, engine="torch")
    undisturbed = run(client, request, pixels)
    total = len(undisturbed.tiles)
    assert total >= 3
    disturbed = run_and_kill(client, request, pixels, (1, total // 2 + 1))
    assert np.array_equal(succeeded(disturbed), succeeded(undisturbed))
    assert isinstance(disturbed.last, Done)
    assert Note("worker-restarted") in disturbed.last.notes
    assert [tile.core for tile in disturbed.tiles] == [tile.core for tile in undisturbed.tiles]
    assert len([event for event in disturbed.events if isinstance(event, Accepted)]) == 1
    assert left_behind(client.folder) == ["worker.sock"]


def test_a_worker_that_keeps_dying_is_reported(client: WorkerClient) -> None:
    """Not a single tile ever arrives: after three deaths at one place the user hears of it."""
    with client.submit(Request(model=FAST), layer_of(photo(500, 400))) as job:
        events = []
        for event in job.events():
            events.append(event)
            if isinstance(event, Accepted):
                os.kill(worker_pid(client.folder), signal.SIGKILL)
            elif not isinstance(event, (Tile, Failed)):
                record = client.folder.read_record()
                if record is not None and any(isinstance(seen, Accepted) for seen in events):
                    os.kill(record.pid, signal.SIGKILL)
    assert isinstance(events[-1], Failed)
    assert events[-1].failure.code == "worker-died"
    client.folder.sweep()
    assert [name for name in left_behind(client.folder) if name.endswith("pixels")] == []


def test_a_blend_survives_a_kill_too(client: WorkerClient) -> None:
    """It begins again, in a result of its own: nothing of the dead worker's half-done one may be left in it."""
    pixels, request = photo(300, 200), Request(model=FAST, scale=16.0, engine="torch")
    weaker = replace(request, strength=0.4)
    with client.submit(request, layer_of(pixels)) as job:
        succeeded(finish(job))
        with client.blend(weaker, layer_of(pixels), job) as blend:
            undisturbed = succeeded(finish(blend))
        with client.blend(weaker, layer_of(pixels), job) as blend:
            killed = False
            for event in blend.events():
                if isinstance(event, Tile) and not killed:
                    os.kill(worker_pid(client.folder), signal.SIGKILL)
                    killed = True
            assert isinstance(event, Done) and Note("worker-restarted") in event.notes
            assert np.array_equal(result_of(blend), undisturbed)


def test_pixels_over_the_connection_survive_a_kill_too(client: WorkerClient) -> None:
    pixels, request = photo(300, 200), Request(model=FAST, tile="96")
    undisturbed = run(client, request, pixels)
    disturbed = run_and_kill(WorkerClient(client.folder, share_pixels=False), request, pixels, (2,))
    assert np.array_equal(succeeded(disturbed), succeeded(undisturbed))


CLIENT = """
import sys
import numpy as np
from burnish.client import Layer, WorkerClient
from burnish.wire.geometry import Depth, PixelFormat
from burnish.wire.messages import Tile
from burnish.wire.request import Request
pixels = np.zeros((900, 900, 3), np.uint8)
job = WorkerClient().submit(Request(model="{model}", tile="96"), Layer(PixelFormat(900, 900, Depth.UINT8, 3), pixels))
for event in job.events():
    if isinstance(event, Tile):
        print("tile", flush=True)
"""


def test_a_killed_client_takes_its_job_and_its_memory_with_it(client: WorkerClient) -> None:
    process = subprocess.Popen([sys.executable, "-c", CLIENT.format(model=FAST)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "tile"
    assert client.describe().jobs == 1
    process.kill()
    process.wait()
    until(lambda: client.describe().jobs == 0)
    until(lambda: left_behind(client.folder) == ["worker.sock"])


def test_when_both_are_killed_the_next_start_cleans_up(client: WorkerClient) -> None:
    process = subprocess.Popen([sys.executable, "-c", CLIENT.format(model=FAST)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "tile"
    os.kill(worker_pid(client.folder), signal.SIGKILL)
    process.kill()
    process.wait()
    assert any(name.endswith(".pixels") for name in left_behind(client.folder))
    succeeded(run(client, Request(model=FAST), photo(40, 40)))
    assert left_behind(client.folder) == ["worker.sock"]


def held_pixels(pid: int) -> list[str]:
    """The pixel files that a process has mapped or open, removed ones included."""
    mapped = [line for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if ".pixels" in line]
    links = [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink()]
    return mapped + [link for link in links if ".pixels" in link]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_however_a_job_ends_neither_side_keeps_its_pixels(client: WorkerClient) -> None:
    inline = WorkerClient(client.folder, share_pixels=False)
    request, pixels = Request(model=FAST, tile="96"), photo(300, 200)
    for sharing in (client, inline):
        succeeded(run(sharing, request, pixels))
        assert isinstance(run(sharing, replace(request, scale=-1.0), pixels).last, Failed)
        with sharing.submit(request, layer_of(pixels)) as job:
            for event in job.events():
                if isinstance(event, Tile):
                    job.cancel()
        with sharing.submit(request, layer_of(pixels)) as job:
            next(event for event in job.events() if isinstance(event, Accepted))  # and then no longer listens
    pid = worker_pid(client.folder)
    until(lambda: client.describe().jobs == 0)
    until(lambda: held_pixels(pid) == [])
    assert held_pixels(os.getpid()) == []
    until(lambda: left_behind(client.folder) == ["worker.sock"])


def test_cancel_answers_within_a_tile_and_keeps_what_is_done(client: WorkerClient) -> None:
    pixels = photo(600, 400)
    with client.submit(Request(model=FAST, tile="96"), layer_of(pixels)) as job:
        tiles_after = 0
        cancelled = False
        for event in job.events():
            if isinstance(event, Tile):
                tiles_after += cancelled
                if not cancelled:
                    kept = event
                    job.cancel()
                    cancelled = True
        assert isinstance(event, Cancelled)
        assert tiles_after <= 1
        assert 1 <= event.tiles_done < event.tiles
        assert any(job.tile_pixels(kept))
    assert client.describe().jobs == 0
    until(lambda: left_behind(client.folder) == ["worker.sock"])


def test_a_waiting_job_is_cancelled_at_once(client: WorkerClient) -> None:
    running = client.submit(Request(model=FAST, tile="96"), layer_of(photo(600, 400)))
    waiting = client.submit(Request(model=FAST), layer_of(photo(64, 64)))
    with running, waiting:
        running_events = running.events()
        while not isinstance(next(running_events), Tile):
            pass
        waiting_events = waiting.events()
        next(waiting_events)
        waiting.cancel()
        assert isinstance(list(waiting_events)[-1], Cancelled)
        assert client.describe().jobs == 1


def test_many_clients_start_one_worker(runtime_folder: RuntimeFolder) -> None:
    code = "from burnish.client import WorkerClient; print(WorkerClient().describe().pid)"
    processes = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    pids = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert pids == {str(worker_pid(runtime_folder))}


def test_an_idle_worker_ends_and_leaves_nothing(runtime_folder: RuntimeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURNISH_IDLE_EXIT_SECONDS", "0.3")
    pid = WorkerClient(runtime_folder).describe().pid
    wait_until_gone(pid)
    assert [path.name for path in runtime_folder.path.iterdir()] == ["worker.lock"]


def test_a_terminated_worker_tidies_up(client: WorkerClient) -> None:
    pid = client.describe().pid
    os.kill(pid, signal.SIGTERM)
    wait_until_gone(pid)
    assert [path.name for path in client.folder.path.iterdir()] == ["worker.lock"]


def test_a_busy_worker_stops_only_by_force(client: WorkerClient) -> None:
    from burnish.wire.sentences import BurnishError

    with client.submit(Request(model=FAST, tile="96"), layer_of(photo(600, 400))) as job:
        events = job.events()
        while not isinstance(next(events), Tile):
            pass
        with pytest.raises(BurnishError) as caught:
            client.stop()
        assert caught.value.failure.code == "worker-busy"
        pid = worker_pid(client.folder)
        stopping = client.stop(force=True)
        assert stopping is not None and stopping.jobs == 1
        last = list(events)[-1]
        assert isinstance(last, Failed) and last.failure.code == "worker-stopped"
    wait_until_gone(pid)
    assert not runs(pid)


def test_a_worker_stopped_by_force_leaves_no_pixels_of_its_own(client: WorkerClient) -> None:
    """Pixels that came over the connection lie in files that the worker alone knows."""
    inline = WorkerClient(client.folder, share_pixels=False)
    with inline.submit(Request(model=FAST, tile="96"), layer_of(photo(600, 400))) as job:
        events = job.events()
        while not isinstance(next(events), Tile):
            pass
        pid = worker_pid(client.folder)
        assert len(left_behind(client.folder)) > 1
        client.stop(force=True)
        assert isinstance(list(events)[-1], Failed)
    wait_until_gone(pid)
    assert [path.name for path in client.folder.path.iterdir()] == ["worker.lock"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes cannot tell a stalled client there")
def test_a_stalled_client_does_not_keep_the_others_waiting(
    runtime_folder: RuntimeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program stopped by Ctrl-Z takes no tiles; its job makes room, and is resumed when it goes on."""
    monkeypatch.setenv("BURNISH_STALLED_CLIENT_SECONDS", "0.3")
    client, inline = WorkerClient(runtime_folder), WorkerClient(runtime_folder, share_pixels=False)
    pixels, request = photo(300, 200), Request(model=FAST, tile="96")
    with inline.submit(request, layer_of(pixels)) as stalled:
        events = stalled.events()
        while not isinstance(next(events), Accepted):
            pass
        other = succeeded(run(client, request, pixels))
        assert isinstance(list(events)[-1], Done)
        assert np.array_equal(result_of(stalled), other)


def test_the_worker_listens_for_its_owner_alone(client: WorkerClient) -> None:
    client.describe()
    record = client.folder.read_record()
    assert record is not None
    assert Path(record.address).stat().st_mode & 0o077 == 0
    connections = Path(f"/proc/{record.pid}/net/tcp").read_text().splitlines()[1:]
    inodes = {line.split()[9] for line in connections if line.split()[3] == "0A"}
    own = {os.readlink(path) for path in Path(f"/proc/{record.pid}/fd").iterdir() if path.is_symlink()}
    assert not {f"socket:[{inode}]" for inode in inodes} & own, "the worker listens on a network address"
