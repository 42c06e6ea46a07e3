"""Where a result goes, and what becomes of it."""

from inside import compare_with_cli, run_loop, screenshot, wait_until
from krita import Krita
from scenarios import desk

from burnish.hosts.contract import Place
from burnish.wire.geometry import Rect

WHOLE = Rect(0, 0, 320, 200)


def scenario_new_layer():
    """a new layer above, named; the source untouched and still active; one undo takes it away, redo brings it back"""
    document = desk.opened()
    below = desk.layers(document)[0]
    above = desk.added(document, "Above")
    below.setOpacity(180)
    below.setAlphaLocked(True)
    below.setLocked(True)
    desk.activate(document, below)
    before = desk.pixels_of(below, WHOLE)
    desk.enhanced()
    assert desk.names(document) == ["Portrait", "Portrait · Real-ESRGAN animation ×2 (fast)", "Above"]
    layer = desk.layers(document)[1]
    after = desk.pixels_of(layer, WHOLE)
    assert after != before and desk.pixels_of(below, WHOLE) == before
    assert (below.opacity(), below.alphaLocked(), below.locked()) == (180, True, True)
    assert (layer.opacity(), layer.alphaLocked(), layer.locked()) == (180, False, False)
    assert above.name() == "Above"
    assert desk.is_active(document, below)
    desk.undo(document)
    assert desk.names(document) == ["Portrait", "Above"]
    wait_until(lambda: desk.state().result is None, "the panel without the undone result")
    desk.redo(document)
    assert desk.pixels_of(desk.layers(document)[1], WHOLE) == after
    wait_until(lambda: desk.state().result is not None, "the panel with the result again")


def scenario_live_tiles():
    """tiles are visible on the canvas while the run goes on"""
    document = desk.opened()
    before = bytes(document.pixelData(0, 0, 320, 200))
    desk.begin(tile="96")
    desk.under_way(5)
    wait_until(lambda: bytes(document.pixelData(0, 0, 320, 200)) != before, "tiles in the picture itself")
    assert desk.state().progress.tiles_done < desk.state().progress.tiles
    screenshot("krita-live-tiles")
    desk.controller().cancel(keep=False)
    desk.given_up()


def scenario_replace():
    """in the layer's place: exactly the result; one undo brings back the exact original, redo the result"""
    document = desk.opened(alpha="slope")
    node = desk.layers(document)[0]
    node.setOpacity(200)
    node.setBlendingMode("multiply")
    node.setColorLabel(2)
    before = desk.pixels_of(node, WHOLE)
    source, request, result = desk.enhanced(place=Place.REPLACE)
    (merged,) = desk.layers(document)
    after = desk.pixels_of(merged, WHOLE)
    assert (merged.name(), merged.opacity(), merged.blendingMode(), merged.colorLabel()) == (
        "Portrait",
        200,
        "multiply",
        2,
    )
    assert desk.is_active(document, merged)
    compare_with_cli(source, request, desk.layer_at(merged, result.format))
    desk.undo(document)
    assert desk.pixels_of(desk.layers(document)[0], WHOLE) == before
    visible = [each for each in desk.layers(document)[1:] if any(desk.pixels_of(each, WHOLE))]
    assert not visible, "something still covers the original"
    desk.redo(document)
    (again,) = desk.layers(document)
    assert desk.pixels_of(again, WHOLE) == after


def scenario_replace_keeps_locked_alpha():
    """a layer with locked alpha keeps its alpha, and the lock"""
    document = desk.opened(alpha="slope")
    node = desk.layers(document)[0]
    node.setAlphaLocked(True)
    before = desk.pixels_of(node, WHOLE)
    desk.enhanced(place=Place.REPLACE)
    (merged,) = desk.layers(document)
    after = desk.pixels_of(merged, WHOLE)
    assert merged.alphaLocked()
    assert after[3::4] == before[3::4], "alpha has changed"
    assert after != before


def scenario_replace_refuses_locked_layers():
    """a locked layer, or one in a locked group, is not replaced: a sentence says why"""
    document = desk.opened()
    node = desk.layers(document)[0]
    group = document.createGroupLayer("Group")
    document.rootNode().addChildNode(group, None)
    inner = document.createNode("Inner", "paintlayer")
    group.addChildNode(inner, None)
    desk.fill(inner, desk.photograph(320, 200))
    desk.shown(document)
    for locked, layer in ((node, node), (group, inner)):
        locked.setLocked(True)
        desk.activate(document, layer)
        before = desk.pixels_of(layer, WHOLE)
        desk.begin(place=Place.REPLACE)
        wait_until(lambda: desk.state().failure is not None, "the refusal")
        assert desk.state().failure.code == "layer-locked"
        assert desk.pixels_of(layer, WHOLE) == before
        assert len(desk.layers(document)) == 2 and len(group.childNodes()) == 1
        locked.setLocked(False)
        desk.controller().dismiss()


def scenario_selection_in_a_new_layer():
    """a feathered selection shapes the new layer: transparent outside, soft at the edge"""
    document = desk.opened()
    desk.select(document, 80, 50, 160, 100, feather=12)
    source, request, _result = desk.enhanced()
    region = request.region
    layer = desk.layers(document)[1]
    assert region is not None and source.mask is not None
    inside = desk.pixels_of(layer, region)
    mask = desk.pixels_of(document.selection(), region)
    assert all(abs(have - want) <= 1 for have, want in zip(inside[3::4], mask, strict=True))
    assert 0 < mask[region.width * (region.height // 2) + 5] < 255, "the edge is not soft"
    assert not any(desk.pixels_of(layer, WHOLE)[: 4 * 320 * region.y])
    desk.undo(document)
    assert desk.names(document) == ["Portrait"]


def scenario_selection_in_place():
    """a feathered selection in place: the original outside, a soft edge, the result inside; undo"""
    document = desk.opened()
    before = desk.pixels_of(desk.layers(document)[0], WHOLE)
    desk.select(document, 80, 50, 160, 100, feather=12)
    source, request, result = desk.enhanced(place=Place.REPLACE)
    (merged,) = desk.layers(document)
    after = desk.pixels_of(merged, WHOLE)
    mask = desk.pixels_of(document.selection(), WHOLE)
    changed = [a != b for a, b in zip(_pixels(before), _pixels(after), strict=True)]
    assert any(changed)
    assert not any(each for each, share in zip(changed, mask, strict=True) if share == 0), "changed outside"
    compare_with_cli(source, request, desk.layer_at(merged, result.format, request.region.x, request.region.y))
    desk.undo(document)
    assert desk.pixels_of(desk.layers(document)[0], WHOLE) == before


def scenario_cancel_and_keep():
    """cancel keeps the finished tiles"""
    document = desk.opened()
    before = desk.pixels_of(desk.layers(document)[0], WHOLE)
    desk.begin(tile="96")
    desk.under_way()
    desk.controller().cancel(keep=True)
    desk.ended()
    kept = desk.pixels_of(desk.layers(document)[1], WHOLE)
    assert any(kept[3::4]) and not all(kept[3::4]), "some tiles and not all of them"
    assert desk.pixels_of(desk.layers(document)[0], WHOLE) == before


def scenario_cancel_and_keep_in_place():
    """cancel keeps the finished tiles in the layer's place, and the original around them"""
    document = desk.opened()
    before = desk.pixels_of(desk.layers(document)[0], WHOLE)
    desk.begin(tile="96", place=Place.REPLACE)
    desk.under_way()
    desk.controller().cancel(keep=True)
    desk.ended()
    (merged,) = desk.layers(document)
    after = desk.pixels_of(merged, WHOLE)
    same = [a == b for a, b in zip(_pixels(before), _pixels(after), strict=True)]
    assert any(same) and not all(same)
    assert set(after[3::4]) == {255}
    desk.undo(document)
    assert desk.pixels_of(desk.layers(document)[0], WHOLE) == before


def scenario_cancel_and_discard():
    """cancel and discard leaves nothing, and no undo step"""
    document = desk.opened()
    desk.added(document, "Above")
    desk.activate(document, desk.layers(document)[0])
    text = desk.undo_text()
    for place, scale in ((Place.NEW_LAYER, 1.0), (Place.REPLACE, 1.0), (Place.SCALED_IMAGE, 2.0)):
        desk.begin(tile="96", place=place, scale=scale)
        desk.under_way()
        desk.controller().cancel(keep=False)
        desk.given_up()
        wait_until(lambda: desk.names(document) == ["Portrait", "Above"], "the picture as it was")
        assert document.width() == 320
        assert desk.undo_text() == text
        run_loop(0.2)
        assert desk.names(document) == ["Portrait", "Above"]


def scenario_discard_after_other_work():
    """what the artist did meanwhile stays when the result is discarded"""
    document = desk.opened()
    desk.begin(tile="96")
    desk.under_way()
    mine = desk.added(document, "Mine", desk.photograph(40, 30))
    desk.controller().cancel(keep=False)
    desk.given_up()
    wait_until(lambda: desk.names(document) == ["Portrait", "Mine"], "the picture without the result")
    assert any(desk.pixels_of(mine, Rect(0, 0, 40, 30)))


def scenario_strength():
    """strength after the run, in a new layer: at once, without the network"""
    document = desk.opened()
    before = desk.pixels_of(desk.layers(document)[0], WHOLE)
    desk.enhanced()
    layer = desk.layers(document)[1]
    full = desk.pixels_of(layer, WHOLE)
    desk.state().set_strength(0.0)
    wait_until(lambda: desk.pixels_of(layer, WHOLE) == before, "the original at strength 0")
    desk.state().set_strength(0.5)
    wait_until(lambda: desk.pixels_of(layer, WHOLE) not in (before, full), "something between")
    desk.state().set_strength(1.0)
    wait_until(lambda: desk.pixels_of(layer, WHOLE) == full, "the whole result again")
    assert desk.names(document)[0] == "Portrait" and len(desk.layers(document)) == 2


def scenario_strength_in_place():
    """strength after the run, in the layer's place; one undo still brings back the original"""
    document = desk.opened(alpha="slope")
    before = desk.pixels_of(desk.layers(document)[0], WHOLE)
    desk.enhanced(place=Place.REPLACE)
    (merged,) = desk.layers(document)
    full = desk.pixels_of(merged, WHOLE)
    desk.state().set_strength(0.4)
    wait_until(lambda: desk.pixels_of(merged, WHOLE) not in (before, full), "something between")
    run_loop(0.5)
    desk.undo(document)
    assert desk.pixels_of(desk.layers(document)[0], WHOLE) == before


def scenario_scaled_image():
    """the image is scaled, with the result as a layer in it; undo brings back its size"""
    document = desk.opened(160, 100)
    source, request, result = desk.enhanced(scale=2.0, place=Place.SCALED_IMAGE)
    wait_until(lambda: document.width() == 320 and len(desk.layers(document)) == 2, "the scaled image")
    assert document.height() == 200
    run_loop(0.2)
    assert len(desk.layers(document)) == 2
    compare_with_cli(source, request, desk.layer_at(desk.layers(document)[1], result.format))
    assert desk.is_active(document, desk.layers(document)[0])
    desk.undo(document)
    assert desk.names(document) == ["Portrait"]
    desk.undo(document)
    wait_until(lambda: document.width() == 160, "the image at its old size")
    assert document.height() == 100
    assert desk.pixels_of(desk.layers(document)[0], Rect(0, 0, 160, 100)) == bytes(source.data)


def scenario_scaled_image_shows_tiles():
    """while the image is about to be scaled, finished tiles are seen at its old size"""
    document = desk.opened()
    desk.begin(tile="96", scale=2.0, place=Place.SCALED_IMAGE)
    desk.under_way()
    preview = desk.pixels_of(desk.layers(document)[1], WHOLE)
    assert any(preview[3::4]) and not all(preview[3::4])
    desk.ended()
    wait_until(lambda: document.width() == 640 and len(desk.layers(document)) == 2, "the scaled image")
    full = desk.pixels_of(desk.layers(document)[1], Rect(0, 0, 640, 400))
    shown = [place for place in range(320 * 200) if preview[4 * place + 3]]
    nearest = [full[4 * (2 * (p // 320) * 640 + 2 * (p % 320)) :][:4] for p in shown[:2000]]
    close = sum(preview[4 * p : 4 * p + 4] == want for p, want in zip(shown[:2000], nearest, strict=True))
    assert close > 0.8 * len(nearest), f"{close} of {len(nearest)} previewed pixels are those of the result"


def scenario_scaled_images_in_a_row():
    """five images are scaled and scaled back, one after the other: the canvas follows each time"""
    for _turn in range(5):
        _scaled_and_back()


def scenario_new_document():
    """a document of its own, with tiles as they come; discarding closes it"""
    document = desk.opened(160, 100, depth="U16")
    desk.begin(tile="96", scale=2.0, place=Place.NEW_IMAGE)
    desk.under_way(2)
    new = Krita.instance().activeDocument()
    assert not new == document  # noqa: SIM201 - libkis has == alone
    assert (new.width(), new.height(), new.colorDepth()) == (320, 200, "U16")
    assert new.colorProfile() == document.colorProfile()
    desk.controller().cancel(keep=False)
    desk.given_up()
    assert Krita.instance().documents() == [document]
    desk.activate(document, desk.layers(document)[0])
    desk.enhanced(scale=2.0, place=Place.NEW_IMAGE)
    new = Krita.instance().activeDocument()
    assert new.modified() and "Real-ESRGAN" in new.name() and "Portrait" in new.name()
    assert set(desk.pixels_of(new.topLevelNodes()[0], Rect(0, 0, 320, 200))[7::8]) == {255}


def _scaled_and_back():
    document = desk.opened(160, 100)
    desk.enhanced(scale=2.0, place=Place.SCALED_IMAGE)
    wait_until(lambda: document.width() == 320 and len(desk.layers(document)) == 2, "the scaled image")
    run_loop(0.3)
    desk.undo(document)
    desk.undo(document)
    wait_until(lambda: document.width() == 160, "the image at its old size")
    desk.close(document)


def _pixels(data):
    return [data[start : start + 4] for start in range(0, len(data), 4)]
