"""Measured speeds survive restarts, other workers, damaged files and a full disk."""

import json
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish_models.engines.speeds import Kind, Speed, SpeedBook
from engines.networks import child_environment

SPEED = Speed(1.5e-6, 6e5)


@pytest.fixture
def book(tmp_path):
    return SpeedBook(tmp_path, machine=lambda device: "this")


def test_what_is_put_is_there_for_the_next_worker(tmp_path, book):
    assert book.get(Kind.COMPARED, "torch", "cpu", "weights") is None
    book.put(Kind.COMPARED, "torch", "cpu", "weights", SPEED)
    other = SpeedBook(tmp_path, machine=lambda device: "this")
    assert other.get(Kind.COMPARED, "torch", "cpu", "weights") == SPEED
    assert other.known("torch", "cpu") == [SPEED]


def test_kinds_engines_devices_and_models_are_kept_apart(book):
    book.put(Kind.COMPARED, "torch", "cpu", "weights", SPEED)
    for kind, engine, device, key in (
        (Kind.OBSERVED, "torch", "cpu", "weights"),
        (Kind.COMPARED, "openvino", "cpu", "weights"),
        (Kind.COMPARED, "torch", "cuda", "weights"),
        (Kind.COMPARED, "torch", "cpu", "others"),
    ):
        assert book.get(kind, engine, device, key) is None


def test_another_machine_measures_for_itself(tmp_path, book):
    book.put(Kind.COMPARED, "torch", "cuda", "weights", SPEED)
    other = SpeedBook(tmp_path, machine=lambda device: "that")
    assert other.get(Kind.COMPARED, "torch", "cuda", "weights") is None
    assert other.known("torch", "cuda") == []


def test_the_real_fingerprint_is_stable_and_names_this_machine(tmp_path):
    SpeedBook(tmp_path).put(Kind.COMPARED, "torch", "cpu", "weights", SPEED)
    assert SpeedBook(tmp_path).get(Kind.COMPARED, "torch", "cpu", "weights") == SPEED


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"seconds": 1e-6}', b'{"seconds": "1", "multiply_adds": 1.0}',
     b'{"seconds": -1.0, "multiply_adds": 1.0}', b'{"seconds": NaN, "multiply_adds": 1.0}',
     b'{"seconds": 1.0, "multiply_adds": 1.0, "more": 1}', b'{"seconds": 1.0, "multiply_adds": 1.0, "steady": 1}',
     b'{"seconds": Infinity, "multiply_adds": 1.0}'],
)  # fmt: skip
def test_a_damaged_file_counts_as_not_measured_and_is_replaced(tmp_path, book, content):
    book.put(Kind.COMPARED, "torch", "cpu", "weights", SPEED)
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(content)
    assert book.get(Kind.COMPARED, "torch", "cpu", "weights") is None
    assert book.known("torch", "cpu") == []
    book.put(Kind.COMPARED, "torch", "cpu", "weights", SPEED)
    assert book.get(Kind.COMPARED, "torch", "cpu", "weights") == SPEED


def test_nowhere_to_write_is_no_failure(tmp_path):
    nowhere = tmp_path / "a file"
    nowhere.write_text("")
    book = SpeedBook(nowhere, machine=lambda device: "this")
    book.put(Kind.COMPARED, "torch", "cpu", "weights", SPEED)
    assert book.get(Kind.COMPARED, "torch", "cpu", "weights") is None
    assert book.known("torch", "cpu") == []


@given(st.floats(), st.floats())
def test_only_positive_finite_numbers_are_speeds(seconds, multiply_adds):
    good = all(math.isfinite(value) and value > 0 for value in (seconds, multiply_adds))
    if good:
        assert json.loads(json.dumps(Speed(seconds, multiply_adds).seconds)) == seconds
    else:
        with pytest.raises(ValueError, match="positive"):
            Speed(seconds, multiply_adds)


def test_a_job_that_took_no_time_is_not_recorded(book):
    book.record("torch", "cpu", "weights", 0.0, 1e6)
    assert book.known("torch", "cpu") == []
    book.record("torch", "cpu", "weights", 2e-6, 1e6)
    assert book.get(Kind.OBSERVED, "torch", "cpu", "weights") == Speed(2e-6, 1e6)


WRITER = """
import sys
from pathlib import Path
from burnish_models.engines.speeds import Kind, Speed, SpeedBook

book = SpeedBook(Path(sys.argv[1]), machine=lambda device: "this")
for step in range(60):
    book.put(Kind.OBSERVED, "torch", "cpu", "weights", Speed(float(sys.argv[2]), float(step + 1)))
"""


def test_workers_that_write_at_once_leave_one_whole_speed(tmp_path):
    folder = tmp_path / "speeds"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, folder, str(number)], env=child_environment(tmp_path / "cache"))
        for number in (1, 2, 3)
    ]
    book = SpeedBook(folder, machine=lambda device: "this")
    seen = False
    while any(writer.poll() is None for writer in writers):
        speed = book.get(Kind.OBSERVED, "torch", "cpu", "weights")
        assert speed is not None or not seen  # once there, it never vanishes
        seen = seen or speed is not None
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert book.get(Kind.OBSERVED, "torch", "cpu", "weights") in [Speed(float(number), 60.0) for number in (1, 2, 3)]
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1  # nothing half-written stays
