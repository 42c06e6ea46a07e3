"""Gives every test its own runtime folder, so that no test ever meets the user's worker, and ends what it started."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from burnish.client import WorkerClient
from burnish.wire.runtime import RuntimeFolder
from burnish.wire.sentences import BurnishError

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_reaches_children() -> None:
    """A run in the background inherits that Ctrl-C is ignored, and so would every program that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One cache for the whole run: weights are converted and the machine measured once, never in the user's HOME."""
    path = Path(os.environ.get("BURNISH_TEST_CACHE") or tmp_path_factory.mktemp("cache"))
    before = os.environ.get("BURNISH_CACHE_DIR")
    os.environ["BURNISH_CACHE_DIR"] = str(path)
    yield path
    if before is None:
        del os.environ["BURNISH_CACHE_DIR"]
    else:
        os.environ["BURNISH_CACHE_DIR"] = before


@pytest.fixture
def runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RuntimeFolder]:
    """A private runtime folder; the worker that was started in it is ended afterwards."""
    monkeypatch.setenv("BURNISH_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("BURNISH_IDLE_EXIT_SECONDS", "30")
    folder = RuntimeFolder()
    yield folder
    end_worker(folder)


@pytest.fixture
def client(runtime_folder: RuntimeFolder) -> WorkerClient:
    """A client whose worker is this test's alone."""
    return WorkerClient(runtime_folder)


@pytest.fixture(scope="module")
def shared_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerClient]:
    """A client whose warm worker all tests of a module share."""
    before = dict(os.environ)
    os.environ["BURNISH_RUNTIME_DIR"] = str(tmp_path_factory.mktemp("run"))
    os.environ["BURNISH_IDLE_EXIT_SECONDS"] = "60"
    folder = RuntimeFolder()
    yield WorkerClient(folder)
    end_worker(folder)
    os.environ.clear()
    os.environ.update(before)


def end_worker(folder: RuntimeFolder, seconds: float = 20.0) -> None:
    """Stop the folder's worker and wait until its process has gone."""
    record = folder.read_record()
    if record is None:
        return
    with contextlib.suppress(BurnishError, OSError):  # a worker that the test killed cannot answer
        WorkerClient(folder).stop(force=True)
    wait_until_gone(record.pid, seconds)


def wait_until_gone(pid: int, seconds: float = 20.0) -> None:
    """Return once no such process runs (a zombie does not run); fail the test otherwise."""
    deadline = time.monotonic() + seconds
    while runs(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    """Whether a process is alive and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
