"""What the artist does to the picture or to the result stays as it was done."""

from inside import run_loop, wait_until
from krita import Krita
from scenarios import desk

from burnish.hosts.contract import Place
from burnish.panel.orders import Phase
from burnish.wire.geometry import Rect

WHOLE = Rect(0, 0, 320, 200)
HALF = Rect(0, 0, 160, 100)
SMALL = Rect(40, 30, 60, 50)


def _result(document):
    """The layer that holds the result."""
    front = Krita.instance().activeDocument()
    return desk.layers(front if not front == document else document)[-1]  # noqa: SIM201 - libkis has == alone


def _given_up_at(strength, node, before, area=WHOLE):
    """The strength is moved: the panel lets go of the result, and not a pixel changes."""
    desk.state().set_strength(strength)
    wait_until(lambda: desk.state().result is None, "the panel without the result")
    run_loop(0.3)
    assert desk.pixels_of(node, area) == before
    assert desk.state().failure is None
    assert desk.controller().kept.run is None


def scenario_touched():
    """the artist paints on the finished result: strength gives it up instead of painting over the strokes"""
    for place in (Place.NEW_LAYER, Place.REPLACE, Place.NEW_IMAGE):
        document = desk.opened(HALF.width, HALF.height)
        desk.enhanced(place=place)
        node = _result(document)
        desk.fill(node, desk.photograph(SMALL.width, SMALL.height), SMALL.x, SMALL.y)
        _given_up_at(0.4, node, desk.pixels_of(node, HALF), HALF)
        assert desk.pixels_of(node, SMALL) == bytes(desk.photograph(SMALL.width, SMALL.height).data)


def scenario_touched_between_strengths():
    """the artist paints on the result after its strength was changed once: the next change gives it up"""
    document = desk.opened()
    desk.enhanced()
    node = _result(document)
    full = desk.pixels_of(node, WHOLE)
    desk.state().set_strength(0.5)
    wait_until(lambda: desk.pixels_of(node, WHOLE) != full and not desk.state().blending, "another strength")
    run_loop(0.1)
    desk.fill(node, desk.photograph(SMALL.width, SMALL.height), SMALL.x, SMALL.y)
    _given_up_at(0.2, node, desk.pixels_of(node, WHOLE))


def scenario_touched_scaled_image():
    """the artist paints on the result in the scaled image: strength gives it up"""
    document = desk.opened(160, 100)
    desk.enhanced(scale=2.0, place=Place.SCALED_IMAGE)
    wait_until(lambda: document.width() == 320 and len(desk.layers(document)) == 2, "the scaled image")
    run_loop(0.3)
    node = desk.layers(document)[1]
    full = desk.pixels_of(node, WHOLE)
    desk.state().set_strength(0.5)
    wait_until(lambda: desk.pixels_of(node, WHOLE) != full and not desk.state().blending, "another strength")
    run_loop(0.1)
    desk.fill(node, desk.photograph(SMALL.width, SMALL.height), SMALL.x, SMALL.y)
    _given_up_at(0.2, node, desk.pixels_of(node, WHOLE))


def scenario_moved():
    """the artist moves or crops the finished result: strength gives it up"""
    document = desk.opened()
    desk.enhanced()
    node = _result(document)
    node.move(30, 20)
    desk.shown(document)
    _given_up_at(0.4, node, desk.pixels_of(node, WHOLE))
    desk.close(document)
    document = desk.opened()
    desk.enhanced(place=Place.REPLACE)
    document.crop(20, 10, 200, 120)
    wait_until(lambda: document.width() == 200, "the cropped picture")
    desk.shown(document)
    (node,) = desk.layers(document)
    _given_up_at(0.4, node, desk.pixels_of(node, WHOLE))


def scenario_moved_back_by_redo():
    """a result that was undone and redone is the same: its strength can be changed"""
    document = desk.opened()
    desk.enhanced()
    before = desk.pixels_of(desk.layers(document)[0], WHOLE)
    desk.undo(document)
    wait_until(lambda: desk.state().result is None, "the panel without the undone result")
    desk.redo(document)
    wait_until(lambda: desk.state().result is not None, "the panel with the result again")
    desk.state().set_strength(0.0)
    wait_until(lambda: desk.pixels_of(desk.layers(document)[1], WHOLE) == before, "the original at strength 0")


def scenario_cropped_mid_run():
    """the picture is cropped or converted in the middle of the job: it ends with a sentence, and nothing is left"""
    changes = (
        lambda document: document.crop(20, 10, 200, 120),
        lambda document: document.setColorSpace("RGBA", "U16", "sRGB-elle-V2-srgbtrc.icc"),
        lambda document: desk.layers(document)[1].move(30, 20),
    )
    for change in changes:
        for place, scale in ((Place.NEW_LAYER, 1.0), (Place.REPLACE, 1.0), (Place.SCALED_IMAGE, 2.0)):
            document = desk.opened()
            desk.begin(tile="96", place=place, scale=scale)
            desk.under_way()
            change(document)
            wait_until(lambda: desk.state().phase is not Phase.RUNNING, "the end of the run")
            failure = desk.state().failure
            assert failure is not None and failure.code == "layer-changed", (place, failure, desk.state().result)
            wait_until(lambda document=document: desk.names(document) == ["Portrait"], "the picture alone")
            desk.shown(document)
            (node,) = desk.layers(document)
            assert set(desk.pixels_of(node, Rect(0, 0, 50, 50))[3::4]) != {0}
            desk.controller().dismiss()
            desk.close(document)


def scenario_cropped_new_image():
    """the new document is cropped in the middle of the job: it ends with a sentence"""
    document = desk.opened()
    desk.begin(tile="96", place=Place.NEW_IMAGE)
    desk.under_way()
    new = Krita.instance().activeDocument()
    assert not new == document  # noqa: SIM201
    new.crop(20, 10, 200, 120)
    wait_until(lambda: desk.state().phase is not Phase.RUNNING, "the end of the run")
    assert desk.state().failure is not None and desk.state().failure.code == "layer-changed"
    assert Krita.instance().documents() == [document]


def scenario_touched_source():
    """the artist paints on the source that is to be replaced: the strokes stay, and the result is a layer above"""
    document = desk.opened()
    node = desk.layers(document)[0]
    desk.begin(tile="96", place=Place.REPLACE)
    desk.under_way()
    assert Krita.instance().filter("invert").startFilter(node, 0, 0, 100, 100)
    document.waitForDone()
    inverted = desk.pixels_of(node, WHOLE)
    desk.ended()
    below, above = desk.layers(document)
    assert desk.pixels_of(below, WHOLE) == inverted
    assert set(desk.pixels_of(above, WHOLE)[3::4]) == {255}
    desk.undo(document)
    assert desk.pixels_of(below, WHOLE) == bytes(desk.photograph(320, 200).data)


def scenario_touched_source_while_it_waits():
    """the artist paints on a source whose job waits for its turn: the strokes stay, and the result is a layer above"""
    desk.opened()
    desk.begin(tile="96")
    desk.under_way(1)
    document = desk.opened(HALF.width, HALF.height)
    (node,) = desk.layers(document)
    desk.begin(place=Place.REPLACE)
    assert len(desk.state().queue) == 1
    desk.fill(node, desk.photograph(SMALL.width, SMALL.height), SMALL.x, SMALL.y)
    painted = desk.pixels_of(node, HALF)
    wait_until(lambda: not desk.state().queue, "the turn of the second job")
    desk.ended()
    below, _above = desk.layers(document)
    assert desk.pixels_of(below, HALF) == painted
