"""What each model of our own is tried on: how a photograph is damaged, and what others do against such damage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from burnish_models.data.degradations.bicubic import imresize
from burnish_models.data.degradations.colour_cast import ColourCast
from burnish_models.data.degradations.jpeg import Jpeg
from burnish_models.data.degradations.low_light import LowLight
from burnish_models.data.degradations.noise import Noise
from burnish_models.data.degradations.stage import Stage

Pixels = NDArray[np.uint8]
"""[h, w, 3], RGB, sRGB-encoded."""

Method = Callable[[Pixels], Pixels]


@dataclass(frozen=True)
class Trial:
    """A damage, and the methods that a model has to beat.

    Attributes:
        damage: the stages that a photograph goes through, in their order.
        reduce: by how much it is made smaller first.
        rivals: classic methods by name.
        models: other models of the catalogue, run on the same pictures.
        said: the damage in words.
    """

    damage: tuple[Stage, ...]
    said: str
    reduce: int = 1
    rivals: Mapping[str, Method] = field(default_factory=dict)
    models: tuple[str, ...] = ()

    def damaged(self, photo: Pixels, seed: int) -> Pixels:
        """The photograph as the model gets it: 8 bits, and the same for the same seed."""
        random = np.random.default_rng(seed)
        image = photo.astype(np.float32) / 255
        size = (photo.shape[0] // self.reduce, photo.shape[1] // self.reduce)
        if self.reduce > 1:
            image = imresize(image, size)
        for stage in self.damage:
            image = stage.apply(image, random, size)
        return to_levels(image)


def to_levels(image: NDArray[np.floating]) -> Pixels:
    """0 to 1 as 8 bits."""
    return np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)


def bilateral(colour: float, space: float) -> Method:
    return lambda pixels: cv2.bilateralFilter(pixels, d=0, sigmaColor=colour, sigmaSpace=space)


def non_local_means(strength: float) -> Method:
    return lambda pixels: cv2.fastNlMeansDenoisingColored(pixels, h=strength, hColor=strength)


def clahe(clip: float) -> Method:
    """Contrast-limited adaptive equalisation of CIELAB's lightness, in 8 x 8 areas."""

    def method(pixels: Pixels) -> Pixels:
        lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
        lab[..., 0] = cv2.createCLAHE(clipLimit=clip, tileGridSize=(8, 8)).apply(np.ascontiguousarray(lab[..., 0]))
        return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)

    return method


def auto_gamma(wanted: float) -> Method:
    """The gamma that brings the mean luma to `wanted`."""

    def method(pixels: Pixels) -> Pixels:
        luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float64) / 255
        gamma = np.log(wanted) / np.log(np.clip(luma.mean(), 1e-3, 0.999))
        return to_levels((pixels / 255.0) ** gamma)

    return method


def grey_world(pixels: Pixels) -> Pixels:
    """Every channel scaled so that all three have the same mean."""
    means = pixels.reshape(-1, 3).mean(axis=0)
    return to_levels(pixels / 255.0 * (means.mean() / np.maximum(means, 1)))


def auto_levels(pixels: Pixels) -> Pixels:
    """Every channel stretched from its 0.6th to its 99.4th percentile: GIMP's "White Balance"."""
    low, high = np.percentile(pixels.reshape(-1, 3), (0.6, 99.4), axis=0)
    return to_levels((pixels - low) / np.maximum(high - low, 1))


def bicubic(scale: int) -> Method:
    def method(pixels: Pixels) -> Pixels:
        size = (pixels.shape[0] * scale, pixels.shape[1] * scale)
        return to_levels(imresize(pixels.astype(np.float32) / 255, size))

    return method


TRIALS: dict[str, Trial] = {
    "denoise-photo": Trial(
        (Noise(sigma=(25, 25)),),
        "Gaussian noise, σ 25",
        rivals={
            **{f"bilateral, colour {c}, space {s}": bilateral(c, s) for c in (50, 75, 100) for s in (2, 3, 5)},
            **{f"fastNlMeans, h {h}": non_local_means(h) for h in (8, 12, 16, 20)},
        },
    ),
    "dejpeg-photo": Trial(
        (Jpeg(quality=(20, 20)),),
        "JPEG of quality 20",
        rivals={f"bilateral, colour {c}, space 2": bilateral(c, 2) for c in (10, 20)},
    ),
    "lowlight": Trial(
        (LowLight(exposure=(0.15, 0.15), electrons=(4000, 4000), read_noise=(4, 4)),),
        "15 % of the light, shot noise of 4000 electrons at white, read noise of 4",
        rivals={
            **{f"CLAHE, clip {clip}": clahe(clip) for clip in (2, 4, 8)},
            **{f"auto-gamma to {wanted}": auto_gamma(wanted) for wanted in (0.4, 0.45, 0.5)},
        },
    ),
    "colour-restore": Trial(
        (ColourCast(warmth=0.6, tint=0.2, desaturation=(0, 0.5), black=(0, 0.15), white=(0, 0.1)),),
        "a white balance up to 0.3 stops off, faded by up to a half",
        rivals={"grey world": grey_world, "auto levels": auto_levels},
    ),
    "photo-x4-fast": Trial(
        (Jpeg(quality=(90, 90)),),
        "a fourth of the size (bicubic), JPEG of quality 90",
        reduce=4,
        rivals={"bicubic": bicubic(4)},
        models=("realesr-animevideov3-x4", "realesrgan-x4plus"),
    ),
    "day-dusk": Trial((), "as it is"),
}
