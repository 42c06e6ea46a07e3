"""A screen, a HOME as a user's after `burnish install`, and the command that starts a program with scenarios."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from inside.x_server import start_screen

INSIDE = Path(__file__).resolve().parent
DRIVER = str(INSIDE / "gimp_driver.py")
WRAPPER = Path("/run/burnish-python")
_SCREEN = "1600x1000x24"


def prepare(python: str, programs: tuple[str, ...]) -> None:
    """Everything that programs need before they are started. python: of Burnish's environment."""
    os.environ["BURNISH_SCENARIO_PANEL"] = "/run/burnish-panel"
    os.environ["BURNISH_SCENARIO_DRIVER"] = DRIVER
    start_screen(_SCREEN)
    if "krita" in programs:
        _write_krita_settings()
    if any(name.startswith("gimp") for name in programs):
        _write_gimp_settings()
    _install_burnish(python)
    if "krita" in programs:
        _add_scenario_plugin()
    if "gimp" in programs:
        _put_driver_into_panel(python)


def command(program: str) -> list[str]:
    """How a program is started with the scenarios that its environment names."""
    batch = ["--batch-interpreter", "python-fu-eval", "-b"]
    batch.append(f"exec(compile(open({str(INSIDE / 'gimp_runner.py')!r}).read(), 'gimp_runner.py', 'exec'))")
    commands = {
        "krita": ["dbus-run-session", "--", "krita", "--nosplash"],
        "gimp": ["dbus-run-session", "--", "gimp", "--no-splash", *batch],
        "gimp-console": ["gimp-console", "--no-interface", "--no-data", "--console-messages", "--quit", *batch],
    }
    return commands[program]


def _write_krita_settings() -> None:
    settings = Path.home() / ".config/kritarc"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("[python]\nenable_burnish_scenarios=true\n")
    (Path.home() / ".local/share/krita").mkdir(parents=True, exist_ok=True)


def _write_gimp_settings() -> None:
    """Neither a welcome dialog nor a question about updates; one unknown entry would make GIMP ignore them all."""
    said = subprocess.run(["gimp-console", "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"(\d+)\.(\d+)\.\d+", said)
    assert version is not None, said
    settings = _gimp_folder(f"{version[1]}.{version[2]}") / "gimprc"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(
        f'(config-version "{version[0]}")\n(show-welcome-dialog no)\n(check-updates no)\n', encoding="utf-8"
    )


def _gimp_folder(version: str) -> Path:
    return Path.home() / ".config/GIMP" / version


def _install_burnish(python: str) -> None:
    done = subprocess.run(
        [python, "-m", "burnish.cli", "install", "krita", "gimp"], capture_output=True, text=True, check=False
    )
    print(done.stdout, done.stderr, sep="\n", flush=True)  # noqa: T201 - the supervisor's log
    assert done.returncode == 0, f"burnish install failed:\n{done.stdout}\n{done.stderr}"


def _add_scenario_plugin() -> None:
    shutil.copytree(INSIDE / "krita_plugin", Path.home() / ".local/share/krita/pykrita", dirs_exist_ok=True)


def _put_driver_into_panel(python: str) -> None:
    """Have GIMP's plug-in start the panel with our driver in it, through an interpreter that is a small script."""
    WRAPPER.write_text(
        "#!/bin/sh\n"
        f'if [ "$1 $2" = "-m burnish.hosts.gimp.panel" ]; then shift 2; exec {python} {DRIVER} "$@"; fi\n'
        f'exec {python} "$@"\n'
    )
    WRAPPER.chmod(0o755)
    shims = list((Path.home() / ".config/GIMP").glob("*/plug-ins/burnish-enhance/burnish-enhance.py"))
    assert shims, "burnish install put no plug-in into GIMP's folder"
    for shim in shims:
        text, count = re.subn(
            r"^PYTHON = .*$", f"PYTHON = {str(WRAPPER)!r}", shim.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        assert count == 1, f"{shim} does not name its interpreter once"
        shim.write_text(text, encoding="utf-8")
