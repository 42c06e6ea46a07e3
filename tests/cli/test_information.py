"""`burnish models`, `doctor`, `worker` and `window`: what they show, to people and to programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from burnish.cli.health import checksums_of
from burnish.cli.outputs import Outputs
from burnish.client import WorkerClient
from burnish.panel.tasks import task_named
from burnish.wire.codec import to_plain
from burnish.wire.runtime import RuntimeFolder
from cli.command import COMMAND, burnish, environment


def test_models_as_a_table(client: WorkerClient) -> None:
    done = burnish("models")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].split() == ["Model", "Scale", "Tasks", "Speed", "here"]
    for card in client.models().models:
        (row,) = [line for line in lines if line.split(maxsplit=1)[:1] == [card.name]]
        assert f"×{card.scale}" in row and task_named(card.tasks[0]).title in row
        assert card.purpose in done.out and card.licence in done.out
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_models_fit_the_terminal(client: WorkerClient, columns: str) -> None:
    script = "from burnish.cli import main, terminal; terminal._PIPED_WIDTH = 0; main(['models'])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment(COLUMNS=columns)
    )
    rows = [line for line in done.stdout.splitlines() if line.startswith(" ")]
    assert rows and all(len(line) <= int(columns) for line in rows)


def test_models_as_json(client: WorkerClient) -> None:
    done = burnish("models", "--json")
    assert json.loads(done.out) == json.loads(json.dumps(to_plain(client.models())))


def test_worker_status_and_stop(client: WorkerClient) -> None:
    assert "No worker runs" in burnish("worker", "status").out
    assert json.loads(burnish("worker", "status", "--json").out)["running"] is False
    assert not client.running(), "asking does not start one"
    pid = client.describe().pid
    assert f"process {pid}" in burnish("worker", "status").out
    assert json.loads(burnish("worker", "status", "--json").out)["worker"]["pid"] == pid
    assert burnish("worker", "stop").out == "The worker has been stopped.\n"
    deadline = time.monotonic() + 20
    while client.running():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert burnish("worker", "stop").out == "No worker runs.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_worker_in_the_foreground_ends_by_ctrl_c(runtime_folder: RuntimeFolder) -> None:
    process = subprocess.Popen(
        [*COMMAND, "worker", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )
    client = WorkerClient(runtime_folder)
    deadline = time.monotonic() + 30
    while not client.running():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
    assert not client.running()


def test_doctor_of_a_sound_machine(client: WorkerClient) -> None:
    done = burnish("doctor")
    assert (done.status, done.err) == (0, ""), done.out
    assert "Everything that Burnish needs works." in done.out
    health = json.loads(burnish("doctor", "--json").out)
    assert health["healthy"] is True
    found = {check["key"]: check for check in health["checks"]}
    assert {"burnish", "python", "packages", "runtime-folder", "cache-folder", "image-files", "window", "worker",
            "engine", "models"} <= set(found)  # fmt: skip
    assert any(engine["available"] for engine in health["description"]["engines"])
    assert all(not check["fix"] for check in health["checks"] if check["state"] == "good")
    assert health["models"]["best"] and health["description"]["log"]


def test_doctor_names_what_is_broken_and_its_fix(runtime_folder: RuntimeFolder, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = burnish("doctor", env=environment(BURNISH_CACHE_DIR=str(tmp_path / "file" / "cache")))
    assert done.status == 1
    assert "✗ Cache folder" in done.out
    assert "BURNISH_CACHE_DIR" in done.out
    assert "broken." in done.out.splitlines()[-1]
    assert "Traceback" not in done.out + done.err


def test_checksums_are_those_of_the_files_installed(client: WorkerClient) -> None:
    for card in client.models().models:
        assert card.sha256 in checksums_of(card.source)
    assert checksums_of("no-such-package 1.0") == set()


def test_window_without_a_display_says_so() -> None:
    without = {name: value for name, value in environment().items()
               if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}  # fmt: skip
    if sys.platform in ("win32", "darwin"):
        pytest.skip("there is always a display")
    done = burnish("window", env=without)
    done.assert_clean_failure()
    assert "no display" in done.err


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    for _ in range(2):
        Outputs(f"{tmp_path}/made/", [Path("a.png")], overwrite=False).prepare()
    assert os.listdir(tmp_path) == ["made"]
