"""Finding and starting a worker, and what is said when that cannot be done."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from burnish.client import Layer, WorkerClient
from burnish.client.launcher import Launcher
from burnish.wire.geometry import Depth, PixelFormat
from burnish.wire.messages import Cancelled, Done, Failed
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


def test_a_layer_without_pixels_is_refused_and_the_job_ends(client: WorkerClient) -> None:
    """The worker refuses before there is a job; the client must not wait for events that never come."""
    empty = Layer(PixelFormat(0, 0, Depth.UINT8, 3), b"")
    for sharing in (client, WorkerClient(client.folder, share_pixels=False)):
        with sharing.submit(Request(), empty) as job:
            events = list(job.events())
        assert [type(event) for event in events] == [Failed]
        assert isinstance(events[0], Failed) and events[0].failure.code == "bad-request"


class FirstStartsInVain(Launcher):
    """The first process finds the lock held by a worker that is about to end, as happens around an idle exit."""

    def start(self) -> subprocess.Popen[bytes]:
        if not STARTED:
            STARTED.append(subprocess.Popen([sys.executable, "-c", ""]))
            return STARTED[0]
        return super().start()


STARTED: list[subprocess.Popen[bytes]] = []


def test_a_start_that_met_an_ending_worker_is_repeated(runtime_folder: RuntimeFolder) -> None:
    STARTED.clear()
    assert WorkerClient(runtime_folder, FirstStartsInVain()).describe().pid != STARTED[0].pid


def test_nothing_in_the_callers_folder_is_executed(
    runtime_folder: RuntimeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An artist starts Burnish where pictures lie; a torch.py among them must not become part of the worker."""
    (tmp_path / "torch.py").write_text("raise SystemExit('executed')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BURNISH_RUNTIME_DIR", "run")  # where `runtime_folder` is, as seen from here
    pid = WorkerClient().describe().pid
    assert Path(f"/proc/{pid}/cwd").resolve() != tmp_path or sys.platform != "linux"
    with WorkerClient().submit(Request(model="realesr-animevideov3-x4"), layer()) as job:
        assert isinstance(list(job.events())[-1], Done)


def test_the_secret_of_a_worker_that_was_just_replaced_is_no_failure(
    client: WorkerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between binding the dead one's address and publishing its record, a new worker meets the old secret."""
    pid = client.describe().pid
    record = client.folder.read_record()
    assert record is not None
    answers = [replace(record, secret="00" * 32)]
    read = client.folder.read_record
    monkeypatch.setattr(client.folder, "read_record", lambda: answers.pop() if answers else read())
    assert client.describe().pid == pid


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
