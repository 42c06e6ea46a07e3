"""Draws what each model of our own makes of validation photographs: six of them, and the two where it helps least.

    python benchmarks/own_models/contact_sheets.py [denoise-photo …] [--out docs/images/models]

Writes NAME.jpg and NAME-worst.jpg: as it came, ours, and the true picture. Where there is no true picture, as for
day-dusk, there is no worst one either.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1]))

from own_models.running import model, validation_photos
from own_models.trials import TRIALS, Method, Pixels, Trial, bicubic

_PHOTOS = 6
_WORST = 2
_SIDE = 288
_GAP = 6
_HEAD = 26


@dataclass(frozen=True)
class Shown:
    """A photograph and its pictures, all of the same size, by their titles. gain: in dB, against what came."""

    name: str
    pictures: dict[str, Pixels]
    gain: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=list(TRIALS), help="all where left out")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "docs" / "images" / "models")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    photos = validation_photos(512)
    for name in arguments.models:
        trial, own = TRIALS[name], model(name)
        shown = [_shown(trial, own, title, photo, seed) for seed, (title, photo) in enumerate(photos)]
        sheets = {name: shown[:: len(shown) // _PHOTOS][:_PHOTOS]}
        if trial.damage:
            sheets[f"{name}-worst"] = sorted(shown, key=lambda each: each.gain)[:_WORST]
        for title, chosen in sheets.items():
            path = arguments.out / f"{title}.jpg"
            _sheet(chosen).save(path, quality=88)
            print(path, ", ".join(f"{each.name} {each.gain:+.2f} dB" for each in chosen), flush=True)


def _shown(trial: Trial, own: Method, title: str, photo: Pixels, seed: int) -> Shown:
    came = trial.damaged(photo, seed)
    ours = own(came)
    if trial.reduce > 1:
        came = bicubic(trial.reduce)(came)
    pictures = {"as it came": came, "ours": ours} | ({"true": photo} if trial.damage else {})
    return Shown(title, pictures, 10 * np.log10(_error(came, photo) / _error(ours, photo)))


def _error(pixels: Pixels, photo: Pixels) -> float:
    return max(1e-3, float(np.mean((pixels.astype(np.float64) - photo) ** 2)))


def _sheet(chosen: list[Shown]) -> Image.Image:
    """Two photographs side by side in each row, so that the sheet can be looked at from near."""
    columns = len(chosen[0].pictures)
    rows = -(-len(chosen) // 2)
    width = 2 * columns * (_SIDE + _GAP) + 3 * _GAP
    sheet = Image.new("RGB", (width, rows * (_SIDE + _HEAD + _GAP) + _GAP), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    for place, each in enumerate(chosen):
        for column, (title, pixels) in enumerate(each.pictures.items()):
            x = _GAP + place % 2 * (columns * (_SIDE + _GAP) + _GAP) + column * (_SIDE + _GAP)
            y = _GAP + place // 2 * (_SIDE + _HEAD + _GAP)
            draw.text((x, y + 2), f"{each.name}: {title}" if column == 0 else title, fill="black", font=font)
            sheet.paste(Image.fromarray(_middle(pixels)), (x, y + _HEAD))
    return sheet


def _middle(pixels: Pixels) -> Pixels:
    """A square of the middle; where the picture is smaller, its edge is repeated."""
    top, left = (max(0, (side - _SIDE) // 2) for side in pixels.shape[:2])
    cut = pixels[top : top + _SIDE, left : left + _SIDE]
    return np.pad(cut, ((0, _SIDE - cut.shape[0]), (0, _SIDE - cut.shape[1]), (0, 0)), mode="edge")


if __name__ == "__main__":
    main()
