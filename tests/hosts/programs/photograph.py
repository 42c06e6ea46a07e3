"""The photograph that scenarios enhance, written as raw values in every depth before a program starts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

DATA = Path(__file__).parents[2] / "data"
_LARGEST = {"uint8": 255, "uint16": 65535}


def write_photograph(folder: Path) -> None:
    """Files "<depth>-rgb" and "<depth>-grey" with tightly packed rows, and "size.json"."""
    photograph = Image.open(DATA / "chelsea.png").convert("RGB")
    (folder / "size.json").write_text(json.dumps({"width": photograph.width, "height": photograph.height}))
    rgb = np.asarray(photograph, np.float64) / 255
    # values between the 8-bit ones, so that a path that rounds to 8 bits is found out
    rgb = np.clip(rgb + np.random.default_rng(3).uniform(-0.002, 0.002, rgb.shape), 0, 1)
    for name, values in (("rgb", rgb), ("grey", rgb @ (0.2126, 0.7152, 0.0722))):
        for depth, largest in _LARGEST.items():
            np.rint(values * largest).astype(depth).tofile(folder / f"{depth}-{name}")
        for depth in ("float16", "float32"):
            values.astype(depth).tofile(folder / f"{depth}-{name}")
