"""Which one button belongs under which error: the thing the artist would do next."""

from __future__ import annotations

from enum import Enum

from burnish.hosts.contract import Place
from burnish.language import _
from burnish.panel.state import Order, PanelState, RegionChoice
from burnish.wire.sentences import Failure


class Fix(str, Enum):
    """What the button under an error does. All of them but the first change a choice and start again."""

    TRY_AGAIN = "try-again"
    DEFAULT_MODEL = "default-model"
    FAST_MODEL = "fast-model"
    VISIBLE_PART = "visible-part"
    WHOLE_LAYER = "whole-layer"
    NEW_LAYER = "new-layer"


_BY_CODE = {
    "unknown-model": (Fix.DEFAULT_MODEL,),
    "model-file-missing": (Fix.DEFAULT_MODEL,),
    "model-file-unreadable": (Fix.DEFAULT_MODEL,),
    "model-file-unsafe": (Fix.DEFAULT_MODEL,),
    "model-not-recognised": (Fix.DEFAULT_MODEL,),
    "model-corrupt": (Fix.DEFAULT_MODEL,),
    "model-package-missing": (Fix.DEFAULT_MODEL,),
    "bad-numbers": (Fix.DEFAULT_MODEL, Fix.FAST_MODEL),
    "out-of-memory": (Fix.FAST_MODEL, Fix.VISIBLE_PART),
    "worker-died": (Fix.TRY_AGAIN,),
    "no-space": (Fix.VISIBLE_PART,),
    "result-too-large": (Fix.VISIBLE_PART,),
    "region-outside": (Fix.WHOLE_LAYER,),
    "layer-locked": (Fix.NEW_LAYER,),
    "layer-not-painted": (Fix.NEW_LAYER,),
    "layer-animated": (Fix.NEW_LAYER,),
    "layer-styled": (Fix.NEW_LAYER,),
    "layer-without-pixels": (Fix.NEW_LAYER,),
    "replaced-by-larger": (Fix.NEW_LAYER,),
}


def fix_for(failure: Failure, state: PanelState) -> Fix:
    """The first fix for this failure that would change something; trying again where none would."""
    for fix in _BY_CODE.get(failure.code, ()):
        if _would_help(fix, state):
            return fix
    return Fix.TRY_AGAIN


def apply_fix(fix: Fix, state: PanelState) -> None:
    """Make the choice that the fix stands for."""
    if fix is Fix.DEFAULT_MODEL:
        state.use_default_model()
    elif fix is Fix.FAST_MODEL:
        state.use_fast_model()
    elif fix is Fix.VISIBLE_PART:
        state.choose_region(RegionChoice.VISIBLE)
    elif fix is Fix.WHOLE_LAYER:
        state.choose_region(RegionChoice.LAYER)
    elif fix is Fix.NEW_LAYER:
        state.choose_place(Place.NEW_LAYER)


def mended(order: Order, fix: Fix, state: PanelState) -> Order:
    """An order for another layer than the current one, with the choice that the fix has made."""
    return state.with_place(order, Place.NEW_LAYER) if fix is Fix.NEW_LAYER else state.with_chosen_model(order)


def fix_text(fix: Fix) -> str:
    texts = {
        Fix.TRY_AGAIN: _("Try again"),
        Fix.DEFAULT_MODEL: _("Use the default model"),
        Fix.FAST_MODEL: _("Use the fast model"),
        Fix.VISIBLE_PART: _("Enhance only what is visible"),
        Fix.WHOLE_LAYER: _("Enhance the whole layer"),
        Fix.NEW_LAYER: _("Put it into a new layer"),
    }
    return texts[fix]


def _would_help(fix: Fix, state: PanelState) -> bool:
    if fix is Fix.FAST_MODEL:
        return state.catalogue is not None and state.choices.model != state.catalogue.fast
    if state.failed_elsewhere() and fix in (Fix.VISIBLE_PART, Fix.WHOLE_LAYER):
        return False  # what can be seen, and what is selected, belongs to another layer
    if fix is Fix.VISIBLE_PART:
        return state.region is not RegionChoice.VISIBLE and _sees_less_than_all(state)
    if fix is Fix.WHOLE_LAYER:
        return state.region is not RegionChoice.LAYER
    if fix is Fix.NEW_LAYER:
        last = state.last
        return last is None or (last.place is not Place.NEW_LAYER and _offers_new_layer(last, state))
    return True


def _offers_new_layer(order: Order, state: PanelState) -> bool:
    return Place.NEW_LAYER in state.places_for(state.scale_of(order))


def _sees_less_than_all(state: PanelState) -> bool:
    if state.layer is None or state.visible is None:
        return False
    seen = state.visible.intersection(state.layer.format.bounds)
    return seen is not None and seen != state.layer.format.bounds
