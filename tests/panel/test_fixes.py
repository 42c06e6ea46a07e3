"""Every failure has a button, and the button changes something."""

import pytest

from burnish.panel.fixes import Fix, apply_fix, fix_for, fix_text
from burnish.panel.state import AUTO, PanelState, RegionChoice
from burnish.wire.geometry import Rect
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
