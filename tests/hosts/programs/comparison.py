"""What a program's result is compared with: `burnish enhance` on a file of the same pixels in the same profile.

The command runs in this process: there are dozens of comparisons, and a Python to start for each would be most of it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from burnish.cli import main
from burnish.hosts.standalone.files.picture import Metadata, Picture, read_picture, write_picture
from burnish.wire.geometry import Depth, PixelFormat, Transfer
from cli.command import environment
from pixels.profiles import LINEAR_CURVE, SRGB, SRGB_PARA, grey_profile, rgb_profile

_DTYPES = {Depth.UINT8: "u1", Depth.UINT16: "u2", Depth.FLOAT16: "f2", Depth.FLOAT32: "f4"}
_LARGEST_FLOAT_ERROR = 1e-4
_HALF_STEP = 2.0**-11


def assert_like_cli(folder: Path, stem: str, work: Path, worker: Mapping[str, str]) -> str:
    """Run the command for one comparison that a scenario asked for; returns what was compared, for the report."""
    described = json.loads((folder / f"{stem}.json").read_text())
    source_format, result_format = (_format(described[role]) for role in ("source", "result"))
    source = _pixels(folder / f"{stem}.source", source_format)
    result = _pixels(folder / f"{stem}.result", result_format)
    work.mkdir(parents=True, exist_ok=True)
    written, output = work / f"{stem}-in.tif", work / f"{stem}-out.tif"
    _write(source, source_format, written)
    arguments = _arguments(described["request"], folder / f"{stem}.mask", work / f"{stem}-mask.png", source_format)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(**worker).items():
            patch.setenv(name, value)
        status = main(["enhance", str(written), "-o", str(output), *arguments])
    assert status == 0, "the command failed; what it said is among the captured output"
    expected = read_picture(output)
    assert (expected.format.width, expected.format.height) == (result_format.width, result_format.height)
    assert expected.format.channels == result_format.channels, "the layers have other channels than the file"
    assert source_format.profile == result_format.profile, "the result is in another profile than its source"
    wanted = expected.pixels.reshape(result.shape)
    return _compare(result, wanted, described["name"])


def _compare(result: np.ndarray, wanted: np.ndarray, name: str) -> str:
    difference = np.abs(result.astype(np.float64) - wanted.astype(np.float64))
    largest = float(difference.max())
    if np.issubdtype(result.dtype, np.integer):
        assert result.dtype == wanted.dtype
        assert largest <= 1, f"{name}: {_where(difference)}: {largest:.0f} code values beside what the command gives"
        return f"{name}: at most {largest:.0f} code values of {result.dtype.itemsize * 8} bits beside the command's"
    allowed = np.full(difference.shape, _LARGEST_FLOAT_ERROR)
    if result.dtype == np.float16:  # the command's file has no halves: half a step of theirs is no difference
        allowed = np.maximum(allowed, np.abs(wanted) * _HALF_STEP)
    assert np.all(difference <= allowed), f"{name}: {_where(difference)}: {largest:.2e} beside what the command gives"
    return f"{name}: at most {largest:.1e} beside the command's"


def _where(difference: np.ndarray) -> str:
    y, x, channel = np.unravel_index(int(difference.argmax()), difference.shape)
    return f"pixel {x}, {y}, channel {channel}"


def _pixels(path: Path, pixel_format: PixelFormat) -> np.ndarray:
    """Height × width × channels, red first."""
    shape = (pixel_format.height, pixel_format.width, pixel_format.channels)
    pixels = np.fromfile(path, _DTYPES[pixel_format.depth]).reshape(shape)
    if pixel_format.bgr:
        pixels[..., :3] = pixels[..., 2::-1].copy()
    return pixels


def _write(pixels: np.ndarray, pixel_format: PixelFormat, path: Path) -> None:
    """Write a TIFF that means the same."""
    straight = replace(pixel_format, bgr=False)
    if pixel_format.depth is Depth.FLOAT16:
        straight, pixels = replace(straight, depth=Depth.FLOAT32), pixels.astype(np.float32)
    straight = replace(straight, profile=pixel_format.profile or _named(straight))
    write_picture(Picture(straight, pixels, Metadata()), path)
    again = read_picture(path).format
    same = (again.depth, again.channels, again.profile) == (straight.depth, straight.channels, straight.profile)
    assert same, f"no file can hold these pixels: {again} is not {straight}"


def _named(pixel_format: PixelFormat) -> bytes:
    """The profile that a file needs to mean what values without one mean; none where it would be understood anyway."""
    floats = pixel_format.depth is Depth.FLOAT32
    if floats is (pixel_format.transfer is Transfer.LINEAR):
        return b""
    curve = LINEAR_CURVE if pixel_format.transfer is Transfer.LINEAR else SRGB_PARA
    return rgb_profile(SRGB, curve) if pixel_format.channels > 2 else grey_profile(curve)


def _arguments(request: dict[str, Any], mask: Path, mask_file: Path, source: PixelFormat) -> list[str]:
    """The command's options for a request."""
    arguments = ["--model", request["model"], "--strength", str(request["strength"]), "--tile", request["tile"]]
    arguments += ["--alpha", request["alpha"], "--engine", request["engine"], "--device", request["device"]]
    if request["scale"] is not None:
        arguments += ["--scale", str(request["scale"])]
    if request["region"] is not None:
        region = request["region"]
        arguments += ["--region", ",".join(str(region[side]) for side in ("x", "y", "width", "height"))]
    if mask.exists():
        width = request["region"]["width"] if request["region"] else source.width
        Image.fromarray(np.fromfile(mask, np.uint8).reshape(-1, width)).save(mask_file)
        arguments += ["--mask", str(mask_file), "--outside", request["outside"]]
    return arguments


def _format(described: dict[str, Any]) -> PixelFormat:
    return PixelFormat(
        described["width"],
        described["height"],
        Depth(described["depth"]),
        described["channels"],
        described["bgr"],
        base64.b64decode(described["profile"]) if described["profile"] else b"",
        Transfer(described["transfer"]),
    )
