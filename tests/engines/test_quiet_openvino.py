"""OpenVINO sends nothing and leaves nothing behind. Every check is held against an OpenVINO that was not silenced."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from burnish_models.engines.machine import version_of
from burnish_models.engines.quiet_openvino import is_installed
from engines.networks import child_environment

pytestmark = pytest.mark.skipif(not is_installed(), reason="OpenVINO is an extra")

WATCHED = """
    import sys

    def watch(event, arguments):
        if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            with open({seen!r}, "a") as file:
                print(event, arguments[:2], file=file)
            raise OSError("no network in this test")

    sys.addaudithook(watch)
"""

WORK = """
    from engines.networks import doubling, facts, picture
    from burnish_models.engines.openvino_engine import OpenVinoEngine
    OpenVinoEngine("cpu").prepare(doubling(), facts()).run(picture(16, 16))
"""


def watched(code: str, tmp_path: Path) -> tuple[str, list[Path]]:
    """What the code tried to reach, and the files it left in its HOME."""
    home, seen = tmp_path / "home", tmp_path / "seen"
    home.mkdir()
    environment = {**child_environment(tmp_path / "cache"), "HOME": str(home)}
    environment.pop("CI", None)  # OpenVINO keeps quiet in CI, which would hide what it does for users
    code = textwrap.dedent(WATCHED.format(seen=str(seen))) + textwrap.dedent(code)
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, env=environment)
    return seen.read_text() if seen.exists() else "", [path for path in home.rglob("*") if path.is_file()]


@pytest.mark.skipif(sys.platform == "win32", reason="OpenVINO keeps its files elsewhere there")
def test_the_watch_sees_an_openvino_that_was_not_silenced(tmp_path):
    if not version_of("openvino-telemetry"):
        pytest.skip("this OpenVINO came without its telemetry")
    reached, left = watched("import openvino", tmp_path)
    assert "google-analytics" in reached
    assert left


def test_ours_reaches_nothing_and_leaves_nothing(tmp_path):
    assert watched(WORK, tmp_path) == ("", [])


def test_an_openvino_that_was_imported_before_is_silenced_too(tmp_path):
    if not version_of("openvino-telemetry"):
        pytest.skip("this OpenVINO came without its telemetry")
    code = """
    import openvino
    import torch
    from openvino_telemetry.utils.sender import TelemetrySender
    from burnish_models.engines.quiet_openvino import silence

    messages = []
    TelemetrySender.send = lambda sender, backend, message: messages.append(message)
    openvino.convert_model(torch.nn.ReLU(), example_input=torch.zeros(1, 3, 4, 4))
    assert messages, "a conversion that was not silenced sends something"
    messages.clear()
    silence()
    """
    end = """
    assert not messages, messages
    """
    watched("".join(textwrap.dedent(part) for part in (code, WORK, end)), tmp_path)
