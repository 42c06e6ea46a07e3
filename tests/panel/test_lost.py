"""Results that the host cannot take any more, cancelling as the artist set it, and doing the same again."""

import pytest

from burnish.hosts.contract import Place
from burnish.language import hint_of, message_of, use_language
from burnish.panel.fixes import Fix, fix_for
from burnish.panel.state import Phase, RegionChoice
from burnish.wire.geometry import Rect
from burnish.wire.messages import Done
from burnish.wire.sentences import Failure
from panel_catalogue import facts, noise
from panel_runs import MODEL, PATIENCE_MS, finish, start_with_small_tiles


def running_with_a_tile(qtbot, controller, host):
    host.open(noise(160, 160))
    start_with_small_tiles(controller)
    qtbot.waitUntil(lambda: bool(host.targets) and bool(host.targets[0].painted), timeout=PATIENCE_MS)


def test_discarding_counts_also_when_the_run_was_through_already(qtbot, controller, host):
    through = []
    ending = controller._end

    def cancelled_just_before(run, event):
        if isinstance(event, Done):
            through.append(event)
            controller.cancel(keep=False)
        ending(run, event)

    controller._end = cancelled_just_before
    controller.start()
    finish(qtbot, controller)
    assert through
    assert host.targets[0].state == "discarded"
    assert controller.state.phase is Phase.READY
    assert controller.state.result is None
    assert controller.state.history == ()


# --- lost ------------------------------------------------------------------------------------------------------------


def test_a_result_that_the_artist_removed_ends_the_job_quietly(qtbot, controller, host, shared_client):
    running_with_a_tile(qtbot, controller, host)
    host.remove_result()
    finish(qtbot, controller)
    assert controller.state.phase is Phase.READY
    assert controller.state.failure is None
    assert controller.state.history == ()
    assert controller.state.result is None
    assert host.targets[0].state == "removed"
    qtbot.waitUntil(lambda: shared_client.describe().jobs == 0, timeout=PATIENCE_MS)


def test_a_result_that_is_noticed_missing_between_two_tiles_ends_the_job_at_once(qtbot, controller, host):
    running_with_a_tile(qtbot, controller, host)
    painted = len(host.targets[0].painted)
    host.targets[0].lost(None)
    assert controller.state.cancelling
    finish(qtbot, controller)
    assert len(host.targets[0].painted) == painted
    assert controller.state.phase is Phase.READY
    assert controller.state.failure is None


def test_a_result_that_turns_out_missing_at_the_very_end_is_no_result(qtbot, controller, host, monkeypatch):
    settled = []
    monkeypatch.setattr(controller, "_settle", lambda run, done: settled.append(run))
    controller.start()
    qtbot.waitUntil(lambda: bool(host.targets), timeout=PATIENCE_MS)
    monkeypatch.setattr(host.targets[0], "paint", lambda rect, pixels, painted: painted())
    host.remove_result()
    finish(qtbot, controller)
    assert settled == []
    assert controller.state.phase is Phase.READY
    assert controller.state.result is None


def test_after_a_removed_result_the_next_in_the_queue_begins(qtbot, controller, host):
    running_with_a_tile(qtbot, controller, host)
    host.layer_name = "Two"
    host.open(noise(24, 24))
    controller.add_to_queue()
    host.remove_result()
    qtbot.waitUntil(lambda: len(controller.state.history) == 1, timeout=PATIENCE_MS)
    finish(qtbot, controller)
    assert controller.state.history[0].layer == "Two"
    assert [target.state for target in host.targets] == ["removed", "finished"]


def test_a_result_with_something_in_its_way_is_an_error_and_can_be_tried_again(qtbot, controller, host):
    running_with_a_tile(qtbot, controller, host)
    host.targets[0].lost(Failure("layer-gone", {"name": "Background"}))
    finish(qtbot, controller)
    assert controller.state.failure == Failure("layer-gone", {"name": "Background"})
    assert host.targets[0].state == "discarded"
    assert controller.state.history == ()
    assert fix_for(controller.state.failure, controller.state) is Fix.TRY_AGAIN
    controller.fix(Fix.TRY_AGAIN)
    finish(qtbot, controller)
    assert host.targets[1].state == "finished"
    assert len(controller.state.history) == 1


def test_a_finished_result_that_is_removed_is_forgotten(qtbot, controller, host):
    controller.start()
    finish(qtbot, controller)
    path = controller.kept.run.job.result_path
    host.targets[0].lost(None)
    assert controller.state.phase is Phase.READY
    assert controller.state.result is None
    assert controller.blended(0.5) is None
    from pathlib import Path

    assert path and not Path(path).exists()
    assert len(controller.state.history) == 1  # it was done, and can be done again


def test_a_finished_result_that_turns_out_removed_while_its_strength_changes_is_forgotten(qtbot, controller, host):
    controller.start()
    finish(qtbot, controller)
    host.remove_result()
    controller.state.set_strength(0.5)
    qtbot.waitUntil(lambda: controller.state.result is None, timeout=PATIENCE_MS)
    assert controller.state.failure is None
    assert not controller.state.blending


def test_an_older_result_that_is_removed_during_a_run_does_not_end_it(qtbot, controller, host):
    controller.start()
    finish(qtbot, controller)
    controller.start()
    host.targets[0].lost(None)
    assert not controller.state.cancelling
    finish(qtbot, controller)
    assert controller.state.phase is Phase.DONE
    assert host.targets[1].state == "finished"


# --- cancel ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keep", "state"), [(True, "finished"), (False, "discarded")])
def test_cancel_does_what_the_artist_set(qtbot, controller, host, keep, state):
    controller.state.choose_cancel(keep=keep)
    running_with_a_tile(qtbot, controller, host)
    controller.cancel()
    finish(qtbot, controller)
    assert host.targets[0].state == state


def test_cancel_keeps_the_finished_tiles_unless_the_artist_set_it(controller):
    assert controller.state.keep_on_cancel


def test_cancelling_nothing_is_no_problem(controller):
    controller.cancel()
    assert controller.state.phase is Phase.READY


# --- again -----------------------------------------------------------------------------------------------------------


def test_again_means_the_last_settings_and_not_what_the_panel_shows(qtbot, controller, host):
    controller.state.choose_scale(1.0)
    controller.state.choose_place(Place.REPLACE)
    controller.start()
    finish(qtbot, controller)
    controller.state.choose_model("waifu2x-photo-x2")
    controller.state.choose_scale(2.0)
    assert controller.enhance_again() == ""
    finish(qtbot, controller)
    assert controller.state.last.request.model == MODEL
    assert host.targets[1].place is Place.REPLACE
    assert (host.targets[1].format.width, host.targets[1].format.height) == (96, 64)


def test_again_takes_the_selection_of_now(qtbot, controller, host):
    controller.start()
    finish(qtbot, controller)
    host.select(Rect(10, 10, 20, 20))
    controller.enhance_again()
    finish(qtbot, controller)
    assert host.targets[1].region == Rect(10, 10, 20, 20)


def test_again_without_a_last_time_does_what_is_chosen(qtbot, controller, host):
    assert controller.enhance_again() == ""
    finish(qtbot, controller)
    assert controller.state.history[0].order.request.model == MODEL


def test_again_while_something_runs_waits_for_its_turn(qtbot, controller, host):
    controller.start()
    assert controller.enhance_again() == ""
    assert len(controller.state.queue) == 1
    qtbot.waitUntil(lambda: len(controller.state.history) == 2, timeout=PATIENCE_MS)
    finish(qtbot, controller)
    assert bytes(host.targets[0].pixels) == bytes(host.targets[1].pixels)


def test_again_says_why_it_cannot(controller, host, monkeypatch):
    use_language("en")
    host.open(None)
    assert controller.enhance_again() == "No picture is open."
    monkeypatch.setattr(host, "current_layer", lambda: facts(refusal="This layer is locked."))
    assert controller.enhance_again() == "This layer is locked."
    monkeypatch.setattr(host, "current_layer", lambda: facts(selection=Rect(5000, 5000, 10, 10)))
    controller.state.choose_region(RegionChoice.SELECTION)
    assert controller.enhance_again() == "There is nothing to enhance in the chosen region."
    assert controller.run is None


def test_an_order_for_a_layer_that_refuses_says_why(controller, host, monkeypatch):
    use_language("en")
    monkeypatch.setattr(host, "current_layer", lambda: facts(refusal="This layer is locked."))
    controller.submit(controller.state.order())
    assert message_of(controller.state.failure) == "The layer Face cannot be enhanced."
    assert hint_of(controller.state.failure) == "This layer is locked."
    assert controller.run is None


def test_the_result_says_which_model_made_it(qtbot, controller, host, monkeypatch):
    titles = []
    begin = host.begin

    def noting(place, source, region, result, lost):
        titles.append(result.title)
        return begin(place, source, region, result, lost)

    monkeypatch.setattr(host, "begin", noting)
    controller.start()
    finish(qtbot, controller)
    qtbot.waitUntil(lambda: controller.state.catalogue is not None, timeout=PATIENCE_MS)
    controller.start()
    finish(qtbot, controller)
    assert titles == [MODEL, controller.state.card(MODEL).title]  # before and after the catalogue was known


@pytest.mark.parametrize("fix", [Fix.TRY_AGAIN, Fix.NEW_LAYER])
def test_the_button_for_a_result_that_was_locked_out_does_nothing_to_another_layer(qtbot, controller, host, fix):
    controller.start()
    finish(qtbot, controller)
    host.open(noise(40, 30))
    host.targets[0].lost(Failure("layer-locked", {"name": "Background"}))
    assert controller.state.failure.code == "layer-locked"
    controller.fix(fix)
    finish(qtbot, controller)
    assert len(host.targets) == 1
    assert controller.state.failure.code == "pixels-not-had"  # whose hint is to choose the layer again
    assert controller.state.failed_elsewhere()


@pytest.mark.parametrize("method", ["paint", "finish", "discard"])
def test_a_host_that_breaks_in_the_middle_ends_the_run(qtbot, controller, host, monkeypatch, method):
    def broken(*_):
        raise RuntimeError("wrapped object has been deleted")

    begin = host.begin

    def begin_broken(*values):
        target = begin(*values)
        monkeypatch.setattr(target, method, broken)
        return target

    host.open(noise(160, 160))
    host.begin = begin_broken
    start_with_small_tiles(controller)
    if method == "discard":
        qtbot.waitUntil(lambda: bool(host.targets), timeout=PATIENCE_MS)
        controller.cancel(keep=False)
    finish(qtbot, controller)
    assert controller.run is None
    assert controller.state.phase is Phase.READY
    assert controller.state.result is None
    if method != "discard":
        assert controller.state.failure.code == "internal"
        assert "wrapped object has been deleted" in controller.state.failure.detail


@pytest.mark.parametrize("method", ["paint", "finish"])
def test_a_host_that_breaks_while_the_strength_changes_is_reported(qtbot, controller, host, monkeypatch, method):
    controller.start()
    finish(qtbot, controller)
    monkeypatch.setattr(host.targets[-1], method, _raise)
    controller.state.set_strength(0.5)
    qtbot.waitUntil(lambda: controller.state.failure is not None, timeout=PATIENCE_MS)
    assert controller.state.failure.code == "internal"
    qtbot.waitUntil(lambda: not controller.state.blending, timeout=PATIENCE_MS)


def _raise(*_: object) -> None:
    raise RuntimeError("the host broke")
