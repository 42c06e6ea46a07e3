"""The artist goes on while a job runs, and so does the rest of the world."""

from inside import compare_with_cli, kill_worker, run_loop, wait_until
from krita import Krita
from scenarios import desk

from burnish.hosts.contract import Place
from burnish.panel.orders import Phase
from burnish.wire.geometry import Rect

WHOLE = Rect(0, 0, 320, 200)


def _again():
    """Whatever happened, the next job does its work."""
    document = desk.opened()
    desk.enhanced()
    assert len(desk.layers(document)) == 2


def scenario_result_deleted():
    """the result's layer is deleted in the middle of the job: the job ends"""
    document = desk.opened()
    desk.begin(tile="96")
    desk.under_way()
    desk.layers(document)[1].remove()
    desk.given_up()
    assert desk.names(document) == ["Portrait"]
    _again()


def scenario_result_undone():
    """undo in the middle of the job takes the result away: the job ends"""
    document = desk.opened()
    desk.begin(tile="96", place=Place.REPLACE)
    desk.under_way()
    desk.undo(document)
    desk.given_up()
    assert desk.names(document) == ["Portrait"]
    _again()


def scenario_source_deleted():
    """the source is deleted in the middle of the job: the result stays, also where it was to take its place"""
    document = desk.opened()
    node = desk.layers(document)[0]
    desk.added(document, "Other")
    desk.activate(document, node)
    desk.begin(tile="96", place=Place.REPLACE)
    desk.under_way()
    node.remove()
    desk.ended()
    names = desk.names(document)
    assert names == ["Portrait · Real-ESRGAN animation ×2 (fast)", "Other"]
    assert set(desk.pixels_of(desk.layers(document)[0], WHOLE)[3::4]) == {255}


def scenario_group_of_the_result_deleted():
    """the group around source and result is deleted in the middle of the job"""
    document = desk.opened()
    group = document.createGroupLayer("Group")
    document.rootNode().addChildNode(group, None)
    inner = document.createNode("Inner", "paintlayer")
    group.addChildNode(inner, None)
    desk.fill(inner, desk.photograph(320, 200))
    desk.shown(document)
    desk.activate(document, inner)
    desk.begin(tile="96")
    desk.under_way()
    assert len(group.childNodes()) == 2
    group.remove()
    desk.given_up()
    assert desk.names(document) == ["Portrait"]


def scenario_document_closed():
    """the document is closed in the middle of the job: the job ends"""
    for place, scale in ((Place.NEW_LAYER, 1.0), (Place.REPLACE, 1.0), (Place.SCALED_IMAGE, 2.0)):
        document = desk.opened()
        desk.begin(tile="96", place=place, scale=scale)
        desk.under_way()
        desk.close(document)
        desk.given_up()
        assert Krita.instance().documents() == []
    _again()


def scenario_new_document_closed():
    """the result's own document is closed in the middle of the job: the job ends"""
    document = desk.opened()
    desk.begin(tile="96", scale=2.0, place=Place.NEW_IMAGE)
    desk.under_way()
    desk.close(next(each for each in Krita.instance().documents() if not each == document))  # noqa: SIM201
    desk.given_up()
    assert Krita.instance().documents() == [document]


def scenario_document_closed_after_the_run():
    """the document of a finished result is closed: the panel lets go of it"""
    document = desk.opened()
    desk.enhanced()
    desk.close(document)
    wait_until(lambda: desk.state().result is None, "the panel without the result")
    assert desk.controller().kept.run is None


def scenario_documents_switched():
    """another document is brought to the front in the middle of the job: the result lands where it began"""
    first = desk.opened()
    source, request = desk.begin(tile="96")
    desk.under_way()
    second = desk.opened(160, 100)
    assert desk.state().layer.format.width == 160
    desk.ended()
    assert len(desk.layers(first)) == 2 and len(desk.layers(second)) == 1
    compare_with_cli(source, request, desk.layer_at(desk.layers(first)[1], source.format))


def scenario_two_documents():
    """two documents at once: the second waits for its turn, and each gets its own result"""
    first = desk.opened()
    sent = desk.begin(tile="96")
    desk.under_way(1)
    second = desk.opened(160, 100)
    sent_second = desk.begin()
    assert len(desk.state().queue) == 1
    wait_until(lambda: len(desk.layers(first)) == 2 and len(desk.layers(second)) == 2, "both results")
    desk.ended()
    for document, (source, request) in ((first, sent), (second, sent_second)):
        compare_with_cli(source, request, desk.layer_at(desk.layers(document)[1], source.format))


def scenario_worker_killed():
    """the worker is killed in the middle of the job: another one goes on, and the result is whole"""
    document = desk.opened()
    desk.enhanced(tile="96")
    whole = desk.pixels_of(desk.layers(document)[1], WHOLE)
    desk.layers(document)[1].remove()
    run_loop(0.2)
    desk.activate(document, desk.layers(document)[0])
    desk.begin(tile="96")
    desk.under_way()
    kill_worker()
    result = desk.ended()
    assert [note.code for note in result.done.notes] == ["worker-restarted"]
    assert desk.pixels_of(desk.layers(document)[1], WHOLE) == whole


def scenario_painting_goes_on():
    """the artist paints on the source meanwhile: those strokes and their undo stay the artist's"""
    document = desk.opened()
    node = desk.layers(document)[0]
    desk.begin(tile="96")
    desk.under_way()
    assert desk.is_active(document, node)
    assert Krita.instance().filter("invert").startFilter(node, 0, 0, 100, 100)
    document.waitForDone()
    inverted = desk.pixels_of(node, WHOLE)
    desk.ended()
    assert desk.pixels_of(node, WHOLE) == inverted
    desk.undo(document)
    assert desk.pixels_of(node, WHOLE) == bytes(desk.photograph(320, 200).data)
    assert len(desk.layers(document)) == 2


def scenario_actions():
    """the actions: show the panel, enhance again, cancel; all of them can be bound to keys"""
    krita = Krita.instance()
    document = desk.opened()
    for name in ("burnish_enhance_again", "burnish_open_panel", "burnish_cancel"):
        assert krita.action(name) is not None and krita.action(name).text(), name
    desk.docker().setVisible(False)
    krita.action("burnish_open_panel").trigger()
    wait_until(lambda: desk.hidden_docker().isVisible(), "the panel")
    desk.enhanced()
    assert len(desk.layers(document)) == 2
    desk.docker().setVisible(False)
    desk.hidden_docker().controller.state.drop_result()
    krita.action("burnish_enhance_again").trigger()
    wait_until(lambda: desk.hidden_docker().controller.state.result is not None, "the second result")
    assert len(desk.layers(document)) == 3
    desk.begin(tile="96")
    desk.under_way()
    krita.action("burnish_cancel").trigger()
    wait_until(lambda: desk.state().phase is not Phase.RUNNING, "the end of the run")
    assert desk.state().failure is None
    desk.close(document)
    run_loop(0.3)
    krita.action("burnish_enhance_again").trigger()
    run_loop(0.2)
    assert desk.state().phase is not Phase.RUNNING


def scenario_remembered():
    """what was chosen is remembered, for Krita on its own"""
    from burnish.panel.remembered import Remembered

    desk.opened()
    desk.choose(model="waifu2x-photo-x2", scale=1.0, place=Place.REPLACE)
    desk.state().keep_on_cancel = False
    desk.state().choices_changed()
    desk.controller().remembered.save()
    again = Remembered("krita")
    assert (again.choices.model, again.choices.scale, again.choices.place) == ("waifu2x-photo-x2", 1.0, Place.REPLACE)
    assert not again.keep_on_cancel
    assert Remembered("gimp").choices.place is None
    desk.state().keep_on_cancel = True
    desk.choose()
