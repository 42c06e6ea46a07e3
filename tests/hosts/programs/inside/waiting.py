"""Waiting inside a program without stopping it: its event loop goes round until something is so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

_turn: list[Callable[[], None]] = []


def use_loop(turn: Callable[[], None]) -> None:
    """Set what lets the program's event loop run for some 20 milliseconds."""
    _turn[:] = [turn]


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 120.0) -> Any:
    """Let the event loop run until `condition` is true, and return its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s for {what}")
        _turn[0]()


def run_loop(seconds: float) -> None:
    """Let the event loop run for a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _turn[0]()
