"""Root file systems with real programs: where they are kept, how one is built while other tests run, and why not."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[2]
CACHE = Path("/var/cache/burnish-hosts")
SUITES = ("trixie", "forky", "krita6")
REQUIRED = os.environ.get("BURNISH_REQUIRE_HOSTS") == "1"


def chosen_suite() -> str:
    """The root that the tests use."""
    return os.environ.get("BURNISH_HOST_SUITE", "trixie")


def end_with_parent() -> None:
    """Runs in a new process: it is killed when the one that started it goes, however that happens."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


class Root:
    """One root file system; built, where need be, in the background."""

    def __init__(self, suite: str) -> None:
        self.suite = suite
        self.path = CACHE / suite
        self._reason = _cannot_enter()
        self._thread: threading.Thread | None = None

    def start_building(self) -> None:
        """Begin, and return at once."""
        if self._thread is None and not self._reason:
            self._thread = threading.Thread(target=self._build, daemon=True)
            self._thread.start()

    def why_not(self) -> str:
        """Wait until it is there; why it cannot be used, as one line, empty when it can."""
        self.start_building()
        if self._thread is not None:
            self._thread.join()
        return self._reason

    def _build(self) -> None:
        command = [str(HERE / "make-rootfs"), self.suite, str(self.path)]
        # from this thread, which lasts until the build ends: the parent that matters is the thread
        building = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            errors="replace", preexec_fn=end_with_parent,
        )  # fmt: skip
        said = building.communicate()[1].strip().splitlines()
        if building.returncode != 0:
            self._reason = said[-1] if said else f"make-rootfs ended with status {building.returncode}"
            return
        trial = in_root(self.path, sys.executable, "-c", "import ctypes, ssl", show=[CHECKOUT])
        entered = subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if entered.returncode != 0:
            said = entered.stderr.strip().splitlines()
            self._reason = f"this Python does not run in the root: {said[-1] if said else entered.returncode}"


def _cannot_enter() -> str:
    if not sys.platform.startswith("linux"):
        return "real Krita and GIMP are tested on Linux only"
    if os.geteuid() != 0:
        return "only root can build and enter a root file system with Krita and GIMP"
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--net", "--ipc", "--fork", "true"], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else f"this machine allows no namespaces of its own: {done.stderr.strip()}"


def interpreter_binds() -> list[str]:
    """What `in-rootfs` has to show for this very interpreter to run inside, its environment included."""
    if sys.base_prefix != "/usr":
        return [sys.base_prefix, sys.prefix]
    # a root has a /usr of its own; what belongs to this version of Python lies beside what belongs to the root's
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return [path for path in (f"/usr/bin/{version}", f"/usr/lib/{version}", sys.prefix) if Path(path).exists()]


def in_root(
    root: Path,
    *command: str,
    show: Sequence[Path] = (),
    share: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """The command line that runs `command` in a root. show: read-only; share: readable and writable inside."""
    options = []
    for path in (*interpreter_binds(), *map(str, show)):
        options += ["-r", path]
    for path in share:
        options += ["-b", str(path)]
    for name, value in (environment or {}).items():
        options += ["-e", f"{name}={value}"]
    return [str(HERE / "in-rootfs"), *options, str(root), *command]
