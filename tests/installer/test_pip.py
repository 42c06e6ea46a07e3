"""What is read from pip's own lines: how much was downloaded, and how far it is."""

from __future__ import annotations

import sys

import pytest

from burnish_installer.pip import CommandFailedError, Commands
from burnish_installer.show import Lines

# As pip 26 writes it with --progress-bar raw.
TRANSCRIPT = """\
Looking in indexes: https://example.org/simple
Processing {wheel} (from thing)
Collecting openvino
  Downloading openvino-2026.4.1-22982-cp311-cp311-manylinux_2_28_x86_64.whl (59.1 MB)
Progress 0 of 59130756
Progress 29565378 of 59130756
Progress 59130756 of 59130756
Collecting mdurl~=0.1
  Downloading mdurl-0.1.2-py3-none-any.whl (10.0 kB)
  Using cached rich-15.0.0-py3-none-any.whl (310 kB)
Installing collected packages: mdurl, openvino
Successfully installed mdurl-0.1.2 openvino-2026.4.1
"""


class Terminal:
    """A terminal that keeps what was written."""

    def __init__(self):
        self.text = ""

    def isatty(self):
        return True

    def write(self, text):
        self.text += text

    def flush(self):
        pass


@pytest.fixture
def commands(tmp_path):
    return Commands(tmp_path / "log.txt")


def test_sizes_are_added_up_and_progress_stays_out_of_the_log(commands, tmp_path, monkeypatch):
    wheel = tmp_path / "thing.whl"
    wheel.write_bytes(b"x" * 1000)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "transcript").write_text(TRANSCRIPT.format(wheel=wheel))
    lines = Lines(Terminal())
    with lines.step("title") as step:
        text = commands.run([sys.executable, "-c", "print(open('transcript').read())"], step)
    assert step.downloaded == lines.downloaded == 59_100_000 + 10_000 + 1000
    assert "Progress" not in text
    log = (tmp_path / "log.txt").read_text()
    assert "Successfully installed" in log
    assert "Progress" not in log


def test_a_terminal_sees_one_line_grow_and_a_file_only_its_end(commands):
    rest = "for part in (0, 30, 60, 100): print('Progress', part * 10**6, 'of', 100 * 10**6)"
    first = "print('  Downloading a.whl (100.0 MB)')\n"
    terminal = Terminal()
    lines = Lines(terminal, steps=1, interval=0)
    with lines.step("title") as step:
        commands.run([sys.executable, "-u", "-c", first + rest], step)
    assert terminal.text.count("\n") == 1
    assert "30 MB" in terminal.text
    assert "60 MB" in terminal.text
    assert terminal.text.rstrip().split("\r\x1b[K")[-1].startswith("  [1/1] title")


def test_a_command_that_fails_hands_over_what_it_said(commands):
    with pytest.raises(CommandFailedError) as caught:
        commands.run([sys.executable, "-c", "import sys; print('first'); sys.exit('last words')"])
    assert caught.value.code == 1
    assert "first" in caught.value.output
    assert "last words" in caught.value.output


def test_another_pythons_settings_do_not_reach_the_environment(commands, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example.org/simple")
    script = "import os; print(os.environ.get('PYTHONPATH'), os.environ['PIP_INDEX_URL'])"
    text = commands.run([sys.executable, "-c", script])
    assert text.strip() == "None https://mirror.example.org/simple"
