"""Pictures to enhance, made of a photograph that pytest has put there, and results handed out for comparison."""

from __future__ import annotations

import base64
import json
import os
from array import array
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from inside.outcomes import notes

_CODES = {"uint8": "B", "uint16": "H", "float16": "H", "float32": "f"}  # halves are moved about, never computed with


def picture(width: int, height: int, depth: str, channels: int, *, bgr: bool = False, alpha: str = "opaque") -> Any:
    """A `burnish.client.Layer` of the photograph, repeated where it is too small; sRGB, without a profile.

    depth: "uint8", "uint16", "float16" or "float32". channels: 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha.
    bgr: blue first, as Krita's integer layers. alpha: "opaque", or "slope" from opaque on the left to clear.
    """
    from burnish.client import Layer
    from burnish.wire.geometry import Depth, PixelFormat

    values = _photograph(depth, channels >= 3, width, height)
    colours = 3 if channels >= 3 else 1
    pixels = array(_CODES[depth], bytes(array(_CODES[depth]).itemsize * width * height * channels))
    for channel in range(colours):
        place = colours - 1 - channel if bgr else channel
        pixels[place::channels] = values[channel::colours]
    if channels in (2, 4):
        row = _slope(depth, width) if alpha == "slope" else [_one(depth)] * width
        pixels[channels - 1 :: channels] = array(_CODES[depth], row) * height
    return Layer(PixelFormat(width, height, Depth(depth), channels, bgr), pixels.tobytes())


def compare_with_cli(source: Any, request: Any, result: Any, name: str = "result") -> None:
    """Have pytest compare `result` with what `burnish enhance` makes of the same pixels in the same profile.

    source, result: `burnish.client.Layer`; request: `burnish.wire.request.Request`, its region in source's pixels.
    """
    folder = Path(os.environ["BURNISH_SCENARIO_LAYERS"])
    stem = f"{len(list(folder.glob('*.json'))):04d}-{os.getpid()}-{name}"  # two programs may count at the same time
    described = {"name": name, "request": _plain(asdict(request))}
    for role, layer in (("source", source), ("result", result)):
        (folder / f"{stem}.{role}").write_bytes(bytes(layer.bytes_view()))
        described[role] = _plain(asdict(replace(layer.format)))
    mask = source.mask_view(request.area(source.format))
    if mask is not None:
        (folder / f"{stem}.mask").write_bytes(mask)
    (folder / f"{stem}.json").write_text(json.dumps(described))
    notes.comparisons.append(stem)


def _plain(value: Any) -> Any:
    """The same in what JSON has."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


@cache
def _base(depth: str, colour: bool) -> tuple[int, int, array[Any]]:
    """The photograph as pytest wrote it: width, height and its values."""
    folder = Path(os.environ["BURNISH_SCENARIO_PICTURES"])
    size = json.loads((folder / "size.json").read_text())
    values = array(_CODES[depth], (folder / f"{depth}-{'rgb' if colour else 'grey'}").read_bytes())
    return size["width"], size["height"], values


def _photograph(depth: str, colour: bool, width: int, height: int) -> array[Any]:
    base_width, base_height, values = _base(depth, colour)
    row_values, wanted = base_width * (3 if colour else 1), width * (3 if colour else 1)
    rows = []
    for y in range(min(height, base_height)):
        row = values[y * row_values : (y + 1) * row_values]
        rows.append((row * (wanted // row_values + 1))[:wanted])
    whole = array(_CODES[depth])
    for y in range(height):
        whole.extend(rows[y % base_height])
    return whole


def _one(depth: str) -> float:
    return {"uint8": 255, "uint16": 65535, "float16": 0x3C00, "float32": 1.0}[depth]


def _slope(depth: str, width: int) -> list[Any]:
    """Alpha from opaque to clear, `width` values."""
    import struct

    shares = [1 - x / max(1, width - 1) for x in range(width)]
    if depth == "float32":
        return shares
    if depth == "float16":
        return [struct.unpack("<H", struct.pack("<e", share))[0] for share in shares]
    return [round(share * _one(depth)) for share in shares]
