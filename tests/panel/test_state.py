"""The panel's state: what follows from what the artist chose, what the worker said, and what the host shows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.hosts.contract import Place
from burnish.panel.state import AUTO, HISTORY_LENGTH, Choices, Order, PanelState, Phase, RegionChoice, Result
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.messages import Models, Progress, Stage
from burnish.wire.request import Request
from burnish.wire.sentences import Failure
from panel_catalogue import card, catalogue, facts


def ready(**values) -> PanelState:
    state = PanelState()
    state.know_catalogue(catalogue(**values))
    state.know_layer(facts(), Rect(0, 0, 400, 300))
    return state


def heard(announcement) -> list:
    calls = []
    announcement.connect(lambda *values: calls.append(values))
    return calls


def a_result(state: PanelState) -> Result:
    return Result(state.order(), PixelFormat(4000, 2000, Depth.UINT8, 3), Rect(0, 0, 1000, 500), seconds=3.0)


def test_first_use_needs_no_choice():
    state = ready()
    assert state.choices.task == "upscale"
    assert state.can_start()
    assert state.order().request == Request(model=AUTO, viewport=Rect(0, 0, 400, 300))


def test_tasks_are_those_that_some_model_serves_in_the_panels_order():
    assert [task.name for task in ready().tasks()] == ["upscale", "denoise", "jpeg", "light"]


def test_a_task_the_panel_has_no_words_for_is_still_offered():
    state = PanelState()
    state.know_catalogue(Models((card("dehazer", 1, ("dehaze",)),), "dehazer", "dehazer"))
    assert [task.name for task in state.tasks()] == ["dehaze"]
    assert state.choices.task == "dehaze"
    assert state.choices.model == "dehazer"


def test_every_task_offers_only_its_own_models():
    state = ready()
    for task in state.tasks():
        state.choose_task(task.name)
        assert state.cards()
        assert all(task.name in model.tasks for model in state.cards())
        assert state.choices.model in {AUTO, *(model.name for model in state.cards())}


def test_only_who_asks_for_a_larger_picture_gets_one():
    state = ready()
    assert state.result_size() == (4000, 2000)
    state.choose_task("denoise")
    assert state.choices.model == "gentle"  # least work for the same size
    assert state.result_size() == (1000, 500)
    assert state.order().request.scale == 1.0


def test_the_size_that_is_promised_is_the_one_that_comes():
    state = ready()
    state.know_layer(facts(selection=Rect(0, 0, 5, 3)), None)
    state.choose_scale(1.5)
    assert state.result_size() == (8, 5)  # 7.5 and 4.5, halves up
    state.choose_scale(0.1)
    assert state.result_size() == (1, 1)


def test_auto_is_the_best_model_where_it_takes_under_a_minute():
    assert ready(best_seconds=100, fast_seconds=1).likely_card().name == "best"  # half a megapixel: 50 s
    assert ready(best_seconds=130, fast_seconds=1).likely_card().name == "fast"


def test_the_estimate_follows_the_region():
    state = ready(best_seconds=100)
    assert state.estimate() == pytest.approx(50)
    state.know_layer(facts(selection=Rect(0, 0, 100, 100)), None)
    assert state.estimate() == pytest.approx(1)
    state.choose_model("gentle")
    assert state.estimate() is None


def test_a_selection_becomes_the_region_and_its_end_gives_the_layer_back():
    state = ready()
    state.know_layer(facts(selection=Rect(900, 400, 300, 300)), None)
    assert state.region is RegionChoice.SELECTION
    assert state.work_region() == Rect(900, 400, 100, 100)
    assert state.order().request.region == Rect(900, 400, 100, 100)
    state.know_layer(facts(), None)
    assert state.region is RegionChoice.LAYER
    assert state.order().request.region is None


def test_going_back_to_the_layer_is_respected_while_the_selection_stays():
    state = ready()
    state.know_layer(facts(selection=Rect(0, 0, 50, 50)), None)
    state.choose_region(RegionChoice.LAYER)
    state.know_layer(facts(selection=Rect(0, 0, 60, 50)), None)
    assert state.region is RegionChoice.LAYER


def test_the_viewport_is_told_where_it_lies_in_the_work():
    state = ready()
    state.know_layer(facts(selection=Rect(300, 0, 400, 400)), Rect(0, 0, 400, 300))
    assert state.order().request.viewport == Rect(300, 0, 100, 300)


def test_nothing_starts_without_a_layer_or_on_one_that_refuses():
    state = PanelState()
    assert not state.can_start()
    state.know_layer(facts(refusal="Groups cannot be painted on."), None)
    assert not state.can_start()


def test_a_run_goes_from_ready_over_running_to_done():
    state = ready()
    phases = []
    state.phase_changed.connect(lambda: phases.append(state.phase))
    state.start(state.order())
    assert not state.can_start()
    state.know_progress(Progress("job", Stage.RUNNING, tiles_done=1, tiles=4))
    state.finish(a_result(state), "11:02", "Face")
    assert phases == [Phase.RUNNING, Phase.DONE]
    assert state.progress is None
    assert state.history[0].layer == "Face"
    assert state.can_start()


def test_a_failure_stands_until_it_is_dismissed_or_something_starts():
    state = ready()
    state.start(state.order())
    state.fail(Failure("out-of-memory"))
    assert state.phase is Phase.READY
    assert state.failure is not None
    state.dismiss_failure()
    assert state.failure is None
    state.fail(Failure("out-of-memory"))
    state.start(state.order())
    assert state.failure is None


def test_an_earlier_result_survives_a_later_failure():
    state = ready()
    state.start(state.order())
    state.finish(a_result(state), "11:02", "Face")
    state.start(state.order())
    state.fail(Failure("worker-died", {"times": 3, "log": "x"}))
    assert state.phase is Phase.DONE
    assert state.result is not None


@given(st.floats(-2, 3, allow_nan=False))
def test_strength_stays_between_the_original_and_the_result(strength):
    state = ready()
    state.finish(a_result(state), "11:02", "Face")
    state.set_strength(strength)
    assert 0 <= state.result.strength <= 1


def test_the_same_strength_is_no_news():
    state = ready()
    state.finish(a_result(state), "11:02", "Face")
    calls = heard(state.strength_changed)
    state.set_strength(0.5)
    state.set_strength(0.5)
    assert len(calls) == 1


def test_history_keeps_the_newest():
    state = ready()
    for run in range(HISTORY_LENGTH + 3):
        state.finish(a_result(state), f"10:{run:02}", "Face")
    assert len(state.history) == HISTORY_LENGTH
    assert state.history[0].clock == f"10:{HISTORY_LENGTH + 2:02}"


def test_a_remembered_model_that_is_gone_gives_way_to_the_usual_one():
    state = PanelState()
    state.restore(Choices(task="denoise", model="removed-long-ago"))
    state.know_catalogue(catalogue())
    assert state.choices.task == "denoise"
    assert state.choices.model == "gentle"


def test_a_remembered_weights_file_stays_chosen():
    state = PanelState()
    state.restore(Choices(model="/somewhere/mine.pth"))
    state.know_catalogue(catalogue())
    assert state.choices.model == "/somewhere/mine.pth"
    assert state.order().request.model == "/somewhere/mine.pth"


def test_a_place_the_host_does_not_have_gives_way_to_its_own():
    state = PanelState()
    state.places_for = lambda _scale: (Place.NEW_IMAGE,)
    state.restore(Choices(place=Place.REPLACE, enlarged_place=Place.SCALED_IMAGE))
    assert state.place() is Place.NEW_IMAGE


def test_a_scale_that_the_next_model_does_not_reach_is_dropped():
    state = ready()
    state.choose_scale(3.0)
    state.choose_model("gentle")
    assert state.choices.scale is None
    assert state.scale() == 2.0
    assert state.scales() == (1.0, 2.0)


def test_an_order_does_not_change_with_later_choices():
    state = ready()
    order = state.order()
    kept = replace(order)
    state.choose_task("denoise")
    state.choose_scale(2.0)
    assert order == kept
    assert isinstance(order, Order)
