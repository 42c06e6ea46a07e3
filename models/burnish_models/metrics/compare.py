"""Judges one pair of pictures after the other, and takes the mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from burnish.wire.sentences import BurnishError, Failure
from burnish_models.metrics.conventions import NotJudgedError
from burnish_models.metrics.judges import Judge
from burnish_models.metrics.pairs import Pair
from burnish_models.metrics.picture import read_picture


@dataclass(frozen=True)
class Row:
    """What the judges said of one pair.

    Attributes:
        pair: what was judged.
        figures: by the judges' names; those are missing that are not defined for this picture.
        reasons: why, by the names of the judges that have no figure.
        failure: why nothing could be judged at all.
    """

    pair: Pair
    figures: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(frozen=True)
class Mean:
    """The mean of one judge's figures, and of how many pictures it is; value is None where there are none."""

    value: float | None
    count: int


def judged(pairs: Sequence[Pair], judges: Sequence[Judge]) -> Iterator[Row]:
    """One row for each pair, as soon as it is there. What cannot be read has a failure; the others go on."""
    for pair in pairs:
        try:
            yield _row(pair, judges)
        except BurnishError as error:
            yield Row(pair, failure=error.failure)
        except MemoryError as error:
            yield Row(pair, failure=Failure("picture-memory", {"path": str(pair.picture)}, str(error)))


def means(rows: Sequence[Row], judges: Sequence[Judge]) -> dict[str, Mean]:
    """The mean of each judge over the pictures that it could judge, by its name."""
    found: dict[str, Mean] = {}
    for judge in judges:
        figures = [row.figures[judge.name] for row in rows if judge.name in row.figures]
        found[judge.name] = Mean(float(np.mean(figures)) if figures else None, len(figures))
    return found


def _row(pair: Pair, judges: Sequence[Judge]) -> Row:
    picture = read_picture(pair.picture)
    reference = None if pair.reference is None else read_picture(pair.reference)
    if reference is not None and picture.shape != reference.shape:
        (_, height, width), (_, high, wide) = picture.shape, reference.shape
        raise BurnishError(
            "sizes-differ",
            path=str(pair.picture), width=width, height=height, reference=str(pair.reference), wide=wide, high=high,
        )  # fmt: skip
    figures: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for judge in judges:
        try:
            figures[judge.name] = judge(picture, reference)
        except NotJudgedError as error:
            reasons[judge.name] = str(error)
    return Row(pair, figures, reasons)
