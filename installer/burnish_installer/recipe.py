"""What is installed: the project, its extras and the pinned torch. A value, so that tests can bake something small."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Recipe:
    """What the installer puts into an environment.

    Attributes:
        command: the program that arguments are handed to.
        torch: the pinned version; empty for a project that needs no torch.
        extras: the project's extras that everybody gets.
        test_extras: the ones that `installer test` adds.
        system: the sets of system libraries (see system_libraries.SETS) that everybody needs; `window_system` those
            for `burnish window`, `test_system` those for `installer test`.
        watched: files of the project whose change means installing again.
        pip_options: further options for every `pip install`.
        upgrade_pip: fetch the newest pip first, which resolves without downloading and reports its progress.
    """

    command: str = "burnish"
    torch: str = "2.13.0"
    extras: tuple[str, ...] = ("openvino",)
    test_extras: tuple[str, ...] = ("dev", "train")
    system: tuple[str, ...] = ("runtime",)
    window_system: tuple[str, ...] = ("runtime", "window")
    test_system: tuple[str, ...] = ("runtime", "test")
    watched: tuple[str, ...] = ("pyproject.toml", "plugin/burnish/__init__.py")
    pip_options: tuple[str, ...] = ()
    upgrade_pip: bool = True

    def fingerprint(self, project: Path) -> str:
        """SHA-256 over this recipe and the project's watched files."""
        digest = hashlib.sha256(repr(self).encode())
        for name in self.watched:
            digest.update(name.encode() + b"\0" + (project / name).read_bytes())
        return digest.hexdigest()
