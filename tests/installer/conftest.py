"""A real installer on a real environment, but with a project so small that it is installed in a second, offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

INSTALLER = Path(__file__).resolve().parents[2] / "installer"

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny"
version = "1.0"
"""

# A build backend without dependencies. Where the project holds a file "slow", it says that it has begun and waits.
BACKEND = """
import os, time, zipfile

REQUIRES = "".join(f"Requires-Dist: {line}\\n" for line in open("requires.txt").read().split())

def _wheel(folder, code):
    open("builds.txt", "a").write("built\\n")
    if os.path.exists("slow"):
        open("building", "w").write(str(os.getpid()))
        while os.path.exists("slow"):
            time.sleep(0.02)
    name = "tiny-1.0-py3-none-any.whl"
    info = "tiny-1.0.dist-info"
    files = {
        "tiny.pth" if code is None else "tiny.py": os.getcwd() if code is None else code,
        f"{info}/METADATA": "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\nProvides-Extra: more\\n" + REQUIRES,
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{info}/entry_points.txt": "[console_scripts]\\ntiny = tiny:main\\n",
    }
    record = "".join(f"{path},,\\n" for path in files) + f"{info}/RECORD,,\\n"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, text in (*files.items(), (f"{info}/RECORD", record)):
            wheel.writestr(path, text)
    return name

def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, open("tiny.py").read())

def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, None)
"""

TINY = """
import json, os, sys

def main():
    print(json.dumps({"arguments": sys.argv[1:], "input": sys.stdin.read(), "pid": os.getpid(), "file": __file__}))
    return int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else 0
"""

DRIVER = """
import sys
sys.path.insert(0, {installer!r})
from pathlib import Path
from burnish_installer.main import main
from burnish_installer.place import find_place
from burnish_installer.recipe import Recipe
recipe = Recipe(command="tiny", torch="", extras=(), test_extras=("more",), system=(), window_system=(),
                test_system=(), watched=("pyproject.toml",), pip_options=("--no-index",), upgrade_pip=False)
sys.exit(main(sys.argv[1:], find_place(Path({project!r})), recipe))
"""


@dataclass
class TinyProject:
    """A project and the installer that serves it; every run is a process of its own."""

    folder: Path
    environ: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    first: subprocess.CompletedProcess[str] | None = None

    @property
    def environment(self) -> Path:
        return self.folder / ".venv"

    @property
    def stamp(self) -> Path:
        return self.environment / "burnish-installer.json"

    @property
    def log(self) -> Path:
        return self.environment / "burnish-installer.log"

    @property
    def builds(self) -> int:
        """How many times pip has built the project so far."""
        counted = self.folder / "builds.txt"
        return len(counted.read_text().split()) if counted.exists() else 0

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        driver = DRIVER.format(installer=str(INSTALLER), project=str(self.folder))
        process = subprocess.Popen(
            [sys.executable, "-c", driver, *arguments],
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(text, timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def answer(self, *arguments: str) -> dict:
        """What the installed program reports when the installer hands over to it."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that is certain to come, and fail when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


@pytest.fixture
def waiting() -> Callable[..., None]:
    return wait_until


def tiny_project(folder: Path) -> TinyProject:
    home = folder / "home"
    project = folder / "a project"
    (project / ".git").mkdir(parents=True)
    home.mkdir()
    (project / "pyproject.toml").write_text(PYPROJECT)
    (project / "backend.py").write_text(textwrap.dedent(BACKEND))
    (project / "tiny.py").write_text(TINY)
    (project / "requires.txt").write_text("")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("BURNISH_", "XDG_"))}
    environ |= {"HOME": str(home), "BURNISH_LANGUAGE": "en", "PYTHONDONTWRITEBYTECODE": "1"}
    return TinyProject(project, environ)


@pytest.fixture
def project(tmp_path: Path):
    """A tiny project that nothing has been installed for."""
    yield from _with_end(tiny_project(tmp_path))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    """A tiny project that has been installed and used once; for tests that change nothing."""
    tiny = tiny_project(tmp_path_factory.mktemp("made"))
    tiny.first = tiny.run("7", "--flag", "a b", "", text="from standard input")
    yield from _with_end(tiny)


def _with_end(tiny: TinyProject):
    yield tiny
    (tiny.folder / "slow").unlink(missing_ok=True)
    for process in tiny.running:
        if process.poll() is None:
            process.kill()
        process.communicate()
