"""Krita and GIMP at once, on one screen and on one worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from hosts.programs.comparison import assert_like_cli
from hosts.programs.listing import scenarios
from hosts.programs.roots import Root
from hosts.programs.running import run_scenarios


def test_krita_and_gimp_share_a_worker(
    root: Root, own_cache: Path, comparing_worker: dict[str, str], tmp_path: Path
) -> None:
    (in_krita,) = scenarios("krita", "together/krita_*.py")
    (in_gimp,) = scenarios("gimp-console", "together/gimp_*.py")
    both = {"krita": [in_krita.identifier], "gimp-console": [in_gimp.identifier]}
    running = run_scenarios(root, tmp_path / "both", both, own_cache)
    try:
        for scenario in (in_krita, in_gimp):
            outcome = running.outcome(scenario.identifier)
            if outcome.error:
                pytest.fail(outcome.error, pytrace=False)
        running.wait()
        assert running.workers is not None and len(running.workers) == 1, "both started a worker"
        for scenario in (in_krita, in_gimp):
            for stem in running.outcome(scenario.identifier).comparisons:
                assert_like_cli(running.layers, stem, tmp_path / "compared", comparing_worker)
    finally:
        running.stop()
