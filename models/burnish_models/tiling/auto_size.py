"""Chooses the tile size where the user leaves it to us: soon a first tile, little overlap, never too much memory."""

from __future__ import annotations

import math

from burnish_models.catalogue.model import WHOLE_PICTURE, Facts
from burnish_models.tiling.plan import read_step, smallest_tile

SECONDS_PER_TILE = 1.0
LARGEST_TILE = 1024
SMALL_OVERHEAD = 1.3  # computed pixels per wanted pixel that we aim at
SMALLEST_CORE_IN_OVERLAPS = 4  # a core this many overlaps wide computes 2.25 pixels per wanted one
COMFORTABLE_BYTES = 512 << 20  # of activations alone; results of light networks that enlarge take as much again
MEMORY_SHARE = 1 / 3
ASSUMED_OPERATIONS_PER_SECOND = 2e11  # of a desktop processor, until this machine has been measured
SIZE_STEP = 32


def auto_tile_size(
    facts: Facts,
    free_bytes: int,
    seconds_per_pixel: float | None,
    layer_width: int,
    layer_height: int,
) -> tuple[int, int]:
    """The largest read, width and height in pixels, to hand to plan_tiles.

    A tile should take about a second here, so that the first result comes soon and cancelling is prompt, and no more
    than half a gigabyte, however fast the machine is. It is made larger than that where its overlap would otherwise
    cost more than 30 % extra work, or 125 % for the few networks whose overlap is so wide that 30 % is out of reach. A
    network that sees the whole picture, to normalise by its mean, gets as much of it at once as memory allows: no
    overlap makes two tiles' means equal. Memory has the last word.

    Args:
        facts: of the network.
        free_bytes: memory that a run may take; a third of it is used.
        seconds_per_pixel: measured here, per input pixel; None before anything has been measured.
        layer_width, layer_height: size of what is enhanced, in pixels; taken whole where that costs no more than the
            tile would.
    """
    if seconds_per_pixel is None:
        seconds_per_pixel = 2 * facts.multiply_adds / ASSUMED_OPERATIONS_PER_SECOND
    prompt = min(LARGEST_TILE, math.sqrt(SECONDS_PER_TILE / max(seconds_per_pixel, 1e-12)))
    prompt = min(prompt, math.sqrt(COMFORTABLE_BYTES / max(facts.activation_bytes, 1.0)))
    affordable = math.sqrt(max(free_bytes, 0) * MEMORY_SHARE / max(facts.activation_bytes, 1.0))
    wanted = max(prompt, _frugal_read(facts)) if facts.receptive_field < WHOLE_PICTURE else math.inf
    side = int(min(wanted, affordable))
    side = max(side - side % _size_step(facts), smallest_tile(facts))
    step = read_step(facts)
    whole_width = _round_up(layer_width + 2 * facts.border, step)
    whole_height = _round_up(layer_height + 2 * facts.border, step)
    if whole_width * whole_height <= side * side:
        return whole_width, whole_height
    return side, side


def _frugal_read(facts: Facts) -> int:
    """The read whose overlap is affordable: (read / core)² stays within SMALL_OVERHEAD, or the core within reason."""
    by_overhead = 2 * facts.overlap / (math.sqrt(SMALL_OVERHEAD) - 1)
    by_overlaps = SMALLEST_CORE_IN_OVERLAPS * facts.overlap
    core = by_overhead if by_overhead <= LARGEST_TILE / 2 else by_overlaps
    return _round_up(math.ceil(core + 2 * facts.overlap), _size_step(facts))


def _size_step(facts: Facts) -> int:
    return math.lcm(SIZE_STEP, read_step(facts))


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
