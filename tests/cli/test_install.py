"""`burnish install`, `uninstall` and `status` as a user types them, with a HOME of its own."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from burnish import __version__
from burnish.wire.runtime import RuntimeFolder
from cli.command import COMMAND, Finished, burnish, environment

ROOT = Path(__file__).resolve().parents[2]
OTHERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIMP3_DIRECTORY", "BURNISH_DATA_DIR", "PATH")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the folders of the other systems: tests/profiles")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user of Krita and of two GIMPs."""
    folder = tmp_path / "Ada's home 家"
    for name in (".local/share/krita/brushes", ".config/GIMP/3.0", ".config/GIMP/3.2/plug-ins"):
        (folder / name).mkdir(parents=True)
    (folder / ".config/kritarc").write_bytes(b"[krita]\r\nx=1")
    return folder


def variables(home: Path, **changes: str) -> dict[str, str]:
    """Those of a user whose programs are not on PATH, so that only what is in HOME is found."""
    kept = {name: value for name, value in environment().items() if name not in OTHERS}
    return {**kept, "HOME": str(home), "PATH": "/nonexistent", **changes}


def run(home: Path, *arguments: str | Path, **changes: str) -> Finished:
    return burnish(*arguments, env=variables(home, **changes))


def status(home: Path) -> list[dict[str, Any]]:
    done = run(home, "status", "--json")
    assert (done.status, done.err) == (0, "")
    answer = json.loads(done.out)
    assert answer["burnish"] == __version__
    return answer["profiles"]


def everything(home: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(home)): path.read_bytes() if path.is_file() else None for path in home.rglob("*")}


def test_there_and_back(home: Path) -> None:
    before = everything(home)
    assert [(found["name"], found["standing"]) for found in status(home)] == [
        ("Krita", "absent"), ("GIMP 3.0", "absent"), ("GIMP 3.2", "absent"),
    ]  # fmt: skip
    done = run(home, "install")
    assert (done.status, done.err) == (0, "")
    assert done.out.count("✓") == 3 and "Settings > Dockers > Burnish" in done.out
    assert "Filters > Enhance > Burnish" in done.out
    assert {found["standing"] for found in status(home)} == {"current"}
    assert (home / ".local/share/krita/pykrita/burnish_krita/__init__.py").is_file()
    for version in ("3.0", "3.2"):
        assert os.access(home / f".config/GIMP/{version}/plug-ins/burnish-enhance/burnish-enhance.py", os.X_OK)
    assert run(home, "install").out.count("up to date") == 3
    done = run(home, "uninstall")
    assert (done.status, done.err) == (0, "")
    assert everything(home) == before


def test_one_of_them(home: Path) -> None:
    assert run(home, "install", "gimp").status == 0
    assert [found["standing"] for found in status(home)] == ["absent", "current", "current"]
    done = run(home, "uninstall", "krita")
    assert done.status == 0 and "Burnish was not there" in done.out
    assert [found["standing"] for found in status(home)] == ["absent", "current", "current"]


def test_a_trial_run_lists_everything_and_does_nothing(home: Path) -> None:
    before = everything(home)
    done = run(home, "install", "--dry-run")
    assert done.status == 0 and "nothing was changed" in done.out
    assert everything(home) == before
    named = {line.rpartition("  ")[2] for line in done.out.splitlines() if line.startswith("    ")}
    run(home, "install")
    added = {str(home / name) for name in everything(home) if name not in before and "share/burnish" not in name}
    assert named == added | {str(home / ".config/kritarc")}
    placed = everything(home)
    done = run(home, "uninstall", "--dry-run")
    assert done.status == 0 and "would be removed" in done.out and "nothing was changed" in done.out
    assert everything(home) == placed


def test_status_for_people(home: Path) -> None:
    run(home, "install", "krita")
    text = run(home, "status").out
    assert "✓ Krita     Burnish is in it" in text
    assert "– GIMP 3.0  Burnish is not in it" in text
    assert str(home / ".config/GIMP/3.2") in text and sys.executable.rpartition("/")[0] in text


def test_status_without_programs(tmp_path: Path) -> None:
    assert "Neither Krita nor GIMP 3 was found" in run(tmp_path, "status").out
    assert status(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["install"], ["install", "krita"], ["install", "gimp", "--dry-run"]])
def test_no_program_is_a_failure_with_a_fix(tmp_path: Path, arguments: list[str]) -> None:
    done = run(tmp_path, *arguments)
    done.assert_clean_failure()
    assert done.status == 1 and "-folder" in done.err
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage(home: Path) -> None:
    done = run(home, "install", "photoshop")
    assert done.status == 2 and "krita, gimp" in done.err


def test_folders_by_name(tmp_path: Path) -> None:
    home, stick = tmp_path / "home", tmp_path / "stick"
    for folder in (home, stick / "krita", stick / "gimp/3.0"):
        folder.mkdir(parents=True)
    before = everything(tmp_path)
    done = run(home, "install", "--krita-folder", stick / "krita", "--gimp-folder", stick / "gimp/3.0")
    assert done.status == 0, done.err
    assert (stick / "krita/pykrita/burnish_krita.desktop").exists()
    assert (stick / "gimp/3.0/plug-ins/burnish-enhance/burnish-enhance.py").exists()
    assert (home / ".config/kritarc").read_text() == "[python]\nenable_burnish_krita=true\n"
    assert {found["standing"] for found in status(home)} == {"current"}, "a named folder is remembered"
    assert run(home, "uninstall").status == 0
    assert everything(tmp_path) == before


def test_what_is_in_the_way_of_one_does_not_stop_the_other(home: Path) -> None:
    theirs = home / ".local/share/krita/pykrita/burnish_krita/__init__.py"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("# somebody else's plugin of that name\n")
    done = run(home, "install")
    assert done.status == 1
    assert str(theirs) in done.err and "not from Burnish" in done.err and "Traceback" not in done.err
    assert [found["standing"] for found in status(home)] == ["foreign", "current", "current"]
    assert (home / ".config/kritarc").read_bytes() == b"[krita]\r\nx=1"
    run(home, "uninstall", "--force")
    assert theirs.read_text() == "# somebody else's plugin of that name\n"


def test_a_changed_file_needs_force(home: Path) -> None:
    before = everything(home)
    run(home, "install", "gimp")
    changed = home / ".config/GIMP/3.0/plug-ins/burnish-enhance/burnish-enhance.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    done = run(home, "install", "gimp")
    assert done.status == 1 and "--force" in done.err
    done = run(home, "uninstall")
    assert done.status == 1 and "--force" in done.out
    assert changed.read_text(encoding="utf-8").endswith("# mine\n")
    assert run(home, "uninstall", "--force").status == 0
    assert everything(home) == before


@pytest.mark.parametrize("system", ["read-only", "full of a file"])
def test_a_folder_that_cannot_be_written(home: Path, system: str) -> None:
    folder = home / ".local/share/krita"
    command = [*COMMAND, "install", "krita"]
    if system == "full of a file":
        (folder / "pykrita").write_text("a file where a folder should be")
    else:
        folder.chmod(0o555)
        if os.geteuid() == 0:  # who may write anywhere until that right is taken away
            setpriv = shutil.which("setpriv")
            if setpriv is None:
                pytest.skip("root writes everywhere, and setpriv is not here to stop that")
            rights = "-dac_override,-dac_read_search,-fowner"
            command = [setpriv, f"--bounding-set={rights}", f"--inh-caps={rights}", *command]
    before = everything(home)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables(home))
    assert done.returncode == 1
    assert done.stderr.startswith("Failed: ") and str(folder) in done.stderr and "Traceback" not in done.stderr
    assert everything(home) == before, "a failed installation leaves nothing"


def test_a_vanished_environment_is_told(home: Path) -> None:
    run(home, "install", "krita")
    shim = home / ".local/share/krita/pykrita/burnish_krita/__init__.py"
    text = shim.read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("PYTHON = ")]
    shim.write_text(text.replace(line, "PYTHON = '/gone/bin/python'"), encoding="utf-8")
    (krita, *_others) = status(home)
    assert (krita["standing"], krita["missing"]) == ("broken", "/gone/bin/python")
    assert "its environment has vanished" in run(home, "status").out


def test_the_doctor_looks_into_profiles_too(home: Path, runtime_folder: RuntimeFolder) -> None:
    run(home, "install", "krita")
    (home / ".local/share/krita/pykrita/burnish_krita/Manual.html").unlink()
    answer = json.loads(run(home, "doctor", "--json").out)
    hosts = {check["name"]: check for check in answer["checks"] if check["key"] == "host"}
    assert (hosts["Krita"]["state"], hosts["GIMP 3.0"]["state"]) == ("notice", "good")
    assert "Manual.html" in hosts["Krita"]["value"] and "burnish install" in hosts["Krita"]["fix"]


def test_a_sandboxed_program_gets_a_note(home: Path, runtime_folder: RuntimeFolder) -> None:
    (home / ".var/app/org.kde.krita/data/krita").mkdir(parents=True)
    done = run(home, "install", "krita")
    assert done.status == 0
    assert "sandbox" in done.out
    (command,) = [line.strip() for line in done.out.splitlines() if "flatpak override --user" in line]
    assert command.endswith("org.kde.krita")
    shown = [option.partition("=")[2].removesuffix(":create") for option in shlex.split(command) if "=" in option]
    needed = [str(ROOT / "plugin" / "burnish"), str(Path(sys.executable).parents[1])]
    if not sys.base_prefix.startswith("/usr"):
        needed.append(sys.base_prefix)
    assert set(needed) <= set(shown) and str(runtime_folder.path) in shown
    assert "[python]" in (home / ".var/app/org.kde.krita/config/kritarc").read_text()


def test_a_sandboxed_gimp_gets_no_promise(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".local/share/flatpak/app/org.gimp.GIMP").mkdir(parents=True)
    (home / ".var/app/org.gimp.GIMP/config/GIMP/3.0").mkdir(parents=True)
    for command in ("install", "status"):
        done = run(home, command)
        assert done.status == 0
        said = " ".join(done.out.split())
        assert "cannot be used in GIMP from Flatpak" in said and "from your distribution" in said
        assert "override" not in said and "Start GIMP" not in said
        assert "–" in said and "✓" not in said
    assert "removed" in run(home, "uninstall").out


def test_in_chinese(home: Path) -> None:
    run(home, "--language", "zh_CN", "install", "krita")
    desktop = home / ".local/share/krita/pykrita/burnish_krita.desktop"
    assert "Comment[zh_CN]" in desktop.read_text(encoding="utf-8")


def test_it_is_undone_without_the_environment(home: Path) -> None:
    """`python3 installer uninstall` does this with whatever Python there is."""
    before = everything(home)
    run(home, "install")
    command = [sys.executable, "-I", "-S", "-c", (
        f"import sys; sys.path.insert(0, {str(ROOT / 'plugin')!r})\n"
        "from burnish.profiles.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    )]  # fmt: skip
    for environment_folder, expected in (("/somebody/elses", ""), (str(Path(sys.executable).parents[1]), "Krita")):
        done = subprocess.run(
            [*command, "--environment", environment_folder],
            capture_output=True, text=True, check=False, env=variables(home),
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert expected in done.stdout and bool(expected) == bool(done.stdout)
    assert everything(home) == before
