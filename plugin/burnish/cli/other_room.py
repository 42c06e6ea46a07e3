"""Commands that run in the room where torch lives: how their processes are started from this one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_START = (
    "import runpy, sys; sys.path = [folder for folder in sys.path if folder]; "
    "runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
)


def command_of(module: str, arguments: Sequence[str]) -> list[str]:
    """As `python -m module` would, but never from the folder that the user stands in: a torch.py would be imported."""
    return [sys.executable, "-X", "utf8", "-c", _START.format(module=module), *arguments]
