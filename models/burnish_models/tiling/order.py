"""In which order tiles are computed: outward from what the artist is looking at."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable

from burnish_models.tiling.plan import Tile


def centre_out(tiles: Iterable[Tile], focus: tuple[float, float]) -> list[Tile]:
    """Tiles from the one under `focus` outward.

    The result grows as one patch: a tile that shares an edge with a finished one comes before any tile that does not,
    nearest first. Ties go to the upper, then to the left one, so the order is the same on every run.

    Args:
        tiles: with cores that do not overlap.
        focus: x, y in the layer's pixels; may lie outside the tiles.
    """
    waiting = sorted(tiles, key=lambda tile: (_distance(tile, focus), tile.core.y, tile.core.x))
    neighbours = _edge_neighbours(waiting)
    ordered: list[Tile] = []
    taken = [False] * len(waiting)
    frontier: list[int] = []
    for start in range(len(waiting)):  # starts again for parts that touch no finished tile
        heapq.heappush(frontier, start)
        while frontier:
            index = heapq.heappop(frontier)
            if taken[index]:
                continue
            taken[index] = True
            ordered.append(waiting[index])
            for neighbour in neighbours[index]:
                if not taken[neighbour]:
                    heapq.heappush(frontier, neighbour)
    return ordered


def _distance(tile: Tile, focus: tuple[float, float]) -> float:
    """Squared distance from `focus` to the core's centre, 0 for the core that holds it."""
    core = tile.core
    if core.x <= focus[0] < core.right and core.y <= focus[1] < core.bottom:
        return 0.0
    x, y = core.centre
    return (x - focus[0]) ** 2 + (y - focus[1]) ** 2


def _edge_neighbours(tiles: list[Tile]) -> list[list[int]]:
    """For each tile the indices of those that share part of an edge with it."""
    by_left: dict[int, list[int]] = defaultdict(list)
    by_top: dict[int, list[int]] = defaultdict(list)
    for index, tile in enumerate(tiles):
        by_left[tile.core.x].append(index)
        by_top[tile.core.y].append(index)
    neighbours: list[list[int]] = [[] for _ in tiles]
    for index, tile in enumerate(tiles):
        core = tile.core
        beside = (o for o in by_left[core.right] if tiles[o].core.y < core.bottom and core.y < tiles[o].core.bottom)
        below = (o for o in by_top[core.bottom] if tiles[o].core.x < core.right and core.x < tiles[o].core.right)
        for other in (*beside, *below):
            neighbours[index].append(other)
            neighbours[other].append(index)
    return neighbours
