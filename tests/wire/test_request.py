"""Which part of a layer a request means."""

from __future__ import annotations

import pytest

from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.request import Request

LAYER = PixelFormat(80, 60, Depth.UINT8, 3)


@pytest.mark.parametrize(
    ("region", "area"),
    [
        (None, Rect(0, 0, 80, 60)),
        (Rect(10, 20, 30, 5), Rect(10, 20, 30, 5)),
        (Rect(70, -10, 50, 30), Rect(70, 0, 10, 20)),
        (Rect(80, 0, 1, 1), None),
        (Rect(5, 5, -3, 4), None),
    ],
)
def test_a_region_is_cut_to_the_layer(region: Rect | None, area: Rect | None) -> None:
    assert Request(region=region).area(LAYER) == area
