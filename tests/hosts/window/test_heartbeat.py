"""The event loop never stalls: no step over 50 ms while a 12 MP picture is opened, enhanced, looked at and saved."""

import json
import time

import numpy as np
import pytest

from burnish.hosts.standalone.dialogs import Answer
from burnish.hosts.standalone.files.picture import Metadata, Picture, write_picture
from burnish.hosts.standalone.settings import Settings
from burnish.hosts.standalone.window import Window
from burnish.panel.state import Phase
from burnish.wire.geometry import Depth, PixelFormat
from heartbeat import Gap, Heartbeat, longest
from x_server import ARTIFACTS

LONGEST_STEP_MS = 50
SESSIONS = 3
PATIENCE_MS = 300_000


def photo(width: int, height: int, seed: int = 5) -> np.ndarray:
    """Something with edges, gradients and noise, quickly made: [height, width, 3]."""
    rows, columns = np.ogrid[0:height, 0:width]
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[..., 0] = rows * 255 // height
    pixels[..., 1] = columns * 255 // width
    pixels[..., 2] = (rows // 37 + columns // 53) % 2 * 160
    return pixels ^ np.random.default_rng(seed).integers(0, 16, (height, width, 1), np.uint8)


def a_session(qtbot, shared_client, path, folder) -> dict[str, Gap]:
    """Open, enhance, look around and save as an artist would. Returns the longest stall of each step."""
    window = Window(shared_client, Settings(folder / "settings.ini"))
    window.ask = lambda: Answer.LOSE
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: window.state.catalogue is not None, timeout=PATIENCE_MS)
    heart = Heartbeat()
    steps = {}

    def stop_at(name, condition):
        qtbot.waitUntil(condition, timeout=PATIENCE_MS)
        steps[name] = longest(heart.take())

    def for_a_while(seconds=1.0):
        end = time.monotonic() + seconds
        return lambda: time.monotonic() > end

    qtbot.waitUntil(for_a_while(0.5), timeout=PATIENCE_MS)
    heart.take()
    stop_at("idle", for_a_while())
    window.open_path(path)
    stop_at("opening", lambda: window.stage.document is not None)
    stop_at("first overview", for_a_while(2.0))
    window.state.choose_model("realesr-animevideov3-x4")
    window.controller.start()
    stop_at("enhancing", lambda: window.stage.result is not None and len(window.stage.result.finished) >= 2)
    assert (window.stage.result.result.format.width, window.stage.result.result.format.height) == (16000, 12000)
    window.canvas.zoom_to_pixels()
    for _ in range(12):
        window.canvas.view.pan(-60, -25)
        window.canvas._view_moved()
        qtbot.waitUntil(for_a_while(0.05), timeout=PATIENCE_MS)
    stop_at("panning at 1:1", for_a_while(0.5))
    window.canvas.fit()
    window.controller.cancel(keep=True)
    stop_at("stopping", lambda: window.state.phase is not Phase.RUNNING)
    window.canvas.set_split(True)
    for percent in range(0, 100, 8):
        window.canvas._set_split_fraction(percent / 100)
        window.state.set_strength(percent / 100)
        qtbot.waitUntil(for_a_while(0.02), timeout=PATIENCE_MS)
    stop_at("before and after, strength", for_a_while(0.3))
    window.state.set_strength(1.0)
    window.save_to(folder / "out.tif")
    stop_at("saving", lambda: not window.files.is_busy)
    assert window.notice.isHidden(), window.notice.message.text()
    heart.stop()
    window.close()
    return steps


@pytest.mark.slow
def test_no_step_is_longer_than_50_ms_with_12_megapixels(qtbot, qapp, shared_client, tmp_path):
    """What the program itself does takes its time in every session; what a neighbour on the machine takes does not.

    A step that is too long is therefore looked at again, and the shortest of three sessions counts.
    """
    path = tmp_path / "twelve.jpg"
    write_picture(Picture(PixelFormat(4000, 3000, Depth.UINT8, 3), photo(4000, 3000), Metadata()), path)
    sessions: list[dict[str, Gap]] = []
    too_long: dict[str, float] = {}
    for number in range(SESSIONS):
        folder = tmp_path / str(number)
        folder.mkdir()
        sessions.append(a_session(qtbot, shared_client, path, folder))
        shortest = {name: min(session[name].stall for session in sessions) for name in sessions[0]}
        too_long = {name: round(stall, 1) for name, stall in shortest.items() if stall > LONGEST_STEP_MS}
        if not too_long:
            break
    ARTIFACTS.mkdir(exist_ok=True)
    report = [{name: {**vars(gap), "stall": gap.stall} for name, gap in steps.items()} for steps in sessions]
    (ARTIFACTS / "heartbeat.json").write_text(json.dumps(report, indent=1))
    assert too_long == {}


def test_the_heartbeat_notices_a_stall(qtbot, qapp):
    """Work on the UI thread, and work elsewhere that holds Python's lock, both count; sleeping machines do not."""
    heart = Heartbeat()
    qtbot.wait(60)
    heart.take()
    end = time.thread_time() + 0.12
    while time.thread_time() < end:
        pass
    qtbot.wait(60)
    assert longest(heart.take()).stall >= 100
    quiet = []
    for _ in range(SESSIONS):
        qtbot.wait(60)
        quiet.append(longest(heart.take()).stall)
    assert min(quiet) < 100
    heart.stop()
