"""Cuts a picture into tiles: cores that cover the region exactly, and equal reads that give each core its context."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from burnish.wire.geometry import Rect
from burnish.wire.request import N_
from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.model import Facts

READ_STEP = 8  # reads are whole multiples of this, so that few distinct shapes reach a compiled engine
SMALLEST_CORE = 16


@dataclass(frozen=True)
class Tile:
    """One run of the network, in the layer's pixels.

    Attributes:
        core: the part of the region that this tile alone computes.
        read: what the network is given; it may reach outside the layer, where the picture is mirrored.
    """

    core: Rect
    read: Rect


@dataclass(frozen=True)
class Plan:
    """The tiles of one job; all of them read rectangles of the same size.

    Attributes:
        layer_width, layer_height: the layer's size in pixels.
        region: the part to enhance; what the cores of a new plan partition.
        facts: of the network the plan is for.
        margin: context in pixels that a tile needs beyond the network's own, for resampling its output.
        read_width, read_height: the size of every tile's read.
        tiles: in rows from the top.
    """

    layer_width: int
    layer_height: int
    region: Rect
    facts: Facts
    margin: int
    read_width: int
    read_height: int
    tiles: tuple[Tile, ...]

    def without(self, finished: Iterable[Rect], place: Callable[[Rect], Rect] | None = None) -> Plan:
        """The plan that is left when some rectangles are done: how a job is resumed.

        Tiles that are covered are dropped, tiles that are partly covered are quartered as `halved` does, until the
        covered quarters can be dropped. Reads keep their size, so that what is left is computed as it would have been.

        Args:
            finished: rectangles in the layer's pixels, or in result pixels when `place` is given.
            place: maps a core to the rectangle of the result that it fills (ResultGrid.place).
        """
        done = _Cover([rect for rect in finished if rect.area])
        cores = [left for tile in self.tiles for left in self._left_over(tile.core, done, place)]
        return replace(self, tiles=self._arranged(cores, self.read_width, self.read_height))

    def halved(self) -> Plan:
        """The same cores in tiles of half the size each way: what to go on with after running out of memory.

        Raises:
            BurnishError("out-of-memory"): the tiles are as small as they can be.
        """
        cores = [part for tile in self.tiles for part in self._quarters(tile.core)]
        width = self._across().read_length([(core.x, core.right) for core in cores])
        height = self._down().read_length([(core.y, core.bottom) for core in cores])
        if width * height >= self.read_width * self.read_height:
            raise BurnishError("out-of-memory", detail=f"tiles of {self.read_width}×{self.read_height}")
        return replace(self, read_width=width, read_height=height, tiles=self._arranged(cores, width, height))

    def _across(self) -> _Axis:
        return _Axis(self.layer_width, self.facts, self.margin)

    def _down(self) -> _Axis:
        return _Axis(self.layer_height, self.facts, self.margin)

    def _arranged(self, cores: Iterable[Rect], width: int, height: int) -> tuple[Tile, ...]:
        across, down = self._across(), self._down()
        ordered = sorted(cores, key=lambda core: (core.y, core.x))
        return tuple(
            Tile(
                core,
                Rect(
                    across.read_start(core.x, core.right, width),
                    down.read_start(core.y, core.bottom, height),
                    width,
                    height,
                ),
            )
            for core in ordered
        )

    def _quarters(self, core: Rect) -> list[Rect]:
        """Up to four parts of a core; the core itself where its parts would be too small to be worth their context."""
        smallest = smallest_core(self.facts)
        columns = _cut(core.x, core.width, 2 if core.width >= 2 * smallest else 1)
        rows = _cut(core.y, core.height, 2 if core.height >= 2 * smallest else 1)
        return [_rect(column, row) for row in rows for column in columns]

    def _left_over(self, core: Rect, done: _Cover, place: Callable[[Rect], Rect] | None) -> list[Rect]:
        target = place(core) if place else core
        covered = done.area_within(target)
        if covered == target.area:
            return []
        quarters = self._quarters(core)
        if covered == 0 or len(quarters) == 1:
            return [core]
        left = [part for quarter in quarters for part in self._left_over(quarter, done, place)]
        return left if sum(part.area for part in left) < core.area else [core]


def plan_tiles(
    layer_width: int,
    layer_height: int,
    region: Rect | None,
    facts: Facts,
    tile_width: int | None,
    tile_height: int | None,
    margin: int = 0,
) -> Plan:
    """Plan the tiles of a job.

    A tile gets real pixels as context wherever the layer has them, also outside the region, and mirrored ones up to
    facts.border beyond the layer's edges, exactly as a run over the whole layer would. So where facts.overlap and
    facts.border cover the receptive field, a tiled run equals a whole one.

    Args:
        layer_width, layer_height: the layer's size in pixels.
        region: the part to enhance, cut to the layer; the whole layer when None.
        facts: of the network.
        tile_width, tile_height: the largest read in pixels, None for one tile whatever its size. Sizes that leave
            too little between the overlaps are raised to `smallest_tile`, rather than refused.
        margin: context needed beyond the network's own, in pixels (ResultGrid.context).

    Raises:
        BurnishError("region-outside"): the region does not touch the layer.
        BurnishError("bad-request"): a tile size is not a positive number.
    """
    layer = Rect(0, 0, layer_width, layer_height)
    wanted = layer if region is None else layer.intersection(region)
    if wanted is None:
        raise BurnishError("region-outside", width=layer_width, height=layer_height)
    for size in (tile_width, tile_height):
        if size is not None and size < 1:
            rule = N_("Give auto, none, or a number of pixels.")
            raise BurnishError("bad-request", field="tile", value=size, rule=rule)
    across, down = _Axis(layer_width, facts, margin), _Axis(layer_height, facts, margin)
    columns = across.cores(wanted.x, wanted.right, tile_width)
    rows = down.cores(wanted.y, wanted.bottom, tile_height)
    width, height = across.read_length(columns), down.read_length(rows)
    plan = Plan(layer_width, layer_height, wanted, facts, margin, width, height, ())
    return replace(
        plan, tiles=plan._arranged([_rect(column, row) for row in rows for column in columns], width, height)
    )


def smallest_core(facts: Facts) -> int:
    """The shortest side of a core worth computing: below its overlap, nearly all of a tile would be context."""
    return max(SMALLEST_CORE, facts.overlap)


def smallest_tile(facts: Facts, margin: int = 0) -> int:
    """The smallest read in pixels that `plan_tiles` uses where a picture needs more than one tile."""
    on_grid = 2 * (facts.multiple - 1)  # what both ends of a read may be moved outwards
    return _round_up(smallest_core(facts) + 2 * (facts.overlap + margin) + on_grid, read_step(facts))


def read_step(facts: Facts) -> int:
    """Every read is a whole multiple of this many pixels."""
    return math.lcm(facts.multiple, READ_STEP)


class _Axis:
    """Width or height alone; the two never influence each other."""

    def __init__(self, length: int, facts: Facts, margin: int) -> None:
        self.facts = facts
        self.context = facts.overlap + margin
        self.margin = margin
        self.step = read_step(facts)
        # Networks that shrink their input first see pixels in groups; every read starts where a whole run's groups do.
        self.grid = facts.multiple
        self.first = -facts.border
        self.last = self.first + _round_up(length - 2 * self.first, self.grid)

    def cores(self, start: int, end: int, limit: int | None) -> list[tuple[int, int]]:
        """[start, end) cut into the fewest equal parts whose reads stay within `limit`."""
        if limit is None or self.read_length([(start, end)]) <= limit:
            return [(start, end)]
        limit = max(limit - limit % self.step, smallest_tile(self.facts, self.margin))
        if self.read_length([(start, end)]) <= limit:
            return [(start, end)]
        longest = limit - 2 * self.context - 2 * (self.grid - 1)
        parts = math.ceil((end - start) / max(longest, SMALLEST_CORE))
        while self.read_length(_cut(start, end - start, parts - 1)) <= limit:  # at the edges a read needs less
            parts -= 1
        return _cut(start, end - start, parts)

    def needed(self, start: int, end: int) -> tuple[int, int]:
        """The interval that a core has to see, on the grid and within what is readable."""
        low = max(start - self.context, self.first)
        high = min(end + self.context, self.last)
        return (
            self.first + (low - self.first) // self.grid * self.grid,
            self.first + _round_up(high - self.first, self.grid),
        )

    def read_length(self, cores: Iterable[tuple[int, int]]) -> int:
        """The one read length that suffices for every core."""
        intervals = (self.needed(start, end) for start, end in cores)
        return _round_up(max((high - low for low, high in intervals), default=self.step), self.step)

    def read_start(self, start: int, end: int, length: int) -> int:
        """Where a read of `length` begins: around its core, moved inwards at the layer's edges."""
        low, high = self.needed(start, end)
        if length >= self.last - self.first:
            return self.first
        centred = start - (length - (end - start)) // 2
        centred -= (centred - self.first) % self.grid
        inside = max(self.first, min(centred, self.last - length))
        return max(high - length, min(inside, low))


class _Cover:
    """Rectangles that do not overlap each other (cores never do), found again by where they lie."""

    def __init__(self, rects: list[Rect]) -> None:
        self.cell = max((max(rect.width, rect.height) for rect in rects), default=1)
        self.cells: dict[tuple[int, int], list[Rect]] = defaultdict(list)
        for rect in rects:
            self.cells[rect.x // self.cell, rect.y // self.cell].append(rect)

    def area_within(self, target: Rect) -> int:
        """How many pixels of `target` are covered."""
        columns = range(target.x // self.cell - 1, target.right // self.cell + 1)
        rows = range(target.y // self.cell - 1, target.bottom // self.cell + 1)
        nearby = (rect for column in columns for row in rows for rect in self.cells.get((column, row), ()))
        parts = (target.intersection(rect) for rect in nearby)
        return sum(part.area for part in parts if part)


def _rect(column: tuple[int, int], row: tuple[int, int]) -> Rect:
    return Rect(column[0], row[0], column[1] - column[0], row[1] - row[0])


def _cut(start: int, length: int, parts: int) -> list[tuple[int, int]]:
    """`length` from `start` in parts that differ by one pixel at most."""
    parts = max(1, min(parts, length))
    marks = [start + length * index // parts for index in range(parts + 1)]
    return list(itertools.pairwise(marks))


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
