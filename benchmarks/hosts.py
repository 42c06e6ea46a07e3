"""What Burnish costs inside real Krita and real GIMP, beyond the program's own calls and the network.

    python benchmarks/hosts.py [--rounds N] [--suite trixie] [krita] [gimp]

A 4000×3000 RGBA8 layer goes through a model that changes nothing: read, sent, received, painted. Clocks are on the
program's own calls (Krita: pixelData, setPixelData, refreshProjection; GIMP: get, set, flush, update, displays_flush)
and on the worker's part of the job. What is covered by neither is what we make the artist wait. The same job without
any host alternates with it, for comparison. Needs root and a Debian root file system (see
tests/hosts/programs/README.md).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE.parent / "tests" / "hosts" / "programs"
sys.path[0] = str(HERE.parent / "tests")  # instead of this folder, where `hosts` would mean this file

from burnish.wire.runtime import cache_path  # noqa: E402
from hosts.programs.roots import SUITES, Root  # noqa: E402
from hosts.programs.running import run_scenarios  # noqa: E402

GOALS = {"krita": 0.6, "gimp": 1.5}
NAMES = {"krita": "Krita", "gimp": "GIMP"}


def save_identity_model(path: Path) -> None:
    """The smallest SRVGGNetCompact: it adds nothing to its input."""
    state = {
        "body.0.weight": torch.zeros(1, 3, 3, 3),
        "body.0.bias": torch.zeros(1),
        "body.1.weight": torch.zeros(1),
        "body.2.weight": torch.zeros(3, 1, 3, 3),
        "body.2.bias": torch.zeros(3),
    }
    save_file(state, path)


def rounds_in(program: str, suite: str, rounds: int) -> tuple[str, list[dict[str, Any]]]:
    """The program's version, and what each round gave. Exits where the program cannot be had or fails."""
    root = Root(suite)
    reason = root.why_not()
    if reason:
        sys.exit(f"no {program}: {reason}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "layers").mkdir()
        save_identity_model(folder / "layers" / "identity.safetensors")
        options = folder / "layers" / "options.json"
        options.write_text(json.dumps({"model": str(folder / "layers" / "identity.safetensors"), "rounds": rounds}))
        calls = folder / "layers" / "calls"
        calls.touch()
        more = {
            "PYTHONPATH": str(HERE / "in_hosts" / "clock"),
            "BURNISH_BENCHMARK_CALLS": str(calls),
            "BURNISH_BENCHMARK_OPTIONS": str(options),
        }
        module = os.path.relpath(HERE / "in_hosts" / f"{program}_timing.py", PROGRAMS)
        identifier = f"{module}::scenario_rounds"
        running = run_scenarios(root, folder, {program: [identifier]}, Path(os.environ["BURNISH_CACHE_DIR"]), more)
        try:
            outcome = running.outcome(identifier)
        finally:
            running.stop()
    if outcome.error or outcome.skipped:
        sys.exit(outcome.error or outcome.skipped)
    return running.versions[program], [json.loads(line) for line in outcome.notes]


def report(program: str, version: str, rounds: list[dict[str, Any]]) -> None:
    print(f"\n{version}, {len(rounds)} rounds\n")
    print("| seconds | median | least | most |")
    print("|---|---|---|---|")
    rows = {
        "whole": "whole run, from Enhance to the last pixel",
        "host": f"{NAMES[program]}'s own calls",
        "worker": "the worker",
        "rest": f"**neither of them: what we make the artist wait** (goal: {GOALS[program]})",
        "cpu": "processor time of ours, most of it while the worker computes",
        "alone": "for comparison: the job without a host",
    }
    for key, title in rows.items():
        values = [each[key] for each in rounds]
        print(f"| {title} | " + " | ".join(f"{pick(values):.2f}" for pick in (statistics.median, min, max)) + " |")
    seconds: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for each in rounds:
        for name, took in each["calls"]:
            seconds[name] += took
            counts[name] += 1
    parts = [f"{name} {seconds[name] / len(rounds):.2f} s ({counts[name] / len(rounds):.0f}×)" for name in seconds]
    print(f"\nOwn calls in a run: {', '.join(parts)}.", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", metavar="krita|gimp", help="both when left out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--suite", choices=SUITES, default="trixie")
    options = parser.parse_args()
    os.environ.setdefault("BURNISH_CACHE_DIR", str(cache_path()))
    if not set(options.programs) <= set(GOALS):
        parser.error(f"choose from {', '.join(GOALS)}")
    for program in options.programs or GOALS:
        report(program, *rounds_in(program, options.suite, options.rounds))


if __name__ == "__main__":
    main()
