"""Every failure has a button, and the button changes something."""

from dataclasses import replace

import pytest

from burnish.hosts.contract import Place
from burnish.panel.fixes import Fix, apply_fix, fix_for, fix_text, mended
from burnish.panel.state import AUTO, Order, PanelState, RegionChoice
from burnish.wire.geometry import Rect
from burnish.wire.request import Outside, Request
from burnish.wire.sentences import FAILURES, Failure
from panel_catalogue import catalogue, facts


def state_seeing(visible: Rect | None) -> PanelState:
    state = PanelState()
    state.know_catalogue(catalogue())
    state.know_layer(facts(), visible)
    state.choose_model("best")
    return state


@pytest.mark.parametrize("code", sorted(FAILURES))
def test_every_failure_has_a_button_with_words(code):
    assert fix_text(fix_for(Failure(code), state_seeing(None)))


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("unknown-model", Fix.DEFAULT_MODEL),
        ("model-file-unsafe", Fix.DEFAULT_MODEL),
        ("out-of-memory", Fix.FAST_MODEL),
        ("no-space", Fix.VISIBLE_PART),
        ("worker-died", Fix.TRY_AGAIN),
        ("internal", Fix.TRY_AGAIN),
    ],
)
def test_the_button_suits_the_failure(code, fix):
    assert fix_for(Failure(code), state_seeing(Rect(0, 0, 200, 100))) is fix


def test_a_fix_that_would_change_nothing_is_not_offered():
    state = state_seeing(Rect(0, 0, 200, 100))
    state.use_fast_model()
    assert fix_for(Failure("out-of-memory"), state) is Fix.VISIBLE_PART
    state.choose_region(RegionChoice.VISIBLE)
    assert fix_for(Failure("out-of-memory"), state) is Fix.TRY_AGAIN
    assert fix_for(Failure("no-space"), state_seeing(Rect(0, 0, 1000, 500))) is Fix.TRY_AGAIN


@pytest.mark.parametrize("code", ["layer-locked", "layer-styled", "layer-without-pixels"])
def test_what_cannot_be_replaced_can_become_a_new_layer(code):
    state = state_seeing(None)
    state.places_for = lambda scale: (Place.NEW_LAYER, Place.REPLACE) if scale == 1 else (Place.NEW_IMAGE,)
    state.choose_scale(1.0)
    state.choose_place(Place.REPLACE)
    state.start(state.order())
    assert fix_for(Failure(code), state) is Fix.NEW_LAYER
    apply_fix(Fix.NEW_LAYER, state)
    assert state.order().place is Place.NEW_LAYER
    state.start(state.order())
    assert fix_for(Failure(code), state) is Fix.TRY_AGAIN  # it was none of that


def test_a_larger_result_is_offered_a_new_layer_only_where_there_is_one():
    state = state_seeing(None)
    state.places_for = lambda scale: (Place.SCALED_IMAGE, Place.NEW_IMAGE)
    state.start(state.order())
    assert fix_for(Failure("layer-locked"), state) is Fix.TRY_AGAIN


def test_an_order_for_another_layer_is_mended_without_touching_its_region():
    state = state_seeing(Rect(0, 0, 200, 100))
    request = Request("best", 1.0, region=Rect(3, 4, 5, 6), outside=Outside.ORIGINAL)
    order = Order(request, Place.REPLACE, "best model", selected=True)
    elsewhere = mended(order, Fix.NEW_LAYER, state)
    assert (elsewhere.place, elsewhere.request.region) == (Place.NEW_LAYER, Rect(3, 4, 5, 6))
    assert elsewhere.request.outside is Outside.TRANSPARENT
    state.use_fast_model()
    faster = mended(order, Fix.FAST_MODEL, state)
    assert (faster.request.model, faster.request.region) == ("fast", Rect(3, 4, 5, 6))
    assert faster.selected


def test_what_fails_on_another_layer_is_not_mended_with_what_is_seen_of_this_one():
    state = state_seeing(Rect(0, 0, 200, 100))
    state.use_fast_model()
    state.fail(Failure("no-space"), replace(facts(), key="another"))
    assert fix_for(Failure("no-space"), state) is Fix.TRY_AGAIN
    state.fail(Failure("no-space"), facts())
    assert fix_for(Failure("no-space"), state) is Fix.VISIBLE_PART


def test_fixes_do_what_they_say():
    state = state_seeing(Rect(0, 0, 200, 100))
    apply_fix(Fix.FAST_MODEL, state)
    assert state.choices.model == "fast"
    apply_fix(Fix.VISIBLE_PART, state)
    assert state.work_region() == Rect(0, 0, 200, 100)
    apply_fix(Fix.WHOLE_LAYER, state)
    assert state.order().request.region is None
    state.choose_model("/no/such.pth")
    apply_fix(Fix.DEFAULT_MODEL, state)
    assert state.choices.model == AUTO
