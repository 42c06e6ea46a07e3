"""The files themselves: what each reader of them needs, in every language, with any path in them."""

from __future__ import annotations

import ast
import configparser
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from burnish.language import LANGUAGES, current_language, use_language
from burnish.profiles.environment import Environment, this_environment
from burnish.profiles.find import GIMP, HOSTS, KRITA
from burnish.profiles.shims import is_shim, is_unchanged, main_file, never_in_sandbox, paths_of, shims_for

PLUGIN = Path(__file__).resolve().parents[2] / "plugin"
ODD = Environment(Path("/a 'b' \"c\"\\d/家/\udcff/burnish"), Path("/{x}/%s/$HOME/@@NAME@@/python"), Path("/p q"))


@pytest.fixture(params=list(LANGUAGES), autouse=True)
def language(request: pytest.FixtureRequest):
    before = current_language()
    use_language(request.param)
    yield request.param
    use_language(before)


def shims(host: str, environment: Environment = ODD) -> dict[str, bytes]:
    return {str(shim.path): shim.content for shim in shims_for(host, environment)}


def constants(code: bytes) -> dict[str, object]:
    """The module's constants, read without running it."""
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


@pytest.mark.parametrize("host", HOSTS)
def test_python_that_a_host_of_any_age_can_read(host: str) -> None:
    """Too old a Python must come as far as saying so."""
    code = shims(host)[str(main_file(host))]
    ast.parse(code, feature_version=(3, 7))
    assert b"@@" not in code.replace(b"@@NAME@@", b"")


@pytest.mark.parametrize("host", HOSTS)
def test_paths_survive_whatever_is_in_them(host: str) -> None:
    found = constants(shims(host)[str(main_file(host))])
    assert found["PACKAGE"] == str(ODD.package)
    assert found["PYTHON"] == str(ODD.python)
    assert found["MEND"] == f"python3 '/p q/installer' install {host}"


@pytest.mark.parametrize("host", HOSTS)
def test_the_sentences_can_be_filled_in(host: str) -> None:
    sentences = constants(shims(host)[str(main_file(host))])["SENTENCES"]
    assert isinstance(sentences, dict)
    values = {name: f"<{name}>" for name in ("path", "host", "version", "reason", "log", "command")}
    code = shims(host)[str(main_file(host))].decode()
    for key, sentence in sentences.items():
        sentence.format(**values)
        assert f'"{key}"' in code, "every sentence is used"


@pytest.mark.parametrize("host", HOSTS)
def test_the_linter_has_nothing_against_them(host: str, tmp_path: Path) -> None:
    """They are made from templates, which the linter does not see."""
    path = tmp_path / "shim.py"
    path.write_bytes(shims(host, this_environment())[str(main_file(host))])
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "check", "--isolated", "--select", "E,F,W,B", "--ignore", "E501", str(path)]
    assert ruff.exists() or shutil.which("ruff")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("host", HOSTS)
def test_every_file_certifies_itself(host: str) -> None:
    for path, content in shims(host).items():
        assert is_shim(content) and is_unchanged(content), path
        assert not is_unchanged(content + b" ") and is_shim(content + b" ")
        assert not is_unchanged(content.replace(b"burnish", b"Burnish", 1))
    assert sorted(shims(host)) == sorted(map(str, paths_of(host)))
    assert not is_shim(b"# burnish-shim by somebody else\n")


def test_the_desktop_file(language: str) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(shims(KRITA)["pykrita/burnish_krita.desktop"].decode())
    entry = parser["Desktop Entry"]
    assert entry["X-KDE-Library"] == "burnish_krita"
    assert entry["ServiceTypes"] == "Krita/PythonPlugin"
    assert entry["X-Krita-Manual"] == "Manual.html"
    assert ("Comment[zh_CN]" in entry) == (language == "zh_CN")


def test_the_actions_are_those_that_the_plugin_makes() -> None:
    collection = ElementTree.fromstring(shims(KRITA)["actions/burnish_krita.action"])
    names = {action.get("name") for action in collection.iter("Action")}
    assert names == {"burnish_enhance_again", "burnish_open_panel", "burnish_cancel"}
    texts = [text.text for text in collection.iter("text")]
    assert all(texts) and len(set(texts)) == 4
    code = "".join(path.read_text(encoding="utf-8") for path in (PLUGIN / "burnish/hosts/krita").glob("*.py"))
    for name in names:
        assert f'"{name}"' in code


def test_the_manual_is_one_that_qt_shows_as_a_page() -> None:
    """Qt takes a text for a page only if <!DOCTYPE follows <?xml at once; seen in Krita 5.2.9."""
    page = shims(KRITA)["pykrita/burnish_krita/Manual.html"]
    assert page.splitlines()[1].startswith(b"<!DOCTYPE html>")
    root = ElementTree.fromstring(page)
    assert len(list(root.iter("{http://www.w3.org/1999/xhtml}h2"))) >= 4


def test_gimp_asks_again_when_its_part_of_burnish_changes(tmp_path: Path) -> None:
    copied = tmp_path / "burnish"
    shutil.copytree(PLUGIN / "burnish/hosts/gimp", copied / "hosts/gimp")
    environment = Environment(copied, Path(sys.executable))
    before = shims(GIMP, environment)
    assert shims(GIMP, environment) == before
    with (copied / "hosts/gimp/plugin.py").open("a") as file:
        file.write("# one more procedure\n")
    assert shims(GIMP, environment) != before


def test_this_environment_is_named_whole() -> None:
    found = this_environment()
    assert found.package == PLUGIN / "burnish"
    assert found.python.is_absolute() and found.python.exists()
    assert found.project == PLUGIN.parent
    assert found.command_for("krita").endswith("installer install krita")


def test_a_sandboxed_krita_is_shown_all_that_the_environment_consists_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's Python is a link into the Python that it was made with."""
    monkeypatch.delenv("BURNISH_RUNTIME_DIR", raising=False)
    home = Path("/home/a d")
    shown = Environment(home / "b/burnish", home / "venv/bin/python", None, home / "python")
    assert shlex.split(shown.allow_command(KRITA)) == [
        "flatpak", "override", "--user",
        "--filesystem=/home/a d/b/burnish", "--filesystem=/home/a d/python", "--filesystem=/home/a d/venv",
        "--filesystem=xdg-run/burnish:create", "org.kde.krita",
    ]  # fmt: skip
    assert str(this_environment().base) == sys.base_prefix
    of_the_system = Environment(home / "b/burnish", home / "venv/bin/python", None, Path("/usr"))
    assert "/usr" not in of_the_system.allow_command(KRITA), "Flatpak shares no such folder, and warns at each start"
    monkeypatch.setenv("BURNISH_RUNTIME_DIR", "/home/a d/run")
    options = shlex.split(shown.allow_command(KRITA))
    assert options[-3:-1] == ["--filesystem=/home/a d/run:create", "--env=BURNISH_RUNTIME_DIR=/home/a d/run"]


@pytest.fixture
def in_sandbox(tmp_path: Path) -> Callable[[str, Environment], str]:
    """What a shim finds missing where Flatpak's mark of a sandbox exists; as a shim runs, without the last line."""

    def missing(host: str, environment: Environment) -> str:
        code = shims(host, environment)[str(main_file(host))].decode()
        mark = tmp_path / "flatpak-info"
        mark.touch()
        assert code.count('"/.flatpak-info"') == 1 and code.endswith("\nstart()\n")
        code = code.replace('"/.flatpak-info"', ascii(str(mark))).removesuffix("start()\n")
        found: dict[str, Any] = {}
        exec(compile(code, "shim", "exec"), found)
        return found["what_is_missing"]()

    return missing


def test_a_sandboxed_krita_does_without_the_python_outside(in_sandbox: Callable[[str, Environment], str]) -> None:
    """The link dangles there, and the worker runs outside anyway: asking for what was allowed already helps nobody."""
    dangling = Environment(PLUGIN / "burnish", Path("/dangling/bin/python"))
    assert in_sandbox(KRITA, dangling) == ""
    hidden = Environment(Path("/hidden/burnish"), Path(sys.executable))
    assert hidden.allow_command(KRITA) in in_sandbox(KRITA, hidden)


def test_a_sandboxed_gimp_is_told_that_it_cannot_be_used(in_sandbox: Callable[[str, Environment], str]) -> None:
    assert this_environment().allow_command(GIMP) == ""
    for environment in (this_environment(), ODD):
        assert in_sandbox(GIMP, environment) == never_in_sandbox("GIMP")


@pytest.mark.parametrize("host", HOSTS)
def test_other_line_ends_are_a_change(host: str) -> None:
    """Linux looks for a program named “python3\\r” then."""
    for content in shims(host).values():
        converted = content.replace(b"\n", b"\r\n")
        assert is_shim(converted) and not is_unchanged(converted)
