"""Wrong white balance and faded colours: what a colour restorer learns to undo.

A white balance error multiplies the three channels of linear light, as a wrongly set camera does; the luminance of grey
stays. Fading works on the encoded values, as on an old print: colours lose saturation, white gets darker, black gets
lighter and takes the colour of the yellowed base.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from burnish_models.data.degradations.linear_light import to_encoded, to_linear
from burnish_models.data.degradations.stage import Range, Size, Stage, draw
from burnish_models.data.sample import Image

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709, of linear light
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, of encoded values


class ColourCast(Stage):
    """Shifts the white balance, then fades."""

    type: Literal["colour-cast"] = "colour-cast"
    warmth: float = Field(
        default=0.6, ge=0, description="largest error between red and blue, in stops (a factor 2 each), either way"
    )
    tint: float = Field(default=0.25, ge=0, description="largest error between green and magenta, in stops, either way")
    desaturation: Range = Field(default=(0, 0.5), description="share of the saturation that is lost, 1 at most")
    black: Range = Field(default=(0, 0.15), description="how much black is lifted, as a share of the whole range")
    white: Range = Field(default=(0, 0.1), description="how much white is lowered, as a share of the whole range")
    yellowing: Range = Field(default=(0, 0.5), description="how yellow the lifted black is: at 1 it holds no blue")

    def degrade(self, image: Image, random: np.random.Generator, size: Size) -> Image:
        warmth, tint = random.uniform(-1.0, 1.0, 2) * (self.warmth, self.tint)
        cast = white_balance_error(image, float(warmth), float(tint))
        desaturation, black, white = draw(random, self.desaturation), draw(random, self.black), draw(random, self.white)
        return faded(cast, desaturation, black, white, draw(random, self.yellowing))


def white_balance_error(image: Image, warmth: float, tint: float) -> Image:
    """The image with red `warmth` stops above blue and green `tint` stops above both; grey keeps its luminance."""
    if warmth == 0 and tint == 0:
        return image
    gains = np.exp2(np.array([warmth / 2, tint, -warmth / 2]))
    gains /= gains @ _LUMINANCE
    return to_encoded(to_linear(image) * gains.astype(np.float32))


def faded(image: Image, desaturation: float, black: float, white: float, yellowing: float = 0.0) -> Image:
    """Less saturated by a share, and 0 to 1 squeezed to black .. 1 - white; black's blue is lessened by `yellowing`."""
    luma = (image @ _LUMA)[..., None]
    paler = image + (luma - image) * np.float32(desaturation)
    floor = np.array([black, black, black * (1 - yellowing)], np.float32)
    return np.clip(floor + paler * (np.float32(1 - white) - floor), 0.0, 1.0)
