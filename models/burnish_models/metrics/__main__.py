"""`python -m burnish_models.metrics A [B]`: judges pictures. `burnish metrics` starts it."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from pathlib import Path

from burnish.wire.codec import encode
from burnish.wire.sentences import BurnishError, Failure
from burnish_models.engines.available import Engines
from burnish_models.metrics.compare import Row, judged, means
from burnish_models.metrics.judges import JUDGES, REFERENCED, UNREFERENCED, Judge, judge_named, lpips_judge
from burnish_models.metrics.pairs import Pairs, pairs_of
from burnish_models.metrics.table import Table, as_json, remarks

FAILED = 1
INTERRUPTED = 130
_USUAL = (*(name for name in REFERENCED if name != "st-lpips-vgg"), *UNREFERENCED)


def main(arguments: list[str] | None = None) -> int:
    """Judge, and print. The exit status is 0, or 1 where a picture could not be judged, or 2 for wrong usage."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no ∞ must not end the program
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except BurnishError as error:
        _show(error.failure, plainly=options.plain_failures)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="burnish metrics", description="Judge pictures.")
    parser.add_argument("picture", type=Path, metavar="A", help="a picture to judge, or a folder of them")
    parser.add_argument("reference", type=Path, metavar="B", nargs="?", help="what it should be like, or a folder")
    parser.add_argument(
        "--judge", action="append", metavar="NAME", help=f"one of {', '.join(JUDGES)}; may be given several times"
    )
    parser.add_argument("--crop", type=_not_negative, default=0, metavar="PX", help="pixels of each edge to leave out")
    parser.add_argument("--lpips", type=Path, metavar="FILE", help="AlexNet or VGG16 with ImageNet weights")
    parser.add_argument("--device", default="cpu", help="where networks run")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument("--plain-failures", action="store_true", help=argparse.SUPPRESS)  # for the plugin to translate
    return parser


def _not_negative(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError
    return value


def _run(options: argparse.Namespace) -> int:
    found = pairs_of(options.picture, options.reference)
    judges = _judges(options)
    table = Table(found.pairs, judges)
    rows: list[Row] = []
    headed = options.json
    for row in judged(found.pairs, judges):
        rows.append(row)
        if row.failure is not None:
            _show(row.failure, plainly=options.plain_failures)
            continue
        if not headed:
            _say(table.head())
            headed = True
        if not options.json:
            _say(table.row(row))
    averages = means(rows, judges)
    if options.json:
        _say(json.dumps(as_json(rows, averages, judges, [str(path) for path in found.alone])))
    elif headed:
        if len(rows) > 1:
            _say(table.mean(averages))
        _say("", *table.legend(), *remarks(rows, averages, judges), *_left_out(found))
    return 0 if all(row.figures for row in rows) else FAILED


def _left_out(found: Pairs) -> list[str]:
    names = ", ".join(path.name for path in found.alone)
    return [f"Left out, because only one of the folders has them: {names}"] if names else []


def _judges(options: argparse.Namespace) -> list[Judge]:
    """Those that were asked for, or the usual ones; of these, one whose weights cannot be had is left out."""
    device = _device(options.device)
    names = options.judge or [name for name in _USUAL if options.reference is not None or name not in REFERENCED]
    compares = [name for name in (*names, *(["lpips"] if options.lpips else [])) if name not in UNREFERENCED]
    if compares and options.reference is None:
        raise BurnishError("reference-missing", name=compares[0])
    judges: list[Judge] = []
    for name in dict.fromkeys(names):
        try:
            judges.append(judge_named(name, options.crop, device))
        except BurnishError as error:
            if options.judge:
                raise
            _show(error.failure, plainly=options.plain_failures)
    if options.lpips is not None:
        judges.append(lpips_judge(options.lpips, options.crop, device))
    return judges


def _device(wanted: str) -> str:
    """The device itself, or the best one where it is "auto". Raises BurnishError("device-missing")."""
    present = [card.device for card in Engines().cards() if card.engine == "torch" and card.available]
    if wanted == "auto":
        return present[0]
    if wanted not in present:
        raise BurnishError("device-missing", name=wanted, known=", ".join(present))
    return wanted


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _show(failure: Failure, *, plainly: bool) -> None:
    """On standard error: the sentence and what to do; or the failure as JSON, for a program that translates it."""
    if plainly:
        sys.stderr.write(encode(failure).decode() + "\n")
    else:
        sys.stderr.write(f"Failed: {failure.message}\n        {failure.hint}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
