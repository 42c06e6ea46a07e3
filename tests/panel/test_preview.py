"""A small part before and after, before the run: the worker's own pixels, when asked for, and never in a run's way."""

from dataclasses import replace

import pytest

from burnish.hosts.contract import LayerFacts
from burnish.hosts.memory import MemoryHost
from burnish.panel.controller import Controller
from burnish.panel.preview import screen_image
from burnish.panel.state import Phase
from burnish.qt import QtGui
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.request import Output, Request
from burnish.wire.sentences import BurnishError
from panel_catalogue import catalogue, noise
from panel_runs import MODEL, PATIENCE_MS, finish, start_with_small_tiles


class NoClient:
    """These tests never reach a worker: asking it would raise AttributeError."""


@pytest.fixture
def deaf(qapp, host):
    """A controller without a worker."""
    made = Controller(host, NoClient())
    yield made
    made.close()


def made(qtbot, controller):
    preview = controller.preview
    qtbot.waitUntil(lambda: not preview.busy and not preview._soon.isActive(), timeout=PATIENCE_MS)
    return preview


def picture_of(client, layer, region, strength=1.0, scale=2.0, model=MODEL) -> QtGui.QImage:
    """The same without panel, controller or host."""
    request = Request(model, scale, strength, region=region, output=Output.SCREEN)
    with client.submit(request, layer) as job:
        list(job.events())
        return screen_image(job.result(), job.accepted.format)


def known(qtbot, controller):
    controller.ask_catalogue()
    qtbot.waitUntil(lambda: controller.state.catalogue is not None, timeout=PATIENCE_MS)


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_it_shows_what_the_worker_makes_of_the_part(qtbot, controller, host, shared_client):
    layer = noise(300, 200, 4)
    host.open(layer)
    controller.state.choose_scale(2.0)
    controller.preview.show()
    preview = made(qtbot, controller)
    assert preview.failure is None
    assert preview.crop.rect == Rect(70, 65, 160, 70)  # the middle, as large as fits at the result's own size
    assert preview.before == picture_of(shared_client, layer, preview.crop.rect, strength=0.0)
    assert _difference(preview.after, picture_of(shared_client, layer, preview.crop.rect)) <= 1
    assert preview.before != preview.after
    assert preview.after.width() == 320
    assert preview.is_current


def _difference(one: QtGui.QImage, other: QtGui.QImage) -> int:
    """The largest difference between two values; the context that is read is not the whole layer."""
    sides = []
    for image in (one, other):
        data = image.constBits()
        data.setsize(image.sizeInBytes())
        sides.append(bytes(data))
    assert len(sides[0]) == len(sides[1])
    return max(abs(a - b) for a, b in zip(*sides, strict=True))


def test_only_the_part_and_a_little_around_it_is_read(qtbot, controller, host, monkeypatch):
    host.open(noise(600, 400))
    reads = []
    read = host.read
    monkeypatch.setattr(host, "read", lambda region=None: reads.append(region) or read(region))
    controller.preview.show()
    made(qtbot, controller)
    [area] = reads
    assert area.contains(controller.preview.crop.rect)
    assert area.area < 600 * 400 / 4


def test_no_picture_is_shown_of_a_document_that_was_closed(qtbot, controller, host):
    controller.preview.show()
    assert made(qtbot, controller).after is not None
    host.open(None)
    assert controller.preview.before is None and controller.preview.after is None
    host.open(noise(300, 200))
    controller.preview.make()
    host.open(None)
    assert not controller.preview.busy


def test_a_preview_is_no_run(qtbot, controller, host):
    controller.preview.show()
    made(qtbot, controller)
    assert host.targets == []
    assert controller.state.phase is Phase.READY
    assert controller.state.history == ()
    assert controller.state.last is None


def test_at_the_same_size_everything_is_shown_twice_as_large(qtbot, controller, host):
    host.open(noise(300, 200))
    controller.state.choose_scale(1.0)
    controller.preview.show()
    preview = made(qtbot, controller)
    assert (preview.crop.zoom, preview.crop.rect.width, preview.after.width()) == (2, 160, 160)


def test_automatic_means_the_model_that_would_run_on_the_whole_layer(deaf, host):
    host.open(noise(2000, 1000))
    deaf.state.know_catalogue(catalogue(best_seconds=100, fast_seconds=1))  # 200 s for the whole
    assert deaf.preview._wanted().model == "fast"
    host.open(noise(100, 100))
    assert deaf.preview._wanted().model == "best"


def test_a_preview_that_a_run_ended_is_not_taken_for_made(qtbot, controller, host):
    host.open(noise(300, 200))
    controller.start()  # so that the speed is known
    finish(qtbot, controller)
    known(qtbot, controller)
    controller.preview.watch(seen=True)
    controller.preview.show()
    assert controller.preview.busy and controller.preview.is_current
    controller.start()
    assert not controller.preview.busy and not controller.preview.is_current
    finish(qtbot, controller)
    qtbot.waitUntil(lambda: controller.preview.after is not None, timeout=PATIENCE_MS)
    assert controller.preview.is_current


# --- which part ------------------------------------------------------------------------------------------------------


@pytest.fixture
def lookout(qapp):
    """A controller that is only asked which part it would show."""
    controller = Controller(MemoryHost(noise(1000, 600)), NoClient())
    controller.state.know_catalogue(catalogue())
    controller.state.choose_scale(2.0)
    return controller


def test_the_part_is_what_is_looked_at(lookout):
    assert lookout.preview._wanted().rect.centre == (500, 300)
    lookout.host.look_at(Rect(0, 0, 400, 200))
    assert lookout.preview._wanted().rect.centre == (200, 100)
    lookout.host.select(Rect(300, 100, 60, 40))
    assert lookout.preview._wanted().rect.centre == (330, 120)
    lookout.host.look_at(Rect(600, 300, 100, 100))  # the selection is out of sight, and still what is enhanced
    assert lookout.preview._wanted().rect.centre == (330, 120)


def test_the_part_stays_inside_the_layer(lookout):
    lookout.host.look_at(Rect(980, 590, 20, 10))
    assert lookout.preview._wanted().rect == Rect(840, 530, 160, 70)
    lookout.host.open(noise(20, 10))
    assert lookout.preview._wanted().rect == Rect(0, 0, 20, 10)


def test_dragging_goes_elsewhere_and_stays_there_until_the_artist_looks_elsewhere(qtbot, controller, host):
    host.open(noise(600, 400))
    host.look_at(Rect(0, 0, 600, 400))
    controller.state.choose_scale(2.0)
    controller.preview.show()
    made(qtbot, controller)
    assert controller.preview.crop.rect.centre == (300, 200)
    controller.preview.move(50, -20)
    made(qtbot, controller)
    assert controller.preview.crop.rect.centre == (350, 180)
    controller.preview.make()
    made(qtbot, controller)
    assert controller.preview.crop.rect.centre == (350, 180)
    host.look_at(Rect(0, 0, 200, 200))
    controller.preview.make()
    made(qtbot, controller)
    assert controller.preview.crop.rect.centre == (100, 100)
    controller.preview.move(-5000, 0)
    made(qtbot, controller)
    assert controller.preview.crop.rect.x == 0


# --- when it is made -------------------------------------------------------------------------------------------------


def test_nothing_is_made_before_the_artist_asks(qapp, host):
    controller = Controller(host, NoClient())  # whose worker cannot be asked for anything
    controller.state.know_catalogue(catalogue(best_seconds=1, fast_seconds=1))
    controller.preview.watch(seen=True)
    controller.state.choose_scale(2.0)
    assert not controller.preview.busy
    assert not controller.preview._soon.isActive()


def test_it_follows_the_model_by_itself_where_that_is_quick(qtbot, controller, host):
    known(qtbot, controller)
    controller.preview.watch(seen=True)
    controller.preview.show()
    made(qtbot, controller)
    controller.preview._seconds["waifu2x-photo-x2", 2.0] = 0.5
    controller.state.choose_model("waifu2x-photo-x2")
    assert not controller.preview.is_current
    made(qtbot, controller)
    assert controller.preview.crop.model == "waifu2x-photo-x2"
    host.open(noise(50, 50, seed=4))
    made(qtbot, controller)
    assert controller.preview.crop.rect == Rect(0, 0, 50, 50)


@pytest.mark.parametrize("seconds", [None, 2000.0])
def test_it_waits_to_be_asked_where_it_takes_long_or_nobody_knows_how_long(deaf, host, seconds):
    deaf.state.know_catalogue(catalogue(best_seconds=seconds, fast_seconds=seconds))
    deaf.preview.watch(seen=True)
    deaf.preview.is_open = True
    deaf.state.choose_scale(3.0)
    assert not deaf.preview._soon.isActive()
    assert not deaf.preview.is_current


def test_what_cannot_be_seen_is_not_made(deaf, host):
    deaf.state.know_catalogue(catalogue(best_seconds=1, fast_seconds=1))
    deaf.preview.is_open = True
    deaf.state.choose_scale(3.0)
    assert not deaf.preview._soon.isActive()
    deaf.preview.watch(seen=True)
    assert deaf.preview._soon.isActive()


def test_a_run_goes_before_it(qtbot, controller, host, shared_client):
    host.open(noise(160, 160))
    controller.preview.show()
    assert controller.preview.busy
    start_with_small_tiles(controller)
    assert not controller.preview.busy
    controller.preview.make()
    assert not controller.preview.busy
    finish(qtbot, controller)
    assert controller.state.failure is None
    assert controller.preview.possible
    controller.preview.make()
    assert made(qtbot, controller).after is not None
    qtbot.waitUntil(lambda: shared_client.describe().jobs == 0, timeout=PATIENCE_MS)


def test_a_failure_stays_in_its_place(qtbot, controller, host):
    controller.state.choose_model("no-such-model")
    controller.preview.show()
    preview = made(qtbot, controller)
    assert preview.failure.code == "unknown-model"
    assert controller.state.failure is None
    controller.state.choose_model(MODEL)
    preview.make()
    assert made(qtbot, controller).failure is None
    assert preview.after is not None


def test_a_layer_that_cannot_be_read_is_said_in_its_place(deaf, host, monkeypatch):

    def gone(region=None):
        raise BurnishError("layer-gone", name="Background")

    monkeypatch.setattr(host, "read", gone)
    deaf.preview.show()
    assert deaf.preview.failure.code == "layer-gone"
    assert not deaf.preview.busy


def test_closing_the_panel_ends_it(qtbot, controller, host, shared_client):
    host.open(noise(160, 160))
    controller.preview.show()
    controller.close()
    assert not controller.preview.busy
    qtbot.waitUntil(lambda: shared_client.describe().jobs == 0, timeout=PATIENCE_MS)


def test_a_worker_that_gives_something_else_is_found_out():
    with pytest.raises(AssertionError):
        screen_image(memoryview(bytes(300)), PixelFormat(10, 10, Depth.UINT8, 3))


def test_another_layer_under_way_makes_no_preview_of_the_wrong_one(deaf, host, monkeypatch):
    current = host.current_layer()
    assert isinstance(current, LayerFacts)
    monkeypatch.setattr(host, "current_layer", lambda: replace(current, key="another"))
    deaf.preview.show()  # the host has not told yet
    assert not deaf.preview.busy
    assert deaf.preview.failure is None


def test_a_scroll_bar_that_comes_makes_no_new_one(lookout):
    lookout.preview.resize(268, 140)
    wanted = lookout.preview._wanted()
    lookout.preview.resize(258, 140)
    assert lookout.preview._wanted() == wanted
    lookout.preview.resize(388, 140)
    assert lookout.preview._wanted().rect.width > wanted.rect.width
