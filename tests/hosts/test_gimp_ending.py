"""Who serves a GIMP, and what its panel does once its plug-in is gone: without GIMP, with processes that are real."""

from __future__ import annotations

import subprocess
import sys

import pytest

from burnish.hosts.gimp.ending import Ending
from burnish.hosts.gimp.residency import become_resident, is_running, residency_began
from burnish.qt import QtWidgets
from burnish.wire.runtime import RuntimeFolder

HOLDING = """
import sys
from burnish.hosts.gimp.residency import become_resident
held = become_resident(int(sys.argv[1]))
print("none" if held is None else "held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_runtime_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BURNISH_RUNTIME_DIR", str(tmp_path / "run"))


@pytest.fixture
def processes():
    """Starts processes that are gone when the test is over."""
    started = []

    def start(*command):
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def gimp(processes):
    """A process that lives until it is killed."""
    return processes(sys.executable, "-c", "input()")


def sentences():
    boxes = [each for each in QtWidgets.QApplication.topLevelWidgets() if isinstance(each, QtWidgets.QMessageBox)]
    return [box for box in boxes if box.isVisible()]


def end_of(process):
    process.kill()
    process.wait()


def test_one_process_serves_a_gimp_and_another_takes_over_when_it_was_killed(gimp, processes):
    first = processes(sys.executable, "-c", HOLDING, str(gimp.pid))
    assert first.stdout.readline() == "held\n"
    before = residency_began(gimp.pid)
    assert before
    assert become_resident(gimp.pid) is None
    assert residency_began(gimp.pid) == before
    end_of(first)
    second = processes(sys.executable, "-c", HOLDING, str(gimp.pid))
    assert second.stdout.readline() == "held\n"
    assert residency_began(gimp.pid) != before


def test_each_gimp_is_served_by_its_own(gimp, processes):
    other = processes(sys.executable, "-c", "input()")
    served = [become_resident(each.pid) for each in (gimp, other)]
    assert None not in served


def test_what_an_ended_gimp_left_is_removed(gimp, processes):
    held = become_resident(gimp.pid)
    end_of(gimp)
    assert not is_running(gimp.pid)
    other = processes(sys.executable, "-c", "input()")
    become_resident(other.pid)
    assert [path.name for path in RuntimeFolder().path.glob("gimp-*")] == [f"gimp-{other.pid}.lock"]
    assert held is not None


def test_the_panel_ends_with_gimp_and_says_nothing(gimp, qtbot):
    ends = []
    ending = Ending(gimp.pid, lambda: ends.append(True))
    end_of(gimp)
    ending.begin()
    assert ends == [True]
    assert not sentences()


def test_where_gimp_goes_on_the_artist_is_told_until_gimp_ends(gimp, qtbot):
    ends = []
    ending = Ending(gimp.pid, lambda: ends.append(True))
    ending.begin()
    qtbot.waitUntil(lambda: bool(sentences()), timeout=20_000)
    (box,) = sentences()
    assert "plug-in" in box.text()
    assert "Burnish" in box.informativeText()
    assert not ends
    end_of(gimp)
    qtbot.waitUntil(lambda: bool(ends), timeout=20_000)
    box.close()


def test_the_sentence_goes_when_it_was_read(gimp, qtbot):
    ends = []
    ending = Ending(gimp.pid, lambda: ends.append(True))
    ending.begin()
    qtbot.waitUntil(lambda: bool(sentences()), timeout=20_000)
    sentences()[0].accept()
    assert ends
    assert not sentences()


def test_the_sentence_goes_when_another_process_serves_gimp(gimp, processes, qtbot):
    ends = []
    ending = Ending(gimp.pid, lambda: ends.append(True))
    ending.begin()
    qtbot.waitUntil(lambda: bool(sentences()), timeout=20_000)
    processes(sys.executable, "-c", HOLDING, str(gimp.pid)).stdout.readline()
    qtbot.waitUntil(lambda: bool(ends), timeout=20_000)
    sentences()[0].close()
