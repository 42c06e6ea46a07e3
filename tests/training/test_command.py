"""`burnish train` as a user meets it: in a process of its own, with what goes wrong in sentences, and with Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from burnish.cli import train as command
from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.user_file import read_state
from burnish_models.training.checkpoints import latest_checkpoint, read_progress
from cli.command import COMMAND, burnish, environment
from training.recipes_for_tests import paired

ONE_THREAD = {"OMP_NUM_THREADS": "1"}


def written(folder: Path, values: dict[str, Any]) -> Path:
    path = folder / "my-recipe.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


def test_ctrl_c_saves_and_resume_goes_on(pictures: Path, tmp_path: Path) -> None:
    recipe = written(tmp_path, paired(pictures, steps=100000, log_every=1))
    run = tmp_path / "run"
    arguments = [*COMMAND, "train", str(recipe), "--out", str(run), "--set", "batch=4", "--device", "cpu"]
    process = subprocess.Popen(
        arguments, env=environment(**ONE_THREAD), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    wait_for_steps(run, 2, process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to everything that runs in it
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors.decode()
    assert out == b"" and b"Traceback" not in errors
    assert b"Stopped after step" in errors
    stopped = read_progress(latest_checkpoint(run)).step
    assert stopped >= 2

    changes = ["--set", f"steps={stopped + 2}", "--set", "optimiser.schedule={type: constant}"]
    done = burnish("train", "--resume", run, *changes, "--device", "cpu", env=environment(**ONE_THREAD))
    assert done.status == 0, done.err
    assert read_progress(latest_checkpoint(run)).step == stopped + 2
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [event["step"] for event in log if event["event"] == "begin"] == [0, stopped]


def wait_for_steps(run: Path, steps: int, process: subprocess.Popen[bytes], seconds: float = 500) -> None:
    log, deadline = run / "log.jsonl", time.monotonic() + seconds
    while not (log.is_file() and log.read_text().count('"event": "step"') >= steps):
        if process.poll() is not None:
            raise AssertionError(process.communicate()[1].decode())
        assert time.monotonic() < deadline, "no step was done"
        time.sleep(0.05)


def test_what_is_asked_wrongly_is_refused_in_a_sentence(pictures: Path, tmp_path: Path) -> None:
    wrong = burnish("train", written(tmp_path, paired(pictures, bacth=3)), "--out", tmp_path / "run")
    wrong.assert_clean_failure()
    assert "bacth is no field of a recipe; the nearest is batch." in wrong.err
    assert not (tmp_path / "run").exists()
    unknown = burnish("train", "srgam")
    unknown.assert_clean_failure()
    assert "There is no recipe srgam" in unknown.err and "cyclegan" in unknown.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "recipe-not-named"),
        (["{recipe}", "--out", "{full}"], "run-exists"),
        (["{recipe}", "--out", "{recipe}"], "folder-is-file"),
        (["--resume", "{full}"], "checkpoint-missing"),
        (["{recipe}", "--resume", "{full}"], "resume-alone"),
        (["{recipe}", "--smoke"], "recipe-without-smoke"),
        (["{recipe}", "--device", "cuda", "--processes", "1", "--out", "{new}"], "device-missing"),
        (["{recipe}", "--set", "batch"], "bad-request"),
    ],
)
def test_wrong_usage(
    arguments: list[str], code: str, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from burnish_models.training.__main__ import main

    if code == "device-missing" and torch.cuda.is_available():
        pytest.skip("this machine has the device")
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("keep me")
    places = {"recipe": written(tmp_path, paired(pictures)), "full": full, "new": tmp_path / "new"}
    told = tmp_path / "failure.json"
    monkeypatch.setenv("BURNISH_FAILURE_FILE", str(told))
    assert main([argument.format(**places) for argument in arguments]) == 1
    assert json.loads(told.read_text())["code"] == code
    assert (full / "mine.txt").read_text() == "keep me"


def test_runs_get_folders_of_their_own(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from burnish_models.training.__main__ import main

    monkeypatch.chdir(tmp_path)
    recipe = written(tmp_path, paired(pictures, steps=1))
    assert [main([str(recipe), "--device", "cpu"]) for _ in range(2)] == [0, 0]
    assert sorted(path.name for path in (tmp_path / "trained").iterdir()) == ["my-recipe", "my-recipe-2"]


def test_without_its_packages_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    find = command.importlib.util.find_spec
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None if name == "accelerate" else find(name))
    with pytest.raises(BurnishError, match="train-missing") as caught:
        command.train("srgan")
    assert f'"{sys.executable}" -m pip install accelerate' in caught.value.failure.hint


def test_two_processes_train_what_one_does(pictures: Path, tmp_path: Path) -> None:
    """The same recipe with its batch shared: the same weights, but for the rounding of means of means.

    Without the adversary's dropout and penalties, whose random numbers are each process's own.
    """
    values = paired(pictures, batch=4, steps=3, optimiser={"learning_rate": 1e-3})
    recipe, weights = written(tmp_path, values), {}
    for count in (1, 2):
        run = tmp_path / f"on-{count}"
        options = [str(recipe), "--out", str(run), "--device", "cpu", "--processes", str(count)]
        done = subprocess.run(
            [sys.executable, "-m", "burnish_models.training", *options],
            env=environment(**ONE_THREAD),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        weights[count] = read_state(run / "generator.safetensors")
        begin = json.loads((run / "log.jsonl").read_text().splitlines()[0])
        assert begin["processes"] == count
    for key, value in weights[1].items():
        assert torch.allclose(value, weights[2][key], atol=2e-6), key


def test_several_processes_stop_together_and_fail_together(pictures: Path, tmp_path: Path) -> None:
    recipe, run = written(tmp_path, paired(pictures, steps=100000, log_every=1)), tmp_path / "run"
    command_line = [sys.executable, "-m", "burnish_models.training", str(recipe), "--device", "cpu", "--processes", "2"]
    process = subprocess.Popen(
        [*command_line, "--out", str(run)],
        env=environment(**ONE_THREAD),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for_steps(run, 2, process)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 130 and b"Traceback" not in errors, errors.decode()
    assert errors.count(b"Stopped after step") == 1
    assert read_progress(latest_checkpoint(run)).step >= 2

    arguments = [*command_line, "--out", str(tmp_path / "other"), "--set", "batch=3"]
    uneven = subprocess.run(arguments, env=environment(**ONE_THREAD), capture_output=True, text=True, check=False)
    assert uneven.returncode == 1
    assert uneven.stderr.count("Failed: A batch of 3 cannot be shared evenly by 2 processes.") == 1
    assert "Traceback" not in uneven.stderr


def test_an_uneven_share_is_refused(pictures: Path, tmp_path: Path) -> None:
    from accelerate import Accelerator

    from burnish_models.training.trainer import Trainer
    from training.recipes_for_tests import recipe_of

    class Three(Accelerator):
        num_processes = 3  # type: ignore[assignment]

    with pytest.raises(BurnishError, match="batch-uneven"):
        Trainer(recipe_of(paired(pictures, batch=4)), tmp_path, accelerator=Three(cpu=True))
