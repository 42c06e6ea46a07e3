"""The stamp: written whole or not at all, read with suspicion, and compared with what is wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish_installer.stamp import Stamp, Verdict, interpreter_of, read_stamp, verdict, write_stamp

STAMP = Stamp(
    "/home/a/burnish", True, "f00", "/usr/bin/python3.11 3.11.7", "aa", "2.13.0 cpu", "2.13.0+cpu", ("openvino",), ()
)


@given(st.builds(Stamp, extras=st.lists(st.text()).map(tuple), system=st.lists(st.text()).map(tuple)))
def test_a_stamp_survives_the_file(tmp_path_factory, stamp):
    path = tmp_path_factory.mktemp("stamp") / "stamp.json"
    write_stamp(path, stamp)
    assert read_stamp(path) == stamp
    assert [entry.name for entry in path.parent.iterdir()] == ["stamp.json"]


@given(st.data())
def test_whatever_else_is_in_the_file_is_no_stamp(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("stamp") / "stamp.json"
    write_stamp(path, STAMP)
    text = path.read_text()
    cut = data.draw(st.integers(0, len(text) - 1))
    path.write_text(text[:cut])
    assert read_stamp(path) is None
    plain = json.loads(text)
    name = data.draw(st.sampled_from(sorted(plain)))
    path.write_text(json.dumps(plain | {name: None}))
    assert read_stamp(path) is None
    path.write_text(json.dumps({key: value for key, value in plain.items() if key not in (name, "system")}))
    assert read_stamp(path) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Verdict.READY),
        ({"extras": ("openvino", "dev")}, Verdict.UPDATE),
        ({"extras": ()}, Verdict.READY),
        ({"requirements": "f01"}, Verdict.UPDATE),
        ({"project": "/home/b/burnish"}, Verdict.REMAKE),
        ({"editable": False}, Verdict.REMAKE),
        ({"interpreter": "/usr/bin/python3.13 3.11.7"}, Verdict.REMAKE),
        ({"interpreter": ""}, Verdict.REMAKE),
        ({"hardware": "bb"}, Verdict.CHECK),
        ({"system": ("window",)}, Verdict.CHECK),
        ({"hardware": "bb", "requirements": "f01"}, Verdict.UPDATE),
        ({"torch": "", "torch_found": ""}, Verdict.READY),
    ],
)
def test_verdict(change, expected):
    assert verdict(STAMP, replace(STAMP, **change)) is expected


def test_no_stamp_means_from_the_start():
    assert verdict(None, STAMP) is Verdict.REMAKE


@pytest.mark.skipif(os.name != "posix", reason="links to the Python that made it")
def test_an_environment_whose_python_went_away_or_became_another_is_noticed(tmp_path):
    environment = tmp_path / "with space"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    before = interpreter_of(environment, python)
    assert before
    assert os.path.realpath(python) in before
    real = python.resolve()
    for link in (environment / "bin").glob("python*"):
        link.unlink()
    python.symlink_to(tmp_path / "gone")
    assert interpreter_of(environment, python) == ""
    python.unlink()
    other = tmp_path / "python3.99"
    other.symlink_to("/bin/sh")
    python.symlink_to(other)
    assert interpreter_of(environment, python) not in ("", before)
    python.unlink()
    python.symlink_to(real)
    assert interpreter_of(environment, python) == before
    assert interpreter_of(tmp_path, python) == ""
