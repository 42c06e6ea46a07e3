"""Krita and GIMP at once, on one screen and on one worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hosts.programs.comparison import assert_like_cli
from hosts.programs.listing import TOGETHER, together
from hosts.programs.running import Running


def test_krita_and_gimp_share_a_worker(
    programs: Callable[[str], Running], comparing_worker: dict[str, str], tmp_path: Path
) -> None:
    running = programs(TOGETHER)
    for scenario in together():
        outcome = running.outcome(scenario.identifier)
        if outcome.error:
            pytest.fail(outcome.error, pytrace=False)
    running.wait()
    assert running.workers is not None and len(running.workers) == 1, "both started a worker"
    for scenario in together():
        for stem in running.outcome(scenario.identifier).comparisons:
            assert_like_cli(running.layers, stem, tmp_path, comparing_worker)
