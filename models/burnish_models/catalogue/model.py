"""What a model is: weights, a network, and the facts that tiling, engines and the artist need to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from burnish.wire.messages import Tiling

WHOLE_PICTURE = 1_000_000
"""A receptive field without end, in pixels: a network that normalises by its input's own mean sees all of it."""


@dataclass(frozen=True)
class Facts:
    """What the rest of Burnish must know of a network before running it.

    Attributes:
        scale: result pixels per input pixel, along each side.
        receptive_field: how many input pixels away one result pixel can still see (a radius); WHOLE_PICTURE where
            there is no limit.
        overlap: context given to a tile on each side, in input pixels; at least receptive_field where that is
            affordable, so that a tiled run equals a whole one.
        feather: half the width, in input pixels, of the seam over which neighbouring tiles are blended; 0 when exact.
        border: reflected pixels added outside the picture's own edge, in input pixels.
        multiple: input width and height must be multiples of this.
        tiling: EXACT when overlap covers the receptive field.
        seam: the measured difference between a tiled and a whole run, as a short English sentence.
        half: float16 on a GPU stays within the stated figure.
        multiply_adds: per input pixel.
        activation_bytes: peak memory of one float32 run per input pixel (measured, rounded up).
    """

    scale: int
    receptive_field: int
    overlap: int
    feather: int
    border: int
    multiple: int
    tiling: Tiling
    seam: str
    half: bool
    multiply_adds: float
    activation_bytes: float


@dataclass(frozen=True)
class PackageFile:
    """Weights that arrive inside a Python package: ncnn's .param and .bin side by side.

    Attributes:
        package, version: what to install.
        module: the import name; the files lie in its folder "models".
        stem: the files' name without .bin and .param.
        sha256, param_sha256: of the .bin and of the .param, in hexadecimal.
    """

    package: str
    version: str
    module: str
    stem: str
    sha256: str
    param_sha256: str


@dataclass(frozen=True)
class OwnFile:
    """Weights that were trained here; they lie in burnish_models/weights as safetensors, beside their recipe and card.

    Attributes:
        stem: the file's name without .safetensors.
        sha256: of the file, in hexadecimal.
    """

    stem: str
    sha256: str


@dataclass(frozen=True)
class UserFile:
    """A weights file that the user pointed to."""

    path: Path


@dataclass(frozen=True)
class Model:
    """One entry of the catalogue. title and purpose are English sentences, translated where they are shown.

    result_scale: what the artist gets where a request names no scale, when that is not the network's own scale; the
        result is then resampled, as for any scale that a request names.
    """

    name: str
    title: str
    purpose: str
    tasks: tuple[str, ...]
    network: str
    source: PackageFile | OwnFile | UserFile
    licence: str
    credit: str
    facts: Facts
    result_scale: int | None = None

    @property
    def scale(self) -> int:
        """How much larger the result is where a request names no scale; what the network does is facts.scale."""
        return self.result_scale or self.facts.scale
