"""Runs inside the root: real Krita and GIMP make their profiles, Burnish goes in and out; all of it is written down.

Usage: stages.py PYTHON REPORT. PYTHON is the interpreter of Burnish's environment, REPORT the JSON file to write.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from inside.x_server import start_screen  # noqa: E402 - Python has to be told where it is first

HOME = Path.home()
KRITA = HOME / ".local/share/krita"
SETTINGS = HOME / ".config/kritarc"
ENVIRONMENT = Path("/run/environment")
OBSERVED = Path("/run/observed.json")
BROKEN = Path("/run/broken")
LOGS = Path(os.environ["BURNISH_CACHE_DIR"]) / "log"
SECONDS = 120


def main(python: str, report: Path) -> None:
    start_screen("1280x800x24")
    found: dict[str, Any] = {}
    make_profiles()
    # a link that can vanish, as an environment does
    ENVIRONMENT.symlink_to(Path(python).parents[1])
    ours = str(ENVIRONMENT / "bin/python")

    found["before"] = tree()
    found["install"] = burnish(ours, "install")
    found["between"] = tree()
    found["uninstall"] = burnish(ours, "uninstall")
    found["after"] = tree()

    burnish(ours, "install")
    found["krita"] = run_krita()
    found["gimp"] = run_gimp()
    found["status"] = json.loads(burnish(ours, "status", "--json"))
    ENVIRONMENT.unlink()
    found["krita_in_trouble"] = run_krita()
    found["gimp_in_trouble"] = run_gimp()
    found["status_in_trouble"] = json.loads(burnish(python, "status", "--json"))
    ENVIRONMENT.symlink_to(Path(python).parents[1])
    with_broken_package(found)
    burnish(python, "uninstall")
    found["settings"] = SETTINGS.read_text(encoding="utf-8")
    found["left"] = sorted(
        str(path) for path in HOME.rglob("*") if "burnish" in path.name and "observer" not in path.name
    )
    report.write_text(json.dumps(found), encoding="utf-8")


def with_broken_package(found: dict[str, Any]) -> None:
    """Have the shims load a Burnish that fails, then be as they were."""
    BROKEN.mkdir()
    (BROKEN / "__init__.py").write_text("raise RuntimeError('broken on purpose')\n")
    shims = [KRITA / "pykrita/burnish_krita/__init__.py", *HOME.rglob("burnish-enhance.py")]
    whole = {path: path.read_text(encoding="utf-8") for path in shims}
    for path, text in whole.items():
        lines = [f"PACKAGE = {str(BROKEN)!r}" if line.startswith("PACKAGE = ") else line for line in text.splitlines()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found["krita_with_broken_package"] = run_krita()
    found["gimp_with_broken_package"] = run_gimp()
    found["logs"] = {name: (LOGS / f"{name}.log").read_text(encoding="utf-8") for name in ("krita", "gimp")}
    for path, text in whole.items():
        path.write_text(text, encoding="utf-8")


def make_profiles() -> None:
    """Let the programs make what they make when they are started for the first time."""
    SETTINGS.parent.mkdir(parents=True)
    SETTINGS.write_text("[python]\nenable_burnish_observer=true\n")
    shutil.copytree(HERE / "observer", KRITA / "pykrita")
    run_krita()
    run_gimp()
    assert (KRITA / "resourcecache.sqlite").exists(), "Krita made no profile"


def run_krita() -> dict[str, Any]:
    """Start Krita, let the observer look, and wait until Krita has quit."""
    OBSERVED.unlink(missing_ok=True)
    done = subprocess.run(
        ["dbus-run-session", "--", "krita", "--nosplash"],
        env={**os.environ, "BURNISH_OBSERVED": str(OBSERVED)}, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert OBSERVED.exists(), f"Krita ended with status {done.returncode} before it was looked at"
    return json.loads(OBSERVED.read_text(encoding="utf-8"))


def run_gimp() -> dict[str, Any]:
    """Have GIMP's batch say which procedures of ours it knows, and what calling one gives where that fails at once."""
    OBSERVED.unlink(missing_ok=True)
    code = f"exec(compile(open({str(HERE / 'batch.py')!r}).read(), 'batch.py', 'exec'))"
    subprocess.run(
        ["gimp-console", "--no-interface", "--no-data", "--no-fonts", "--quit", "--batch-interpreter",
         "python-fu-eval", "-b", code],
        env={**os.environ, "BURNISH_OBSERVED": str(OBSERVED)}, timeout=SECONDS, check=False,
    )  # fmt: skip
    return json.loads(OBSERVED.read_text(encoding="utf-8"))


def burnish(python: str, *arguments: str) -> str:
    done = subprocess.run([python, "-m", "burnish.cli", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"burnish {arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def tree() -> dict[str, str]:
    """Everything in HOME: permissions, and a sum of the content or where a link leads."""
    found = {}
    for path in sorted(HOME.rglob("*")):
        content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(HOME))] = f"{path.lstat().st_mode:o} {hashlib.sha256(content).hexdigest()}"
    return found


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
