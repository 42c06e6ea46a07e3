"""`burnish enhance`, the real command with the real worker: results, summaries, events, several pictures, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from burnish.client import WorkerClient
from burnish.hosts.standalone.files.picture import Metadata, Picture, read_picture, write_picture
from burnish.wire.geometry import Depth, PixelFormat
from cli.command import COMMAND, DATA, FAST, burnish, enhance, environment
from hosts.standalone.files.samples import camera_exif, photo
from pixels.profiles import ADOBE_PROFILE, P3_PROFILE


@pytest.fixture(scope="module", autouse=True)
def worker(shared_client: WorkerClient) -> WorkerClient:
    return shared_client


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.png"
    photo(48, 32).save(path)
    return path


def test_a_picture_becomes_four_times_as_large(tmp_path: Path, small: Path) -> None:
    done = enhance(small, tmp_path / "out.png")
    assert (done.status, done.err) == (0, "")
    assert Image.open(tmp_path / "out.png").size == (192, 128)
    title, *rows = done.out.splitlines()
    assert title.startswith("small.png  48×32 → 192×128  in ") and title.endswith(" MP/s")
    assert [row.split()[0] for row in rows] == ["model", "engine", "saved"]
    assert rows[0].split(maxsplit=1)[1] == f"{FAST}: as asked"
    assert rows[2].split(maxsplit=1)[1] == str(tmp_path / "out.png")
    enlarged = np.asarray(photo(48, 32).resize((192, 128), Image.Resampling.BICUBIC)).astype(float)
    difference = np.abs(np.asarray(Image.open(tmp_path / "out.png").convert("RGB")) - enlarged)
    assert difference.mean() < 12, "it is the same picture"


def test_a_model_whose_seams_are_blended(tmp_path: Path) -> None:
    photo(24, 16).save(tmp_path / "in.png")
    done = burnish("enhance", tmp_path / "in.png", "-o", tmp_path / "out.webp", "-m", "realesrgan-x4plus-anime",
                   "--quality", "100")  # fmt: skip
    assert done.status == 0, done.err
    assert Image.open(tmp_path / "out.webp").size == (96, 64)


@pytest.mark.parametrize("profile", [P3_PROFILE, ADOBE_PROFILE], ids=["Display P3", "AdobeRGB"])
@pytest.mark.parametrize("suffix", [".tif", ".png"])
def test_16_bits_with_alpha_and_a_wide_profile(tmp_path: Path, profile: bytes, suffix: str) -> None:
    """Opaque red beside garish green that is fully transparent: no green may bleed into what is seen."""
    pixels = np.zeros((32, 48, 4), np.uint16)
    pixels[:, :24] = (52000, 9000, 7000, 65535)
    pixels[:, 24:] = (0, 65535, 0, 0)
    metadata = Metadata(dpi=(300, 300), exif=camera_exif()[6:])
    pixel_format = PixelFormat(48, 32, Depth.UINT16, 4, profile=profile)
    write_picture(Picture(pixel_format, pixels, metadata), tmp_path / f"in{suffix}")
    done = enhance(tmp_path / f"in{suffix}", tmp_path / f"out{suffix}")
    assert done.status == 0, done.err

    again = read_picture(tmp_path / f"out{suffix}")
    assert (again.format.width, again.format.height) == (192, 128)
    assert (again.format.depth, again.format.channels, again.format.profile) == (Depth.UINT16, 4, profile)
    assert again.metadata.dpi == pytest.approx((300, 300), rel=1e-3)
    assert Image.open(tmp_path / f"out{suffix}").getexif()[0x010F] == "Maker & Sons"
    alpha = again.pixels[..., 3].astype(int)
    assert alpha[:, :80].min() > 65000 and alpha[:, 112:].max() < 500, "alpha is scaled"
    seen = again.pixels[alpha > 655].astype(int)
    assert np.abs(seen[:, :3] - (52000, 9000, 7000)).max() < 6000, "no fringe"


def test_no_strength_at_the_same_size_returns_the_input(tmp_path: Path, small: Path) -> None:
    done = enhance(small, tmp_path / "out.png", "--scale", "1", "--strength", "0")
    assert done.status == 0, done.err
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out.png")), np.asarray(Image.open(small)))


def test_a_region(tmp_path: Path, small: Path) -> None:
    done = enhance(small, tmp_path / "out.png", "--region", "40,8,100,10")
    assert done.status == 0, done.err
    assert Image.open(tmp_path / "out.png").size == (32, 40), "the part inside the picture"
    assert "48×32, of which 8×10 → 32×40" in done.out


def test_what_the_format_cannot_hold_is_noted(tmp_path: Path) -> None:
    photo(24, 16).convert("RGBA").save(tmp_path / "in.png")
    pixels = np.asarray(Image.open(tmp_path / "in.png")).copy()
    pixels[0, 0, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "in.png")
    done = enhance(tmp_path / "in.png", tmp_path / "out.jpg")
    assert done.status == 0
    assert "JPEG has no transparency, so the picture was laid on white" in done.out


def test_events_are_the_wires_and_nothing_else(tmp_path: Path, small: Path) -> None:
    done = enhance(small, tmp_path / "out.png", "--tile", "16", "--json")
    assert (done.status, done.err) == (0, "")
    events = done.events
    assert all(list(event)[:2] == ["event", "input"] and event["input"] == str(small) for event in events)
    names = [event["event"] for event in events]
    accepted = events[names.index("accepted")]
    tiles = [event for event in events if event["event"] == "tile"]
    assert names[-1] == "done"
    assert set(names) == {"accepted", "progress", "tile", "done"}
    assert accepted["tiles"] == len(tiles) > 4
    assert accepted["memory_bytes"] > 0 and "seconds" in accepted
    assert (accepted["format"]["width"], accepted["format"]["height"]) == (192, 128)
    covered = np.zeros((128, 192), int)
    for tile in tiles:
        covered[tile["y"] : tile["y"] + tile["height"], tile["x"] : tile["x"] + tile["width"]] += 1
    assert covered.min() >= 1, "the tiles cover the result"
    last = events[-1]
    assert last["model"] == FAST and last["engine"] in ("torch", "openvino") and last["device"]
    assert last["seconds"] > 0 and last["output"] == str(tmp_path / "out.png")
    progress = [event for event in events if event["event"] == "progress" and event["stage"] == "running"]
    assert [event["tiles_done"] for event in progress] == sorted(event["tiles_done"] for event in progress)


def test_a_failure_as_json(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    done = enhance(tmp_path / "text.png", tmp_path / "out.png", "--json")
    assert (done.status, done.err) == (1, "")
    (event,) = done.events
    assert (event["event"], event["code"], event["input"]) == ("failed", "file-not-picture", str(tmp_path / "text.png"))
    assert event["message"].endswith(".") and event["hint"].endswith(".")


def test_a_bad_value_as_json(tmp_path: Path, small: Path) -> None:
    done = enhance(small, tmp_path / "out.png", "--json", "--strength", "7")
    assert (done.status, done.err) == (2, "")
    assert [event["code"] for event in done.events] == ["bad-request"]


def test_several_pictures_go_on_after_one_that_fails(tmp_path: Path, small: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (tmp_path / "other").mkdir()
    photo(16, 16).save(tmp_path / "other" / "small.png")
    sources = [small, tmp_path / "broken.png", tmp_path / "other" / "small.png"]
    done = enhance(sources, f"{tmp_path}/results/")
    assert done.status == 1
    assert sorted(os.listdir(tmp_path / "results")) == [f"small-{FAST}-x4-2.png", f"small-{FAST}-x4.png"]
    assert done.err.startswith(f"Failed: The file {tmp_path}/broken.png is cut off or damaged.\n")
    assert done.err.rstrip().endswith("2 pictures saved, 1 failed.")
    assert "Traceback" not in done.err


def test_a_result_that_is_there_already_is_noticed_before_the_work(tmp_path: Path, small: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / f"small-{FAST}-x4.png").write_bytes(b"precious")
    done = enhance(small, tmp_path / "results", "--json")
    assert done.status == 1
    names = [event["event"] for event in done.events]
    assert "tile" not in names and names[-1] == "failed"
    assert done.events[-1]["code"] == "file-exists"
    assert (tmp_path / "results" / f"small-{FAST}-x4.png").read_bytes() == b"precious"


def test_sentences_follow_the_language(tmp_path: Path, small: Path) -> None:
    done = burnish("--language", "zh_CN", "enhance", small, "-o", tmp_path / "missing" / "out.png")
    assert done.status == 1
    assert str(tmp_path / "missing") in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_cancels_and_leaves_nothing(tmp_path: Path, worker: WorkerClient) -> None:
    (tmp_path / "out").mkdir()
    process = subprocess.Popen(
        [*COMMAND, "enhance", str(DATA / "coffee.jpg"), "-o", str(tmp_path / "out" / "out.png"), "--model", FAST,
         "--tile", "32", "--engine", "torch", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if lines[-1]["event"] == "tile":
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    lines += [json.loads(line) for line in out.splitlines()]
    assert process.returncode == 130
    assert "Traceback" not in err
    assert lines[-1]["event"] == "cancelled"
    assert 1 <= lines[-1]["tiles_done"] < lines[-1]["tiles"]
    assert os.listdir(tmp_path / "out") == []
    deadline = time.monotonic() + 30
    while worker.describe().jobs:
        assert time.monotonic() < deadline, "the worker goes on with a job that nobody waits for"
        time.sleep(0.05)
