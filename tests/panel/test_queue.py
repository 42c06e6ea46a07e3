"""Jobs that wait: each for the layer it was made for, as that layer was then."""

import gc
import threading
import weakref
from dataclasses import replace

import pytest

from burnish.client import Layer
from burnish.hosts.contract import LayerFacts, Lost, Place, ResultPixels, Target
from burnish.hosts.memory import MemoryHost
from burnish.panel.controller import Controller
from burnish.panel.fixes import Fix, fix_for
from burnish.panel.state import AUTO, Phase
from burnish.wire.geometry import Rect
from burnish.wire.request import Outside, Request
from burnish.wire.sentences import BurnishError
from panel_catalogue import noise
from panel_runs import MODEL, PATIENCE_MS, finish, start_with_small_tiles


def all_done(qtbot, controller, results):
    qtbot.waitUntil(lambda: len(controller.state.history) == results, timeout=PATIENCE_MS)
    finish(qtbot, controller)


def enhanced(client, layer, **request) -> bytes:
    """The same request without panel, controller or host."""
    with client.submit(Request(model=MODEL, **request), layer) as job:
        list(job.events())
        return bytes(job.result())


def go_to(host, name, layer):
    host.layer_name = name
    host.open(layer)


def test_a_queued_job_belongs_to_the_layer_it_was_made_for(qtbot, controller, host, shared_client):
    one, two, three = noise(160, 160), noise(48, 40, seed=2), noise(32, 32, seed=3)
    go_to(host, "One", one)
    start_with_small_tiles(controller)
    assert controller.state.can_queue() and not controller.state.can_start()
    go_to(host, "Two", two)
    controller.add_to_queue()
    go_to(host, "Three", three)  # the artist goes on, and paints on another layer
    assert [entry.layer for entry in controller.state.queue] == ["Two"]
    assert controller.state.queue[0].order.request.model == MODEL
    all_done(qtbot, controller, 2)
    assert [entry.layer for entry in controller.state.history] == ["Two", "One"]
    assert bytes(host.targets[1].pixels) == enhanced(shared_client, two)
    assert controller.state.queue == ()


def test_the_selection_waits_together_with_the_pixels(qtbot, controller, host, shared_client):
    layer = noise(64, 64, 4)
    start_with_small_tiles(controller)
    go_to(host, "Two", layer)
    mask = bytes((x * 8) % 256 for _y in range(20) for x in range(20))
    host.select(Rect(10, 10, 20, 20), mask)
    controller.state.choose_scale(1.0)
    controller.state.choose_place(Place.NEW_LAYER)
    controller.add_to_queue()
    host.select(None)
    all_done(qtbot, controller, 2)
    with_mask = replace(layer, mask=mask)
    region, outside = Rect(10, 10, 20, 20), Outside.TRANSPARENT
    assert host.targets[1].region == region
    wanted = enhanced(shared_client, with_mask, scale=1.0, region=region, outside=outside)
    assert bytes(host.targets[1].pixels) == wanted


def test_several_wait_in_order_and_one_can_be_taken_out(qtbot, controller, host):
    go_to(host, "One", noise(160, 160))
    start_with_small_tiles(controller)
    for number, name in enumerate(("Two", "Three", "Four")):
        go_to(host, name, noise(24, 24, seed=number))
        controller.add_to_queue()
    controller.queue.remove(controller.state.queue[1].key)
    assert [entry.layer for entry in controller.state.queue] == ["Two", "Four"]
    controller.queue.remove(999)
    all_done(qtbot, controller, 3)
    assert [entry.layer for entry in controller.state.history] == ["Four", "Two", "One"]


def test_cancelling_one_starts_the_next(qtbot, controller, host):
    go_to(host, "One", noise(160, 160))
    start_with_small_tiles(controller)
    qtbot.waitUntil(lambda: bool(host.targets) and bool(host.targets[0].painted), timeout=PATIENCE_MS)
    go_to(host, "Two", noise(24, 24))
    controller.add_to_queue()
    controller.cancel(keep=False)
    all_done(qtbot, controller, 1)
    assert host.targets[0].state == "discarded"
    assert controller.state.history[0].layer == "Two"


def test_nothing_is_queued_without_a_run_or_without_a_layer(qtbot, controller, host):
    assert not controller.state.can_queue()
    controller.add_to_queue()
    assert controller.run is None
    start_with_small_tiles(controller)
    host.open(None)
    assert not controller.state.can_queue()
    controller.submit(controller.state.order())  # as a shortcut might
    assert controller.state.failure.code == "no-layer"
    assert controller.state.phase is Phase.RUNNING  # which is no reason to stop
    controller.dismiss()
    all_done(qtbot, controller, 1)


# --- a failure in front of others ------------------------------------------------------------------------------------


def fails_with_others_behind(qtbot, controller, host, model="no-such-model"):
    """One runs, one will fail, one waits behind it; the artist is on the last one's layer."""
    controller.ask_catalogue()
    qtbot.waitUntil(lambda: controller.state.catalogue is not None, timeout=PATIENCE_MS)
    controller.state.choose_model(model)
    go_to(host, "Fails", noise(40, 30))
    controller.start()
    controller.state.choose_model(MODEL)
    go_to(host, "Waits", noise(24, 24, seed=5))
    controller.add_to_queue()
    qtbot.waitUntil(lambda: controller.state.failure is not None, timeout=PATIENCE_MS)


def test_a_failure_holds_the_queue_and_dismissing_it_goes_on(qtbot, controller, host):
    fails_with_others_behind(qtbot, controller, host)
    assert controller.state.failure.code == "unknown-model"
    assert controller.state.paused
    assert controller.run is None
    assert [entry.layer for entry in controller.state.queue] == ["Waits"]
    controller.dismiss()
    assert not controller.state.paused
    all_done(qtbot, controller, 1)
    assert controller.state.history[0].layer == "Waits"


def test_the_fix_is_for_the_layer_that_failed_and_then_the_queue_goes_on(qtbot, controller, host):
    fails_with_others_behind(qtbot, controller, host)
    assert controller.state.failed_elsewhere()
    fix = fix_for(controller.state.failure, controller.state)
    assert fix is Fix.DEFAULT_MODEL
    controller.fix(fix)
    assert controller.state.last.request.model == AUTO
    assert controller.run.submission.source.name == "Fails"
    controller.cancel(keep=False)  # the default model takes its time
    all_done(qtbot, controller, 1)
    assert controller.state.history[0].layer == "Waits"


def test_enhancing_something_else_goes_before_a_held_queue(qtbot, controller, host):
    fails_with_others_behind(qtbot, controller, host)
    go_to(host, "Urgent", noise(20, 20))
    controller.start()
    assert controller.state.failure is None
    all_done(qtbot, controller, 2)
    assert [entry.layer for entry in controller.state.history] == ["Waits", "Urgent"]


def test_trying_again_takes_the_pixels_of_then(qtbot, qapp, shared_client):
    host = _ForgetfulHost(noise(32, 32))
    controller = Controller(host, shared_client)
    controller.state.choose_model(MODEL)
    controller.start()
    host.open(noise(20, 20, seed=9))
    finish(qtbot, controller)
    assert controller.state.failure.code == "layer-gone"
    assert fix_for(controller.state.failure, controller.state) is Fix.TRY_AGAIN
    host.forgets = False
    controller.fix(Fix.TRY_AGAIN)
    finish(qtbot, controller)
    assert bytes(host.targets[0].pixels) == enhanced(shared_client, noise(32, 32))
    controller.close()


class _ForgetfulHost(MemoryHost):
    """Cannot find a layer again, until it can."""

    forgets = True

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        if self.forgets:
            raise BurnishError("layer-gone", name=source.name)
        return super().begin(place, source, region, result, lost)


# --- a host that hands over its pixels later -------------------------------------------------------------------------


class _SlowHost(MemoryHost):
    """Hands over its pixels when the job asks for them, as GIMP's does; `gate` holds them back."""

    def __init__(self, layer: Layer) -> None:
        super().__init__(layer)
        self.gate = threading.Event()
        self.fetched: list[str] = []
        self.gone = False

    def read(self, region: Rect | None = None) -> Layer:
        layer, name = super().read(region), self.layer_name
        layer_given: list[str] = []

        def data() -> bytes:
            self.gate.wait(60)
            if self.gone:
                raise BurnishError("layer-gone", name=name)
            assert not layer_given, "asked twice"
            layer_given.append(name)
            self.fetched.append(name)
            return layer.data

        return Layer(layer.format, data)


@pytest.fixture
def slow(qapp, shared_client):
    host = _SlowHost(noise(160, 160))
    controller = Controller(host, shared_client)
    controller.state.choose_model(MODEL)
    yield host, controller
    host.gate.set()
    controller.close()


def test_a_queued_layer_is_fetched_at_once_and_only_once(qtbot, slow, shared_client):
    host, controller = slow
    controller.start()
    go_to(host, "Two", noise(24, 24, seed=2))
    controller.add_to_queue()
    host.gate.set()
    qtbot.waitUntil(lambda: "Two" in host.fetched, timeout=PATIENCE_MS)
    all_done(qtbot, controller, 2)
    assert sorted(host.fetched) == ["Background", "Two"]
    assert bytes(host.targets[1].pixels) == enhanced(shared_client, noise(24, 24, seed=2))


def test_a_queued_layer_that_cannot_be_fetched_is_told_and_the_others_go_on(qtbot, slow):
    host, controller = slow
    host.gate.set()
    start_with_small_tiles(controller)
    qtbot.waitUntil(lambda: bool(host.targets), timeout=PATIENCE_MS)
    host.gone = True
    go_to(host, "Two", noise(24, 24, seed=2))
    controller.add_to_queue()
    qtbot.waitUntil(lambda: controller.state.failure is not None, timeout=PATIENCE_MS)
    assert controller.state.failure.code == "layer-gone"
    assert controller.state.queue == ()
    all_done(qtbot, controller, 1)


def test_an_attempt_and_the_next_ask_for_the_pixels_once(qtbot, slow, shared_client):
    host, controller = slow
    host.gate.set()
    begin, refusals = host.begin, [BurnishError("layer-gone", name="Background")]

    def refusing_once(*values):
        if refusals:
            raise refusals.pop()
        return begin(*values)

    host.begin = refusing_once
    controller.start()
    qtbot.waitUntil(lambda: controller.state.failure is not None, timeout=PATIENCE_MS)
    controller.fix(Fix.TRY_AGAIN)
    all_done(qtbot, controller, 1)
    assert host.fetched == ["Background"]
    assert bytes(host.targets[0].pixels) == enhanced(shared_client, noise(160, 160))


def test_a_layer_that_was_changed_in_the_meantime_is_read_anew(qtbot, controller, host, shared_client):
    read, stale = host.read, [True]

    def changed() -> bytes:
        raise BurnishError("layer-changed", name="Background")

    def first_too_late(region=None):
        layer = read(region)
        return replace(layer, data=changed) if stale and stale.pop() else layer

    host.read = first_too_late
    controller.start()
    qtbot.waitUntil(lambda: controller.state.failure is not None, timeout=PATIENCE_MS)
    assert controller.state.failure.code == "layer-changed"
    controller.fix(fix_for(controller.state.failure, controller.state))
    all_done(qtbot, controller, 1)
    assert controller.state.failure is None
    assert bytes(host.targets[0].pixels) == enhanced(shared_client, noise(96, 64))


def test_the_strength_needs_the_pixels_not_a_second_time(qtbot, slow):
    host, controller = slow
    host.gate.set()
    controller.start()
    all_done(qtbot, controller, 1)
    painted = len(host.targets[0].painted)
    controller.state.set_strength(0.5)
    qtbot.waitUntil(lambda: len(host.targets[0].painted) > painted, timeout=PATIENCE_MS)
    assert host.fetched == ["Background"]
    assert controller.state.failure is None


def test_both_pictures_of_a_preview_come_of_one_reading(qtbot, slow):
    host, controller = slow
    host.gate.set()
    controller.preview.show()
    qtbot.waitUntil(lambda: not controller.preview.busy, timeout=PATIENCE_MS)
    assert controller.preview.failure is None
    assert controller.preview.after is not None
    assert host.fetched == ["Background"]


class _Watched(bytearray):
    """Pixels of which can be told whether anybody still holds them."""


def test_nobody_holds_the_pixels_of_what_is_done(qtbot, controller, host):
    held = []
    read = host.read

    def watched(region=None):
        layer = read(region)
        data = _Watched(layer.data)
        held.append(weakref.ref(data))
        return replace(layer, data=data)

    host.read = watched
    start_with_small_tiles(controller)
    controller.add_to_queue()
    all_done(qtbot, controller, 2)
    gc.collect()
    assert len(held) == 2
    assert [data() for data in held] == [None, None]
    painted = len(host.targets[1].painted)
    controller.state.set_strength(0.5)  # for which the job has its own
    qtbot.waitUntil(lambda: len(host.targets[1].painted) > painted, timeout=PATIENCE_MS)
    assert controller.state.failure is None
