"""What the models of our own are worth on photographs that nothing was trained on, against what others do there.

    python benchmarks/own_models denoise-photo [dejpeg-photo …] [--largest 512] [--weights FILE]

Prints a table for each: PSNR and ST-LPIPS (AlexNet) as `burnish metrics` counts them, means over the 28 photographs of
validate.tsv, the middle of each. For photo-x4-fast its speed follows, as a ratio to realesrgan-x4plus's in one run, in
turns.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from burnish_models.metrics.judges import Judge, judge_named
from own_models.running import model, validation_photos
from own_models.trials import TRIALS, Method, Pixels, Trial

_JUDGES = ("psnr", "st-lpips")
_ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", choices=[name for name in TRIALS if name != "day-dusk"])
    parser.add_argument("--largest", type=int, default=512, help="side of the part of each photograph, in pixels")
    parser.add_argument("--weights", help="judge this file instead of the weights in the catalogue")
    arguments = parser.parse_args()
    photos = [pixels for _, pixels in validation_photos(arguments.largest)]
    for name in arguments.models:
        trial = TRIALS[name]
        print(f"{name}: {trial.said}; {len(photos)} photographs, {arguments.largest} pixels of each at most\n")
        own = model(arguments.weights or name)
        _table(name, own, trial, photos)
        if trial.reduce > 1:
            _speed(name, own, trial)


def _table(name: str, own: Method, trial: Trial, photos: list[Pixels]) -> None:
    judges = [judge_named(judge) for judge in _JUDGES]
    damaged = [trial.damaged(photo, seed) for seed, photo in enumerate(photos)]
    methods: dict[str, Method] = {} if trial.reduce > 1 else {"as it came": lambda pixels: pixels}
    methods |= trial.rivals | {other: model(other) for other in trial.models} | {f"**{name}**": own}
    print(f"| method | {' | '.join(judge.title for judge in judges)} |\n|---|{'---|' * len(judges)}")
    for title, method in methods.items():
        rows = [_judged(method(picture), photo, judges) for picture, photo in zip(damaged, photos, strict=True)]
        means = [f"{statistics.mean(row[n] for row in rows):.{judge.digits}f}" for n, judge in enumerate(judges)]
        print(f"| {title} | {' | '.join(means)} |", flush=True)
    print()


def _judged(result: Pixels, photo: Pixels, judges: list[Judge]) -> list[float]:
    return [judge(_tensor(result), _tensor(photo)) for judge in judges]


def _tensor(pixels: Pixels) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1).float() / 255


def _speed(name: str, own: Method, trial: Trial) -> None:
    """A picture of 96 x 96 pixels by the last of the other models and by ours, in turns."""
    picture = trial.damaged(validation_photos(1024)[0][1], 0)[:96, :96]
    other = model(trial.models[-1])
    ratios = [_seconds(other, picture) / _seconds(own, picture) for _ in range(_ROUNDS)]
    least, most = min(ratios), max(ratios)
    print(f"{trial.models[-1]} takes {statistics.median(ratios):.1f} times as long ({least:.1f} to {most:.1f})\n")


def _seconds(method: Method, picture: Pixels) -> float:
    began = time.perf_counter()
    method(picture)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
