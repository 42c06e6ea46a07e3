"""The worker opens no connection to anywhere, telemetry included."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from burnish.client import WorkerClient
from burnish.client.launcher import Launcher
from burnish.wire.request import Request
from burnish.wire.runtime import RuntimeFolder
from worker.helpers import FAST, photo, run, succeeded

WATCHER = """
import sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "http.client.connect"):
        with open({log!r}, "a") as file:
            file.write(f"{{event}} {{arguments!r}}\\n")

sys.addaudithook(watch)
open({log!r}, "a").close()
"""


@pytest.mark.parametrize("engine", ["torch", "openvino"])
def test_no_connection_is_ever_opened(runtime_folder: RuntimeFolder, tmp_path: Path, engine: str) -> None:
    log, home = tmp_path / "connections.txt", tmp_path / "home"
    home.mkdir()
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(WATCHER.format(log=str(log)))
    path = os.pathsep.join([str(tmp_path / "hook"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "HOME": str(home), "BURNISH_CACHE_DIR": str(tmp_path / "cache")}
    client = WorkerClient(runtime_folder, Launcher(environment=environment))
    succeeded(run(client, Request(model=FAST, engine=engine), photo(64, 64)))
    assert log.exists(), "the watcher was not there"
    assert log.read_text() == ""
    left = [str(item.relative_to(home)) for item in home.rglob("*") if "telemetry" in str(item).lower()]
    assert left == []
