"""From what was typed to a request: every value is checked, with a sentence, before anything is started."""

from __future__ import annotations

import math
import re
from pathlib import Path

from burnish.language import _
from burnish.wire.geometry import Rect
from burnish.wire.request import LARGEST_SCALE, SCALE_RULE, AlphaPolicy, Outside, Request
from burnish.wire.sentences import BurnishError

LARGEST_TILE = 65536
ENGINES = ("auto", "torch", "openvino")
DEVICES = ("auto", "cpu", "cuda", "mps", "xpu")

_WEIGHTS_SUFFIXES = (".safetensors", ".pth", ".pt")


def request_from(
    *,
    model: str,
    scale: str | None,
    strength: str,
    tile: str,
    region: str | None,
    alpha: str,
    outside: str,
    masked: bool,
    engine: str,
    device: str,
) -> Request:
    """The request that these options make. masked: whether a mask was given.

    Raises BurnishError("bad-request") for a value that none can have, or that means nothing beside the others.
    """
    return Request(
        model=model_from(model),
        scale=None if scale is None else scale_from(scale),
        strength=strength_from(strength),
        tile=tile_from(tile),
        region=None if region is None else region_from(region),
        alpha=AlphaPolicy(_one_of("--alpha", alpha, tuple(policy.value for policy in AlphaPolicy))),
        outside=outside_from(outside, masked=masked),
        engine=_one_of("--engine", engine, ENGINES),
        device=_one_of("--device", device, DEVICES),
    )


def model_from(text: str) -> str:
    """A name as it is; a path as an absolute one, because the worker has another current folder."""
    path = Path(text).expanduser()
    if path.suffix.lower() in _WEIGHTS_SUFFIXES or len(path.parts) > 1 or path.is_file():
        if not path.is_file():
            raise BurnishError("model-file-missing", path=str(path))
        return str(path.resolve())
    return text


def scale_from(text: str) -> float:
    """A factor: 2, 1.5, or written as ×2 or 2x."""
    number = _number(text.strip().lower().removeprefix("×").removeprefix("x").removesuffix("x"))
    if number is None or not 0 < number <= LARGEST_SCALE:
        raise _bad("--scale", text, _(SCALE_RULE))
    return number


def strength_from(text: str) -> float:
    number = _number(text)
    if number is None or not 0 <= number <= 1:
        raise _bad("--strength", text, _("Give a number from 0 (the original) to 1 (the model's result)."))
    return number


def tile_from(text: str) -> str:
    lowered = text.strip().lower()
    if lowered in ("auto", "none"):
        return lowered
    if re.fullmatch(r"[0-9]{1,6}", lowered) and 0 < int(lowered) <= LARGEST_TILE:
        return str(int(lowered))
    raise _bad("--tile", text, _("Give auto, none, or a number of pixels."))


def region_from(text: str) -> Rect:
    numbers = re.fullmatch(r"\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*", text, re.ASCII)
    region = Rect(*(int(number) for number in numbers.groups())) if numbers else None
    if region is None or region.width < 1 or region.height < 1:
        raise _bad("--region", text, _("Give X,Y,WIDTH,HEIGHT in whole pixels, such as 0,0,640,480."))
    return region


def outside_from(text: str, *, masked: bool) -> Outside:
    """What becomes of the pixels that a mask leaves out; without a mask there are none."""
    outside = Outside(_one_of("--outside", text, tuple(choice.value for choice in Outside)))
    if outside is not Outside.ORIGINAL and not masked:
        raise _bad("--outside", text, _("Add --mask, which says what is left out."))
    return outside


def quality_from(text: str) -> int:
    number = _number(text)
    if number is None or not 1 <= number <= 100 or number != int(number):
        raise _bad("--quality", text, _("Give a whole number from 1 to 100."))
    return int(number)


def _one_of(option: str, text: str, known: tuple[str, ...]) -> str:
    if text.lower() in known:
        return text.lower()
    raise _bad(option, text, _("Choose one of: {known}.").format(known=", ".join(known)))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _bad(option: str, text: str, rule: str) -> BurnishError:
    return BurnishError("bad-request", field=option, value=f"“{text}”", rule=rule)
