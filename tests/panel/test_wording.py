"""What the artist reads: numbers and facts as sentences."""

from dataclasses import replace

import pytest

from burnish.hosts.contract import LayerFacts, Place
from burnish.language import use_language
from burnish.panel import wording
from burnish.panel.state import Order, PanelState, Phase, Result
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.messages import Done, Progress, Stage
from burnish.wire.request import Request
from burnish.wire.sentences import Note
from panel_catalogue import catalogue, facts


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "under 1 s"), (22.4, "22 s"), (89, "89 s"), (125, "2 min 5 s"), (3600, "1 h 0 min"), (9000, "2 h 30 min")],
)
def test_durations_are_as_precise_as_an_estimate_deserves(seconds, text):
    assert wording.duration(seconds) == text


def test_a_layer_says_its_size_depth_and_profile():
    layer = LayerFacts("k", "Portrait", "Face", PixelFormat(1920, 1080, Depth.UINT16, 4), profile="Display P3")
    assert wording.layer_title(layer) == "Portrait › Face"
    assert wording.layer_details(layer) == "1920×1080 · 16-bit · Display P3"


def test_a_document_that_is_one_layer_is_named_once():
    layer = LayerFacts("k", "photo.jpg", "", PixelFormat(10, 10, Depth.UINT8, 1))
    assert wording.layer_title(layer) == "photo.jpg"
    assert wording.layer_details(layer) == "10×10 · 8-bit · grey"


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress("j", Stage.RUNNING, tiles_done=14, tiles=34, seconds_left=22.0), "14 of 34 tiles · 22 s left"),
        (Progress("j", Stage.RUNNING, tiles_done=0, tiles=34), "0 of 34 tiles"),
        (Progress("j", Stage.RUNNING, tiles_done=0, tiles=1), "0 of 1 tile"),
        (Progress("j", Stage.QUEUED, position=1), "1 job is ahead of this one"),
        (Progress("j", Stage.QUEUED, position=2), "2 jobs are ahead of this one"),
        (Progress("j", Stage.LOADING), "Loading the model…"),
    ],
)
def test_progress_says_how_far_and_how_long(progress, text):
    state = PanelState(progress=progress, phase=Phase.RUNNING)
    assert wording.progress_text(state) == text


def test_every_stage_has_words():
    for stage in Stage:
        assert wording.progress_text(PanelState(progress=Progress("j", stage, tiles=2)))


def test_cancelling_says_what_it_waits_for():
    state = PanelState(progress=Progress("j", Stage.RUNNING, tiles=2), cancelling=True)
    assert wording.progress_text(state) == "Stopping after this tile…"


def test_the_button_carries_the_estimate_once_there_is_one():
    state = PanelState()
    state.know_layer(facts(), None)
    assert wording.enhance_text(state) == "&Enhance"
    state.know_catalogue(catalogue(best_seconds=76))
    assert wording.enhance_text(state) == "&Enhance · about 38 s"


def test_a_weights_file_shows_its_name():
    assert wording.model_title("/home/artist/models/portrait.pth") == "portrait.pth"
    assert wording.model_title("C:\\models\\portrait.pth") == "portrait.pth"


def test_a_worker_that_had_to_be_started_again_is_told():
    done = Done("job", 3.0, 4, 1.0, "best", "torch", "cpu", "float32", (Note("worker-restarted"),))
    order = Order(Request(), Place.NEW_LAYER, "best model")
    result = Result(order, PixelFormat(10, 10, Depth.UINT8, 3), Rect(0, 0, 5, 5), seconds=3.0, done=done)
    assert wording.result_line(result) == "Done in 3 s · the worker had stopped and was started again"
    assert wording.result_line(replace(result, done=None)) == "Stopped; the finished tiles were kept"
