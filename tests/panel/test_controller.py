"""The controller with the real worker: a host in memory, real events, real pixels."""

from collections.abc import Callable
from dataclasses import replace

from burnish.client import Job, Layer
from burnish.hosts.contract import LayerFacts, Lost, Place, ResultPixels, Target
from burnish.hosts.memory import MemoryHost
from burnish.panel.controller import Controller
from burnish.panel.fixes import Fix, fix_for
from burnish.panel.state import AUTO, Phase, RegionChoice
from burnish.wire.geometry import Rect
from burnish.wire.messages import Done, Models
from burnish.wire.request import Request
from burnish.wire.sentences import BurnishError
from burnish.wire.shared_pixels import rows_of
from panel_catalogue import noise
from panel_runs import MODEL, PATIENCE_MS, finish, start_with_small_tiles


def bytes_of(layer: Layer) -> bytes:
    return bytes(memoryview(layer.data).cast("B"))


def directly(client, request: Request, layer: Layer) -> bytes:
    """The same request without panel, controller or host."""
    with client.submit(request, layer) as job:
        list(job.events())
        return bytes(job.result())


def test_a_run_paints_what_the_worker_computes(qtbot, controller, host, shared_client):
    controller.start()
    assert controller.state.phase is Phase.RUNNING
    finish(qtbot, controller)
    assert controller.state.failure is None
    assert controller.state.phase is Phase.DONE
    [target] = host.targets
    assert target.state == "finished"
    assert (target.format.width, target.format.height) == (192, 128)
    assert bytes(target.pixels) == directly(shared_client, Request(model=MODEL), noise(96, 64))
    assert controller.state.history[0].layer == "Background"


def test_what_arrives_while_the_host_makes_room_waits_for_the_room(qtbot, controller, host, shared_client, monkeypatch):
    """Krita lets events through while it adds a layer: here all of the job comes in meanwhile."""
    begin = MemoryHost.begin

    def slowly(self: MemoryHost, *arguments) -> Target:
        qtbot.waitUntil(lambda: not controller.run.thread.running, timeout=PATIENCE_MS)
        return begin(self, *arguments)

    monkeypatch.setattr(MemoryHost, "begin", slowly)
    controller.start()
    finish(qtbot, controller)
    assert controller.state.failure is None
    [target] = host.targets
    assert target.state == "finished"
    assert bytes(target.pixels) == directly(shared_client, Request(model=MODEL), noise(96, 64))


def test_only_the_selection_is_enhanced(qtbot, controller, host):
    host.select(Rect(10, 20, 40, 30))
    controller.start()
    finish(qtbot, controller)
    [target] = host.targets
    assert target.region == Rect(10, 20, 40, 30)
    assert (target.format.width, target.format.height) == (80, 60)
    assert controller.state.result.order.request.region == Rect(10, 20, 40, 30)


def test_the_result_goes_where_the_artist_said(qtbot, controller, host):
    controller.state.choose_scale(1.0)
    controller.state.choose_place(Place.REPLACE)
    controller.start()
    finish(qtbot, controller)
    assert host.targets[0].place is Place.REPLACE
    assert (host.targets[0].format.width, host.targets[0].format.height) == (96, 64)


def test_cancel_and_keep_leaves_the_finished_tiles(qtbot, controller, host, shared_client):
    layer = noise(160, 160)
    host.open(layer)
    start_with_small_tiles(controller)
    qtbot.waitUntil(lambda: bool(host.targets) and bool(host.targets[0].painted), timeout=PATIENCE_MS)
    controller.cancel(keep=True)
    assert controller.state.cancelling
    finish(qtbot, controller)
    [target] = host.targets
    assert target.state == "finished"
    assert controller.state.result.done is None
    whole = directly(shared_client, replace(controller.state.last.request), layer)
    first = target.painted[0]
    assert rows_of(memoryview(target.pixels), target.format, first) == rows_of(memoryview(whole), target.format, first)


def test_cancel_and_discard_leaves_nothing(qtbot, controller, host):
    host.open(noise(160, 160))
    start_with_small_tiles(controller)
    qtbot.waitUntil(lambda: bool(host.targets) and bool(host.targets[0].painted), timeout=PATIENCE_MS)
    controller.cancel(keep=False)
    finish(qtbot, controller)
    assert host.targets[0].state == "discarded"
    assert controller.state.phase is Phase.READY
    assert controller.state.result is None
    assert controller.state.history == ()


def test_strength_blends_without_another_run(qtbot, controller, host, shared_client):
    controller.start()
    finish(qtbot, controller)
    full = bytes(host.targets[0].pixels)
    controller.state.set_strength(0.4)
    wanted = directly(shared_client, Request(model=MODEL, strength=0.4), noise(96, 64))
    assert _difference(wanted, full) > 20
    # the result was rounded to 8 bits once already, so it may be one value off
    qtbot.waitUntil(lambda: _difference(wanted, host.targets[0].pixels) <= 1, timeout=PATIENCE_MS)
    assert len(host.targets) == 1
    controller.state.set_strength(1.0)
    qtbot.waitUntil(lambda: bytes(host.targets[0].pixels) == full, timeout=PATIENCE_MS)


def test_a_strength_set_right_before_the_next_run_is_not_lost(qtbot, controller, host, shared_client):
    controller.start()
    finish(qtbot, controller)
    controller.state.set_strength(0.4)
    host.open(noise(40, 30, seed=8))
    controller.start()
    finish(qtbot, controller)
    wanted = directly(shared_client, Request(model=MODEL, strength=0.4), noise(96, 64))
    qtbot.waitUntil(lambda: _difference(wanted, host.targets[0].pixels) <= 1, timeout=20_000)
    assert bytes(host.targets[1].pixels) == directly(shared_client, Request(model=MODEL), noise(40, 30, seed=8))


def test_a_strength_set_at_the_moment_a_blend_ends_is_not_lost(qtbot, controller, host, monkeypatch):
    controller.start()
    finish(qtbot, controller)
    full = bytes(host.targets[0].pixels)
    end_of_blend, ended = controller.kept._on_event, []

    def moved_just_before(event):
        if isinstance(event, Done) and not ended:
            ended.append(event)
            controller.state.set_strength(1.0)
        end_of_blend(event)

    monkeypatch.setattr(controller.kept, "_on_event", moved_just_before)
    controller.state.set_strength(0.4)
    qtbot.waitUntil(lambda: bool(ended), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bytes(host.targets[0].pixels) == full, timeout=20_000)


def test_strength_leaves_alone_what_a_cancelled_run_did_not_reach(qtbot, controller, host, shared_client):
    layer = noise(160, 160)
    host.open(layer)
    start_with_small_tiles(controller)
    qtbot.waitUntil(lambda: bool(host.targets) and bool(host.targets[0].painted), timeout=PATIENCE_MS)
    controller.cancel(keep=True)
    finish(qtbot, controller)
    assert controller.state.result.done is None
    [target] = host.targets
    kept, target.painted = set(target.painted), []
    target.pixels[:] = bytes([7]) * len(target.pixels)  # what lies there belongs to the artist
    controller.state.set_strength(0.4)
    qtbot.waitUntil(lambda: bool(target.painted) and not controller.state.blending, timeout=PATIENCE_MS)
    assert set(target.painted) == kept
    wanted = directly(shared_client, replace(controller.state.last.request, strength=0.4), layer)
    for rect in kept:
        parts = (rows_of(memoryview(pixels), target.format, rect) for pixels in (wanted, target.pixels))
        assert _difference(*parts) <= 1


def _difference(one: bytes, other: bytes) -> int:
    """The largest difference between two values at the same place."""
    assert len(one) == len(other)
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def test_a_model_that_does_not_exist_is_one_click_from_working(qtbot, controller, host):
    controller.ask_catalogue()
    qtbot.waitUntil(lambda: controller.state.catalogue is not None, timeout=PATIENCE_MS)
    controller.state.choose_model("no-such-model")
    controller.start()
    finish(qtbot, controller)
    failure = controller.state.failure
    assert failure.code == "unknown-model"
    assert host.targets == []
    fix = fix_for(failure, controller.state)
    assert fix is Fix.DEFAULT_MODEL
    controller.fix(fix)
    assert controller.state.failure is None
    assert controller.state.phase is Phase.RUNNING
    assert controller.state.last.request.model == AUTO
    controller.cancel(keep=False)
    finish(qtbot, controller)


def test_a_region_outside_the_picture_is_one_click_from_working(qtbot, controller, host):
    order = controller.state.order()
    controller.submit(replace(order, request=replace(order.request, region=Rect(500, 500, 10, 10))))
    finish(qtbot, controller)
    assert controller.state.failure.code == "region-outside"
    controller.state.choose_region(RegionChoice.VISIBLE)
    fix = fix_for(controller.state.failure, controller.state)
    assert fix is Fix.WHOLE_LAYER
    controller.fix(fix)
    finish(qtbot, controller)
    assert controller.state.failure is None


def test_again_does_the_same_to_the_layer_that_is_current_now(qtbot, controller, host):
    controller.start()
    finish(qtbot, controller)
    host.open(noise(40, 30, seed=8))
    controller.repeat(controller.state.history[0])
    finish(qtbot, controller)
    assert (host.targets[1].format.width, host.targets[1].format.height) == (80, 60)
    host.select(Rect(5, 5, 10, 10))
    controller.repeat(controller.state.history[0])
    finish(qtbot, controller)
    assert host.targets[2].region == Rect(5, 5, 10, 10)


def test_without_a_document_the_panel_says_so(qtbot, controller, host):
    host.open(None)
    assert not controller.state.can_start()
    controller.submit(controller.state.order())
    assert controller.state.failure.code == "no-layer"


def test_a_layer_that_goes_away_meanwhile_is_reported(qtbot, shared_client, qapp):
    host = _ForgetfulHost(noise(32, 32))
    controller = Controller(host, shared_client)
    controller.state.choose_model(MODEL)
    controller.start()
    finish(qtbot, controller)
    assert controller.state.failure.code == "layer-gone"
    assert controller.run is None
    controller.close()


class _ForgetfulHost(MemoryHost):
    """The artist deletes the layer while the worker starts."""

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        raise BurnishError("layer-gone", name=source.name)


def test_a_host_that_breaks_while_it_makes_room_is_reported(qtbot, shared_client, qapp):
    host = _BrokenHost(noise(32, 32))
    controller = Controller(host, shared_client)
    controller.state.choose_model(MODEL)
    controller.start()
    finish(qtbot, controller)
    assert controller.state.failure.code == "internal"
    assert "no active window" in controller.state.failure.message
    controller.close()


class _BrokenHost(MemoryHost):
    """The host's own interface raises what nobody foresaw."""

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        raise AttributeError("no active window")


def test_a_run_that_is_given_up_while_the_host_makes_room_leaves_nothing(qtbot, shared_client, qapp):
    host = _BusyHost(noise(32, 32))
    controller = Controller(host, shared_client)
    host.meanwhile = controller.stop_everything
    controller.state.choose_model(MODEL)
    controller.start()
    qtbot.waitUntil(lambda: bool(host.targets), timeout=PATIENCE_MS)
    assert [target.state for target in host.targets] == ["discarded"]
    assert controller.run is None
    controller.close()


class _BusyHost(MemoryHost):
    """Other events get through while the host adds a layer, as in Krita 5.3 and 6."""

    meanwhile: Callable[[], None]

    def begin(self, place: Place, source: LayerFacts, region: Rect, result: ResultPixels, lost: Lost) -> Target:
        target = super().begin(place, source, region, result, lost)
        self.meanwhile()
        return target


def test_a_selection_made_a_moment_ago_counts(qtbot, controller, host):
    host._selection = Rect(8, 8, 16, 16)  # and nobody has been told yet
    controller.start()
    assert controller.run.submission.region == Rect(8, 8, 16, 16)
    finish(qtbot, controller)


def test_nothing_is_left_behind_by_a_panel_that_closes_in_the_middle(qtbot, controller, host, shared_client):
    host.open(noise(160, 160))
    start_with_small_tiles(controller)
    qtbot.waitUntil(lambda: bool(host.targets), timeout=PATIENCE_MS)
    path = controller.run.job.result_path
    assert path
    controller.close()
    assert host.targets[0].state == "discarded"
    qtbot.waitUntil(lambda: shared_client.describe().jobs == 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not _exists(path), timeout=PATIENCE_MS)


def _exists(path: str) -> bool:
    from pathlib import Path

    return Path(path).exists()


def test_a_worker_that_takes_its_time_does_not_stop_the_event_loop(qtbot, qapp, host):
    client = _SlowClient()
    controller = Controller(host, client)
    beats = []
    controller.ask_catalogue()
    for _ in range(3):
        qtbot.wait(1)
        beats.append(controller.state.catalogue)
    assert beats == [None, None, None]  # the loop went round while the client was still waiting
    client.answer.set()
    qtbot.waitUntil(lambda: controller.state.catalogue is not None, timeout=PATIENCE_MS)
    controller.close()


class _SlowClient:
    """Answers when told to. A real worker cannot be made to hesitate at will."""

    def __init__(self):
        import threading

        self.answer = threading.Event()

    def models(self) -> Models:
        self.answer.wait(60)
        return Models((), "best", "fast")

    def submit(self, request: Request, layer: Layer) -> Job:
        raise NotImplementedError

    def blend(self, request: Request, layer: Layer, earlier: Job) -> Job:
        raise NotImplementedError
