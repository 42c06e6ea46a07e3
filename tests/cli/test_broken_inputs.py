"""Hostile and broken inputs, with the real command and the real worker: one sentence each, and nothing left behind."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from burnish.client import WorkerClient
from cli.command import COMMAND, DATA, FAST, Finished, burnish, environment
from hosts.standalone.files.samples import photo, png_bytes, png_claiming, png_file

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(scope="module", autouse=True)
def worker(shared_client: WorkerClient) -> WorkerClient:
    """One warm worker for all of them; it must survive every one."""
    shared_client.models()
    return shared_client


@dataclass(frozen=True)
class Place:
    """Where a case keeps its input, and the output folder that must stay as it was."""

    inputs: Path
    outputs: Path

    @property
    def picture(self) -> Path:
        """A small picture with nothing wrong."""
        path = self.inputs / "good.png"
        photo(24, 16).save(path)
        return path

    def enhance(self, source: Path | str, *arguments: str | Path, output: Path | str = "") -> Finished:
        model = () if "--model" in arguments else ("--model", FAST)
        return burnish("enhance", source, "-o", output or self.outputs / "out.png", *model, *arguments)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "inputs").mkdir()
    (tmp_path / "outputs").mkdir()
    place = Place(tmp_path / "inputs", tmp_path / "outputs")
    yield place
    assert os.listdir(place.outputs) == [], "no result, whole or partial, is left"


def assert_refused(done: Finished, *words: str) -> None:
    done.assert_clean_failure()
    for word in words:
        assert word in done.err, done.err


# --- pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp"])
def test_truncated_picture(place: Place, suffix: str) -> None:
    whole = place.inputs / f"whole{suffix}"
    Image.open(DATA / "chelsea.png").save(whole)
    cut = place.inputs / f"cut{suffix}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    assert_refused(place.enhance(cut), "cut off or damaged", cut.name)


def test_empty_file(place: Place) -> None:
    (place.inputs / "empty.png").touch()
    assert_refused(place.enhance(place.inputs / "empty.png"), "is empty")


def test_text_named_png(place: Place) -> None:
    (place.inputs / "text.png").write_text("Dear picture,\n")
    assert_refused(place.enhance(place.inputs / "text.png"), "not a picture")


def test_picture_without_pixels(place: Place) -> None:
    (place.inputs / "none.png").write_bytes(png_claiming(0, 0))
    assert_refused(place.enhance(place.inputs / "none.png"), "none.png")


def test_decompression_bomb(place: Place) -> None:
    (place.inputs / "bomb.png").write_bytes(png_claiming(100_000, 100_000))
    assert_refused(place.enhance(place.inputs / "bomb.png"), "100000×100000", "500 megapixels")


def test_wrong_checksum_inside_a_png(place: Place) -> None:
    data = bytearray((DATA / "chelsea.png").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(64)
    (place.inputs / "damaged.png").write_bytes(data)
    assert_refused(place.enhance(place.inputs / "damaged.png"), "cut off or damaged")


def test_png_of_an_impossible_kind(place: Place) -> None:
    header = bytes([0, 0, 0, 8, 0, 0, 0, 8, 3, 7, 9, 9, 9])
    (place.inputs / "odd.png").write_bytes(png_file(header, (b"IDAT", b"nonsense")))
    assert_refused(place.enhance(place.inputs / "odd.png"), "cut off or damaged")


def test_folder_as_a_picture(place: Place) -> None:
    assert_refused(place.enhance(place.inputs), "is a folder")


def test_missing_picture(place: Place) -> None:
    assert_refused(place.enhance(place.inputs / "missing.png"), "There is no file")


def test_a_path_below_a_file(place: Place) -> None:
    assert_refused(place.enhance(place.picture / "in.png"), "cannot be opened")


@pytest.mark.skipif(IS_ROOT, reason="root may read every file")
def test_unreadable_picture(place: Place) -> None:
    path = place.picture
    path.chmod(0)
    assert_refused(place.enhance(path), "cannot be opened")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs")
def test_pipe_and_device(place: Place) -> None:
    os.mkfifo(place.inputs / "pipe.png")
    for path in (place.inputs / "pipe.png", Path(os.devnull)):
        assert_refused(place.enhance(path), "not a picture")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take only names that are text")
def test_name_that_is_no_text(place: Place) -> None:
    strange = os.fsdecode(os.fsencode(place.inputs) + b"/\xff\xfe.png")
    os.rename(place.picture, strange)
    assert_refused(place.enhance(strange), ".png cannot be opened")
    assert place.enhance(strange, "--json").events[-1]["code"] == "file-unreadable"


def test_name_that_is_too_long(place: Place) -> None:
    assert_refused(place.enhance(place.picture, output=place.outputs / ("x" * 5000 + ".png")))
    assert_refused(place.enhance(place.inputs / ("x" * 5000 + ".png")))


# --- weights -------------------------------------------------------------------------------------------------------


def test_unknown_model(place: Place) -> None:
    assert_refused(place.enhance(place.picture, "--model", "realesrgan-x5plus"), "realesrgan-x4plus")


def test_missing_weights(place: Place) -> None:
    assert_refused(place.enhance(place.picture, "--model", place.inputs / "none.safetensors"), "does not exist")


def test_weights_of_no_known_network(place: Place) -> None:
    weights = place.inputs / "foreign.safetensors"
    save_file({"some.layer.weight": torch.zeros(3, 3), "other": torch.ones(7)}, weights)
    assert_refused(place.enhance(place.picture, "--model", weights), "foreign.safetensors")


def test_truncated_safetensors(place: Place) -> None:
    weights = place.inputs / "cut.safetensors"
    save_file({"conv.weight": torch.randn(64, 64, 3, 3)}, weights)
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    assert_refused(place.enhance(place.picture, "--model", weights), "cut.safetensors")


def test_truncated_pth(place: Place) -> None:
    weights = place.inputs / "cut.pth"
    torch.save({"conv.weight": torch.randn(64, 64, 3, 3)}, weights)
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    assert_refused(place.enhance(place.picture, "--model", weights), "cut.pth")


def test_text_named_pth(place: Place) -> None:
    weights = place.inputs / "text.pth"
    weights.write_text("These are no weights.\n" * 50)
    assert_refused(place.enhance(place.picture, "--model", weights), "text.pth")


class _Writes:
    """Unpickling this runs a command."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"\"{sys.executable}\" -c \"open(r'{self._target}', 'w')\"",)


@pytest.mark.parametrize("archive", [False, True], ids=["plain pickle", "torch archive"])
def test_malicious_pickle(place: Place, archive: bool) -> None:
    target, weights = place.inputs / "executed", place.inputs / "evil.pth"
    if archive:
        torch.save({"conv.weight": torch.zeros(1), "evil": _Writes(target)}, weights)
    else:
        weights.write_bytes(pickle.dumps({"evil": _Writes(target)}))
    assert_refused(place.enhance(place.picture, "--model", weights), "evil.pth")
    assert not target.exists(), "nothing in the file was executed"
    torch.load(weights, weights_only=False) if archive else pickle.loads(weights.read_bytes())
    assert target.exists(), "the file under test does what it says when it is trusted"


# --- where the result goes -----------------------------------------------------------------------------------------


def test_existing_output(place: Place) -> None:
    existing = place.inputs / "existing.png"
    existing.write_bytes(b"precious")
    assert_refused(place.enhance(place.picture, output=existing), "exists already", "--overwrite")
    assert existing.read_bytes() == b"precious"


def test_unknown_ending(place: Place) -> None:
    assert_refused(place.enhance(place.picture, output=place.outputs / "out.bmp"), "out.bmp", ".png")


def test_missing_folder(place: Place) -> None:
    assert_refused(place.enhance(place.picture, output=place.outputs / "none" / "out.png"), "does not exist")


def test_folder_below_a_file(place: Place) -> None:
    assert_refused(place.enhance(place.picture, output=f"{place.picture}/below/"), "below")


@pytest.mark.skipif(IS_ROOT, reason="root may write everywhere")
def test_unwritable_folder(place: Place) -> None:
    place.outputs.chmod(0o555)
    assert_refused(place.enhance(place.picture), "Nothing can be written")
    place.outputs.chmod(0o755)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody can write in")
def test_folder_of_the_system(place: Place) -> None:
    assert_refused(place.enhance(place.picture, output="/proc/out.png"), "/proc")


@pytest.mark.skipif(not IS_ROOT or sys.platform != "linux", reason="only root can mount a small disk")
@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg", ".webp"])
def test_full_disk(place: Place, suffix: str) -> None:
    disk = place.inputs / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], check=False)
    if mount.returncode != 0:
        pytest.skip("this container may not mount")
    try:
        source = place.inputs / "photo.png"
        photo(120, 90).save(source)
        done = place.enhance(source, "--quality", "100", output=disk / f"out{suffix}")
        assert_refused(done, "no room left", str(disk))
        assert os.listdir(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's files")
def test_file_that_may_not_grow(place: Place) -> None:
    import resource

    source = place.inputs / "photo.png"
    photo(120, 90).save(source)
    done = subprocess.run(
        [*COMMAND, "enhance", str(source), "-o", str(place.outputs / "out.png"), "--model", FAST],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        # enough for the shared pixels, which are reserved before, and too little for the result
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert_refused(Finished(done.returncode, done.stdout, done.stderr), "out.png")


def test_result_larger_than_its_format(place: Place) -> None:
    wide = place.inputs / "wide.png"
    Image.new("RGB", (4100, 2)).save(wide)
    assert_refused(place.enhance(wide, output=place.outputs / "out.webp"), "16383", "16400×8")


# --- what was asked for --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("--region", "0,0,0,5"), ("--region", "here"), ("--region", "5000,5000,10,10"), ("--scale", "0"),
        ("--scale", "-4"), ("--scale", "1e9"), ("--strength", "2"), ("--strength", "nan"), ("--tile", "-1"),
        ("--tile", "big"), ("--engine", "abacus"), ("--device", "toaster"), ("--alpha", "maybe"), ("--quality", "0"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_values_that_no_job_can_have(place: Place, arguments: tuple[str, str]) -> None:
    assert_refused(place.enhance(place.picture, *arguments))


def test_device_that_is_not_there(place: Place) -> None:
    device = "mps" if sys.platform != "darwin" else "cuda"
    assert_refused(place.enhance(place.picture, "--device", device), device)


# --- what only looks broken ----------------------------------------------------------------------------------------


def test_odd_but_sound_pictures_are_enhanced(tmp_path: Path) -> None:
    photo(24, 16).convert("CMYK").save(tmp_path / "cmyk.jpg")
    photo(24, 16).convert("1").save(tmp_path / "bits.png")
    photo(24, 16).convert("P").save(tmp_path / "palette.png", transparency=0)
    (tmp_path / "pixel.png").write_bytes(png_bytes(np.full((1, 1, 3), 200, np.uint8)))
    Image.new("RGB", (1, 40)).save(tmp_path / "thin.png")
    sources = sorted(tmp_path.iterdir())
    done = burnish("enhance", *sources, "-o", tmp_path / "out", "--model", FAST)
    assert done.status == 0, done.err
    assert len(os.listdir(tmp_path / "out")) == len(sources)


def test_the_worker_is_still_the_same(worker: WorkerClient) -> None:
    """Runs last in this file: none of the above has brought the worker down."""
    record = worker.folder.read_record()
    assert record is not None
    assert worker.describe().pid == record.pid
    assert worker.describe().jobs == 0
