"""Where torch comes from: real pip, a real package index on this machine, and wheels that only carry torch's name."""

from __future__ import annotations

import io
import socket
import subprocess
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from burnish_installer.fetch_torch import RefusedError, TorchFetcher
from burnish_installer.machine import Machine
from burnish_installer.pip import CommandFailedError, Commands
from burnish_installer.place import Place
from burnish_installer.recipe import Recipe
from burnish_installer.show import Lines
from burnish_installer.torch_build import choose_build, find_torch


def make_wheel(folder, name, version, requires=(), files=()):
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    contents = {
        **dict(files),
        f"{info}/METADATA": metadata + "".join(f"Requires-Dist: {each}\n" for each in requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    contents[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in contents) + f"{info}/RECORD,,\n"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in contents.items():
            wheel.writestr(path, text)


def make_torch(folder, version, cuda=None):
    facts = f"__version__ = '{version}'\ncuda: Optional[str] = {cuda!r}\n"
    requires = ["nvidia-thing"] if cuda else []
    make_wheel(folder, "torch", version, requires, {"torch/version.py": facts, "torch/__init__.py": ""}.items())
    make_wheel(folder, "nvidia-thing", "1.0")


@pytest.fixture
def fetch(made, tmp_path):
    """Fetch torch 0.0.1 into the environment of a tiny project; what was said comes back."""
    place = Place(made.folder, made.environment, True)
    commands = Commands(tmp_path / "log.txt")
    commands.learn_pip_version(place.python)

    def run(asked="", options=()):
        said = io.StringIO()
        fetcher = TorchFetcher(place, Recipe(torch="0.0.1", pip_options=options), Lines(said), commands)
        try:
            fetcher.fetch(choose_build(Machine("linux", "x86_64"), asked))
        except RefusedError as error:
            said.write(f"refused: {error}")
        except CommandFailedError as error:
            said.write(f"failed: {error.output}")
        return said.getvalue(), find_torch(made.environment)

    yield run
    subprocess.run([place.python, "-m", "pip", "uninstall", "-q", "-y", "torch"], check=True)


@pytest.fixture
def closed(monkeypatch):
    """PyTorch's own index, out of reach."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr("burnish_installer.torch_build.INDEX", f"http://127.0.0.1:{taken.getsockname()[1]}")
        yield


@pytest.fixture
def index(monkeypatch, tmp_path):
    """PyTorch's own index as a folder: /cpu/torch/ lists what is in it."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    folder = tmp_path / "index"
    (folder / "cpu" / "torch").mkdir(parents=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr("burnish_installer.torch_build.INDEX", f"http://127.0.0.1:{server.server_port}")
        yield folder / "cpu" / "torch"
        server.shutdown()


def offline(folder):
    return ("--no-index", "--find-links", str(folder))


def test_pytorchs_own_index_comes_first(fetch, index):
    make_torch(index, "0.0.1+cpu")
    said, torch = fetch()
    assert torch is not None
    assert torch.version == "0.0.1+cpu"
    assert "default index" not in said


def test_an_index_without_this_build_is_passed_over_with_a_word(fetch, index, tmp_path):
    make_torch(index, "0.0.2+cpu")
    said, torch = fetch(options=offline(tmp_path))
    assert torch is None
    assert "no such build for this Python" in said
    assert "No matching distribution found for torch==0.0.1" in said.split("default index")[1]


def test_out_of_reach_the_default_index_serves_and_the_reason_is_said(fetch, closed, tmp_path):
    make_torch(tmp_path / "wheels", "0.0.1+cpu")
    said, torch = fetch(options=offline(tmp_path / "wheels"))
    assert torch is not None
    assert torch.kind == "cpu"
    assert "refused" in said
    assert "default index" in said
    assert "CUDA" not in said


def test_cuda_that_nobody_chose_is_announced_with_its_size(fetch, closed, tmp_path):
    make_torch(tmp_path / "wheels", "0.0.1", cuda="13.0")
    said, torch = fetch(options=offline(tmp_path / "wheels"))
    assert torch is not None
    assert torch.kind == "cuda"
    assert "2.7 GB" in said
    assert said.index("2.7 GB") < said.index("[1/"), "before it is downloaded"
    assert "is not the cpu build" in said


def test_cuda_where_cpu_was_asked_for_is_refused(fetch, closed, tmp_path):
    make_torch(tmp_path / "wheels", "0.0.1", cuda="13.0")
    said, torch = fetch("cpu", offline(tmp_path / "wheels"))
    assert torch is None
    assert "refused: The default index only has torch for CUDA" in said


def test_where_cuda_was_asked_for_it_is_just_installed(fetch, closed, tmp_path):
    make_torch(tmp_path / "wheels", "0.0.1", cuda="13.0")
    said, torch = fetch("cu130", offline(tmp_path / "wheels"))
    assert torch is not None
    assert torch.kind == "cuda"
    assert "GB" not in said
