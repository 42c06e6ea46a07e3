"""Shared pixels are seen by both sides, survive their maker's rename, and are swept once nobody holds them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.runtime import RuntimeFolder, WorkerRecord, make_private
from burnish.wire.sentences import BurnishError
from burnish.wire.shared_pixels import SharedPixels, put_rows, rows_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RuntimeFolder:
    monkeypatch.setenv("BURNISH_RUNTIME_DIR", str(tmp_path / "run"))
    return RuntimeFolder()


def pixel_files(folder: RuntimeFolder) -> list[Path]:
    return [path for path in folder.path.iterdir() if path.name.endswith((".pixels", ".being-made"))]


def test_two_holders_see_the_same_bytes(folder: RuntimeFolder) -> None:
    made = SharedPixels.create(folder, 1000)
    made.reserve()
    made.write(memoryview(bytes(range(250)) * 4))
    opened = SharedPixels.open(made.path)
    assert bytes(opened.view) == bytes(range(250)) * 4
    opened.view[0] = 77
    assert made.view[0] == 77
    made.remove()
    opened.close()
    assert pixel_files(folder) == []


def test_what_follows_is_written_behind_what_is_there(folder: RuntimeFolder) -> None:
    made = SharedPixels.create(folder, 10)
    made.write(memoryview(b"layer"))
    made.write(memoryview(b"mask"), 5)
    assert bytes(made.view) == b"layermask\0"
    made.remove()


def test_sweeping_spares_what_is_held_and_takes_what_is_not(folder: RuntimeFolder) -> None:
    held, dropped = SharedPixels.create(folder, 10), SharedPixels.create(folder, 10)
    dropped.close()
    assert folder.sweep() == 1
    assert pixel_files(folder) == [held.path]
    held.close()
    assert folder.sweep() == 1


def test_pixels_of_a_killed_process_are_swept(folder: RuntimeFolder) -> None:
    code = (
        "import sys; from burnish.wire.runtime import RuntimeFolder; "
        "from burnish.wire.shared_pixels import SharedPixels; "
        "p = SharedPixels.create(RuntimeFolder(), 4096); print(p.path, flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    path = Path(process.stdout.readline().strip())
    assert path.exists()
    assert folder.sweep() == 0
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert folder.sweep() == 1
    assert not path.exists()


def test_too_much_is_refused_with_a_sentence(folder: RuntimeFolder) -> None:
    with pytest.raises(BurnishError) as caught:
        SharedPixels.create(folder, 1 << 60)
    assert caught.value.failure.code == "no-space"
    assert pixel_files(folder) == []


def test_the_folder_is_private(folder: RuntimeFolder) -> None:
    assert folder.path.stat().st_mode & 0o077 == 0
    folder.path.chmod(0o755)
    RuntimeFolder()
    assert folder.path.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can give a folder to somebody else")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 12345, 12345)
    with pytest.raises(BurnishError) as caught:
        make_private(tmp_path / "theirs")
    assert caught.value.failure.code == "folder-not-private"


def test_the_record_is_read_back_and_only_its_owner_withdraws_it(folder: RuntimeFolder) -> None:
    record = WorkerRecord(4711, str(folder.path / "s"), "00ff", "0.1", 1)
    folder.write_record(record)
    assert folder.read_record() == record
    assert folder.record_path.stat().st_mode & 0o077 == 0
    folder.remove_record(1)
    assert folder.read_record() == record
    folder.remove_record(4711)
    assert folder.read_record() is None


def test_a_broken_record_is_no_record(folder: RuntimeFolder) -> None:
    folder.record_path.write_text('{"pid": 1}')
    assert folder.read_record() is None
    folder.record_path.write_text("{")
    assert folder.read_record() is None


@pytest.mark.skipif(sys.platform == "win32", reason="sockets have paths elsewhere")
def test_a_long_runtime_path_has_its_socket_elsewhere_and_leaves_nothing(tmp_path: Path) -> None:
    folder = RuntimeFolder(tmp_path / ("long" * 30))
    address = Path(folder.address())
    assert len(str(address)) < 100
    assert folder.address() == str(address), "the next worker has to find what a killed one left"
    assert address.parent.stat().st_mode & 0o077 == 0
    address.touch()
    folder.write_record(WorkerRecord(4711, str(address), "00ff", "0.1", 1))
    folder.remove_record(4711)
    assert not address.parent.exists()


def test_what_a_client_dropped_while_greeting_is_swept_later(folder: RuntimeFolder) -> None:
    old, new = folder.path / "probe-old", folder.path / "probe-new"
    for probe in (old, new):
        probe.touch()
    os.utime(old, (0, 0))
    assert folder.sweep() == 1
    assert not old.exists() and new.exists()


@given(st.data())
def test_rows_are_cut_out_and_put_back(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9))
    pixels = PixelFormat(width, height, Depth.UINT16, data.draw(st.integers(1, 4)))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    rect = Rect(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    image = memoryview(bytearray(data.draw(st.binary(min_size=pixels.total_bytes, max_size=pixels.total_bytes))))
    rows = rows_of(image, pixels, rect)
    assert len(rows) == rect.area * pixels.pixel_bytes
    copy = memoryview(bytearray(pixels.total_bytes))
    put_rows(copy, pixels, rect, memoryview(rows))
    assert rows_of(copy, pixels, rect) == rows
    outside = bytes(copy).count(0)
    assert outside >= pixels.total_bytes - len(rows)
