"""How networks reach their scale: one pixel shuffle for 2 and 3, several of 2 for powers of two."""

from __future__ import annotations

_FACTORS = {1: (), 2: (2,), 3: (3,), 4: (2, 2), 8: (2, 2, 2)}


def stage_factors(scale: int) -> tuple[int, ...]:
    """The factor of each stage, first to last. Raises ValueError for a scale that is none of 1, 2, 3, 4 and 8."""
    if scale not in _FACTORS:
        raise ValueError(f"scale must be one of {', '.join(map(str, _FACTORS))}, not {scale}")
    return _FACTORS[scale]
