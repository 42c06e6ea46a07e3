"""How rows of figures look: a table for people that grows while it is computed, and JSON for programs."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import Any

from burnish_models.metrics.compare import Mean, Row
from burnish_models.metrics.judges import Judge
from burnish_models.metrics.pairs import Pair

MISSING = "–"
_MEAN = "mean"
_GAP = "  "
_NARROWEST = 7


class Table:
    """Lines of text; figures stand right-aligned under their judge's title."""

    def __init__(self, pairs: Sequence[Pair], judges: Sequence[Judge]) -> None:
        self.judges = judges
        self._first = max(_width(text) for text in ("picture", _MEAN, *(pair.name for pair in pairs)))

    def head(self) -> str:
        return self._line("picture", [judge.title for judge in self.judges])

    def row(self, row: Row) -> str:
        return self._line(row.pair.name, [_figure(row.figures.get(judge.name), judge) for judge in self.judges])

    def mean(self, means: dict[str, Mean]) -> str:
        return self._line(_MEAN, [_figure(means[judge.name].value, judge) for judge in self.judges])

    def legend(self) -> list[str]:
        """What each column means."""
        widest = max(_width(judge.title) for judge in self.judges)
        return [f"{_filled(judge.title, widest)}{_GAP}{judge.convention}" for judge in self.judges]

    def _line(self, name: str, cells: Sequence[str]) -> str:
        widths = [max(_NARROWEST, _width(judge.title)) for judge in self.judges]
        figures = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
        return _GAP.join([_filled(name, self._first), *figures])


def remarks(rows: Sequence[Row], means: dict[str, Mean], judges: Sequence[Judge]) -> list[str]:
    """Why figures are missing, and which means are therefore of fewer pictures."""
    lines = [
        f"{row.pair.name}: no {judge.title}, because {row.reasons[judge.name]}"
        for row in rows
        for judge in judges
        if judge.name in row.reasons
    ]
    for judge in judges:
        count = means[judge.name].count
        if 0 < count < len(rows):
            lines.append(f"The mean of {judge.title} is of {count} of {len(rows)} pictures.")
    return lines


def as_json(rows: Sequence[Row], means: dict[str, Mean], judges: Sequence[Judge], alone: Sequence[str]) -> Any:
    """The same for a program; an infinite PSNR is the string "inf", as JSON has no such number."""
    return {
        "judges": [
            {
                "name": judge.name, "title": judge.title, "convention": judge.convention, "better": judge.better,
                "crop": judge.crop,
            }
            for judge in judges
        ],
        "pictures": [_plain(row) for row in rows],
        "mean": {name: {"value": _number(mean.value), "pictures": mean.count} for name, mean in means.items()},
        "left_out": list(alone),
    }  # fmt: skip


def _plain(row: Row) -> dict[str, Any]:
    failure = row.failure
    return {
        "name": row.pair.name,
        "picture": str(row.pair.picture),
        "reference": None if row.pair.reference is None else str(row.pair.reference),
        "figures": {name: _number(value) for name, value in row.figures.items()},
        "not_judged": row.reasons,
        "failed": None if failure is None else {"code": failure.code, "message": failure.message},
    }


def _figure(value: float | None, judge: Judge) -> str:
    if value is None:
        return MISSING
    return "∞" if math.isinf(value) else f"{value:.{judge.digits}f}"


def _number(value: float | None) -> float | str | None:
    return "inf" if value is not None and math.isinf(value) else value


def _width(text: str) -> int:
    """In terminal cells; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
