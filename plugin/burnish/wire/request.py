"""The one request that every front makes: panel, command line, "repeat last", batch and tests."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any

from burnish.wire.geometry import PixelFormat, Rect


class AlphaPolicy(str, Enum):
    """How a layer's transparency is brought to the result's size."""

    RESAMPLE = "resample"
    MODEL = "model"


class Outside(str, Enum):
    """What becomes of pixels that a selection covers in part or not at all, in a result that it shapes."""

    ORIGINAL = "original"
    TRANSPARENT = "transparent"


class Output(str, Enum):
    """What a result's pixels are: of the layer's own kind, or 8-bit sRGB with alpha, ready for the screen."""

    LAYER = "layer"
    SCREEN = "screen"


def described(default: Any, description: str) -> Any:
    """A dataclass field whose description feeds help texts, documentation and tooltips alike."""
    return field(default=default, metadata={"description": description})


def N_(sentence: str) -> str:
    """Mark a sentence for translation where it is written; it is translated where it is shown."""
    return sentence


LARGEST_SCALE = 16
SCALE_RULE = N_("Give a number above 0, 16 at most.")


@dataclass(frozen=True)
class Request:
    """Everything one enhancement needs, apart from the pixels themselves."""

    model: str = described("auto", N_("Name of a model in the catalogue, path of a weights file, or auto."))
    scale: float | None = described(None, N_("How much larger the result is; the model's own scale when left out."))
    strength: float = described(1.0, N_("How much of the result is kept, from 0 (the original) to 1."))
    tile: str = described("auto", N_("Tile size in input pixels, auto, or none for the whole picture at once."))
    region: Rect | None = described(None, N_("The part of the layer to enhance, in its own pixels."))
    viewport: Rect | None = described(None, N_("The part the artist is looking at; its tiles come first."))
    alpha: AlphaPolicy = described(
        AlphaPolicy.RESAMPLE, N_("How transparency is scaled: resample (smooth) or model (as sharp as the colours).")
    )
    outside: Outside = described(
        Outside.ORIGINAL, N_("What the pixels outside a soft selection become: original or transparent.")
    )
    output: Output = described(
        Output.LAYER, N_("What kind of pixels come out: layer (as they were) or screen (8-bit sRGB with alpha).")
    )
    engine: str = described("auto", N_("What runs the network: auto, torch or openvino."))
    device: str = described("auto", N_("Where it runs: auto, cpu, cuda, mps or xpu."))

    def area(self, layer: PixelFormat) -> Rect | None:
        """The part of a layer that is enhanced, in its own pixels; None where the region lies beside it."""
        return layer.bounds if self.region is None else self.region.intersection(layer.bounds)


def description_of(name: str) -> str:
    """The English description of one field of Request, for help texts and tooltips."""
    for entry in fields(Request):
        if entry.name == name:
            return entry.metadata["description"]
    raise KeyError(name)
