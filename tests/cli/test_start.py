"""Starting: help comes without anything heavy, and wrong usage is said in two lines."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import burnish as burnish_package
from burnish.wire.request import description_of
from cli.command import burnish, environment

HEAVY = ("torch", "numpy", "pyvips", "PIL", "cv2", "openvino", "PyQt6", "burnish_models")


@pytest.mark.parametrize("arguments", [["--help"], ["enhance", "--help"], ["worker", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom burnish.cli import main\n"
        f"status = main({arguments!r})\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.stderr.write(','.join(loaded))\nsys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment()
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_every_option_of_the_issue_is_there() -> None:
    text = " ".join(burnish("enhance", "--help").out.split())
    for option in (
        "--output", "--model", "--scale", "--strength", "--tile", "--region", "--alpha", "--engine", "--device",
        "--quality", "--allow-huge", "--json", "--overwrite",
    ):  # fmt: skip
        assert option in text
    for name in ("model", "scale", "strength", "tile", "region", "alpha", "engine", "device"):
        assert description_of(name) in text, "the request's own description is the help text"


def test_version() -> None:
    assert burnish("--version").out == f"burnish {burnish_package.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [["enhance"], ["enhance", "in.png"], ["nonsense"], ["enhance", "in.png", "-o", "x.png", "--no"], ["worker", "x"]],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    done = burnish(*arguments)
    assert done.status == 2
    assert done.out == ""
    assert "Error: " in done.err
    assert "Traceback" not in done.err


def test_an_unknown_language_is_refused() -> None:
    done = burnish("--language", "tlh", "models")
    assert done.status == 2
    assert "en, zh_CN" in done.err


def test_a_reader_that_leaves_early_is_no_error_of_ours() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "burnish.cli", "enhance", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.wait()


def test_the_documentation_names_every_option_and_command() -> None:
    page = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
    for command in (
        "enhance",
        "models",
        "doctor",
        "window",
        "install",
        "uninstall",
        "status",
        "worker status",
        "worker stop",
        "worker run",
    ):
        text = burnish(*command.split(), "--help").out
        assert f"burnish {command}" in page
        for option in re.findall(r"^ +(?:-\w, )*(--[a-z-]+)", text, re.MULTILINE):
            assert option in page or option == "--help", f"{command} {option}"
