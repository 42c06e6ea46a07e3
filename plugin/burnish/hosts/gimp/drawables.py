"""Which drawable the artist means, what can be done with it, and what of it is selected."""

from __future__ import annotations

from typing import Any

from burnish.hosts.gimp.pixels import read
from burnish.hosts.gimp.program import Gimp
from burnish.wire.geometry import Rect
from burnish.wire.sentences import BurnishError, Failure


def only_one(drawables: list[Any]) -> Any:
    """The one chosen drawable. Raises BurnishError where none or several are chosen."""
    if not drawables:
        raise BurnishError("no-layer-chosen")
    if len(drawables) > 1:
        raise BurnishError("several-layers")
    return drawables[0]


def refusal(drawable: Any, *, convertible: bool = False) -> Failure | None:
    """Why a drawable cannot be enhanced at all. convertible: whether an indexed picture may be made RGB."""
    if drawable.is_layer_mask():
        return Failure("mask-chosen")
    if not drawable.is_layer():
        return Failure("channel-chosen")
    if drawable.is_indexed() and not convertible:
        return Failure("indexed", {"command": "Image > Mode > RGB"})
    if drawable.get_image().get_floating_sel() is not None:
        return Failure("floating-selection")
    return None


def replacing(drawable: Any) -> Failure | None:
    """Why a drawable's own pixels cannot be replaced; a new layer may be possible all the same."""
    if drawable.is_group() or _drawn_from_elsewhere(drawable):
        return Failure("layer-without-pixels", {"name": drawable.get_name()})
    if locked(drawable):
        return Failure("layer-locked", {"name": drawable.get_name()})
    return None


def locked(item: Any) -> bool:
    """Whether the content of an item is locked, by itself or by a group around it. GIMP kills who writes to it then."""
    while item is not None:
        if item.get_lock_content():
            return True
        item = item.get_parent()
    return False


def bounds_of(drawable: Any) -> Rect:
    return Rect(0, 0, drawable.get_width(), drawable.get_height())


def offsets_of(drawable: Any) -> tuple[int, int]:
    """Where the drawable lies in its image."""
    _, x, y = drawable.get_offsets()
    return x, y


def selection_on(drawable: Any) -> Rect | None:
    """The bounds of the selection in the drawable's own pixels; None where nothing of it is selected."""
    if Gimp.Selection.is_empty(drawable.get_image()):
        return None
    touched, x, y, width, height = drawable.mask_intersect()
    return Rect(x, y, width, height) if touched and width and height else None


def selection_refusal(drawable: Any) -> Failure | None:
    """Why the selection keeps a drawable from being enhanced: something is selected, but nothing of this drawable."""
    if Gimp.Selection.is_empty(drawable.get_image()) or selection_on(drawable) is not None:
        return None
    return Failure("selection-outside", {"name": drawable.get_name()})


def selection_mask(drawable: Any, rect: Rect) -> bytes | None:
    """How much each pixel of a part of the drawable is selected, one byte each; None where all of it wholly is."""
    image = drawable.get_image()
    if Gimp.Selection.is_empty(image):
        return None
    mask = read(image.get_selection().get_buffer(), rect.moved(*offsets_of(drawable)), "Y u8")
    return mask if mask.count(255) != len(mask) else None


def _drawn_from_elsewhere(drawable: Any) -> bool:
    """Text, which would be drawn again at its next change; GIMP 3.2's linked files and vector layers."""
    kinds = ("is_text_layer", "is_link_layer", "is_vector_layer")
    questions = [question for question in kinds if hasattr(drawable, question)]
    return any(getattr(drawable, question)() for question in questions)
