"""Finding and starting a worker, and what is said when that cannot be done."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from burnish.client import Layer, WorkerClient
from burnish.client.launcher import Launcher
from burnish.wire.geometry import Depth, PixelFormat
from burnish.wire.messages import Cancelled, Failed
from burnish.wire.request import Request
from burnish.wire.runtime import RuntimeFolder, WorkerRecord
from burnish.wire.sentences import BurnishError


def layer() -> Layer:
    return Layer(PixelFormat(8, 8, Depth.UINT8, 3), np.zeros((8, 8, 3), np.uint8))


def failure_of(client: WorkerClient) -> BurnishError:
    with pytest.raises(BurnishError) as caught:
        client.describe()
    return caught.value


def test_a_missing_interpreter_is_told(runtime_folder: RuntimeFolder) -> None:
    error = failure_of(WorkerClient(runtime_folder, Launcher(python="/nowhere/python")))
    assert error.failure.code == "worker-not-started"
    assert "/nowhere/python" in error.failure.message


def test_a_worker_that_dies_at_once_is_quoted(runtime_folder: RuntimeFolder) -> None:
    environment = {**os.environ, "BURNISH_IDLE_EXIT_SECONDS": "never"}
    error = failure_of(WorkerClient(runtime_folder, Launcher(environment=environment)))
    assert error.failure.code == "worker-not-started"
    assert "BURNISH_IDLE_EXIT_SECONDS" in error.failure.message


def test_a_job_reports_the_same_instead_of_raising(runtime_folder: RuntimeFolder) -> None:
    client = WorkerClient(runtime_folder, Launcher(python="/nowhere/python"))
    with client.submit(Request(), layer()) as job:
        events = list(job.events())
    assert len(events) == 1
    assert isinstance(events[0], Failed) and events[0].failure.code == "worker-not-started"


def test_the_record_of_a_dead_worker_is_no_obstacle(runtime_folder: RuntimeFolder) -> None:
    (runtime_folder.path / "worker.sock").touch()
    runtime_folder.write_record(WorkerRecord(1, str(runtime_folder.path / "worker.sock"), "00", "0.0", 1))
    client = WorkerClient(runtime_folder)
    assert not client.running()
    assert client.describe().pid != 1
    assert client.running()


def test_asking_whether_one_runs_starts_none(runtime_folder: RuntimeFolder) -> None:
    client = WorkerClient(runtime_folder)
    assert not client.running()
    assert client.stop() is None
    assert runtime_folder.read_record() is None


def test_a_job_cancelled_before_it_began_ends_as_cancelled(client: WorkerClient) -> None:
    with client.submit(Request(model="realesr-animevideov3-x4"), layer()) as job:
        job.cancel()
        assert isinstance(list(job.events())[-1], Cancelled)


def test_a_layer_must_be_as_large_as_it_says(client: WorkerClient) -> None:
    wrong = Layer(PixelFormat(9, 8, Depth.UINT8, 3), bytes(8 * 8 * 3))
    with client.submit(Request(), wrong) as job, pytest.raises(ValueError, match="192 bytes"):
        list(job.events())


def test_a_weights_file_is_named_by_its_whole_path(
    client: WorkerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker runs in a folder of its own and would not find a relative path."""
    (tmp_path / "mine.safetensors").write_bytes(b"no weights")
    monkeypatch.chdir(tmp_path)
    with client.submit(Request(model="mine.safetensors"), layer()) as job:
        last = list(job.events())[-1]
    assert isinstance(last, Failed)
    assert last.failure.code == "model-file-unreadable"
    assert str(tmp_path / "mine.safetensors") in last.failure.message
