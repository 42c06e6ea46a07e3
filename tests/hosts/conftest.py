"""Hosts run on a real X server. The tests inside real Krita and GIMP take long, so they run when they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from x_server import qapp_args, x_server

__all__ = ["qapp_args", "x_server"]

PROGRAMS = Path(__file__).parent / "programs"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave `programs` out of a run over everything: name it to run it."""
    named = (Path(config.invocation_params.dir, str(argument).partition("::")[0]) for argument in config.args)
    if collection_path == PROGRAMS and not any(path.resolve().is_relative_to(PROGRAMS) for path in named):
        return True
    return None
