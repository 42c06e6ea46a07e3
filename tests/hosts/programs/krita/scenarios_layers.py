"""Every kind of layer: read as the artist sees it, or refused with a sentence."""

from inside import compare_with_cli, wait_until
from krita import InfoObject, Krita, Selection
from scenarios import desk

from burnish.hosts.contract import Place
from burnish.wire.geometry import Rect

WHOLE = Rect(0, 0, 320, 200)


def _seen(document, node):
    """Enhance a layer that is read through its projection, into a new layer above it."""
    desk.shown(document)
    desk.activate(document, node)
    facts = desk.state().layer
    assert not facts.refusal, facts.refusal
    assert Place.REPLACE not in desk.controller().host.places(1.0)
    source, request, result = desk.enhanced()
    area = facts.area
    expected = bytes(node.projectionPixelData(area.x, area.y, area.width, area.height))
    assert bytes(source.data) == expected and any(expected)
    siblings = [each.name() for each in node.parentNode().childNodes()]
    above = node.parentNode().childNodes()[siblings.index(node.name()) + 1]
    assert above.type() == "paintlayer" and above.name().startswith(node.name())
    compare_with_cli(source, request, desk.layer_at(above, result.format, area.x, area.y), node.type())


def scenario_group():
    """a group, through its projection"""
    document = desk.opened()
    group = document.createGroupLayer("Group")
    document.rootNode().addChildNode(group, None)
    for name, x, y in (("one", 20, 20), ("two", 120, 90)):
        inner = document.createNode(name, "paintlayer")
        group.addChildNode(inner, None)
        desk.fill(inner, desk.photograph(100, 80), x, y)
    group.setOpacity(128)
    _seen(document, group)


def scenario_group_that_passes_through():
    """a group that passes through has no picture of its own: refused with a sentence, until it does not"""
    document = desk.opened()
    group = document.createGroupLayer("Group")
    document.rootNode().addChildNode(group, None)
    inner = document.createNode("inner", "paintlayer")
    group.addChildNode(inner, None)
    desk.fill(inner, desk.photograph(100, 80), 20, 20)
    inner.setBlendingMode("multiply")
    group.setPassThroughMode(True)
    desk.shown(document)
    desk.activate(document, group)
    assert "Pass Through" in desk.state().layer.refusal and not desk.state().can_start()
    desk.activate(document, inner)
    assert not desk.state().layer.refusal
    group.setPassThroughMode(False)
    _seen(document, group)


def scenario_vector():
    """a vector layer, through its projection"""
    document = desk.opened()
    layer = document.createVectorLayer("Vector")
    document.rootNode().addChildNode(layer, None)
    layer.addShapesFromSvg(
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200">'
        '<circle cx="100" cy="100" r="60" fill="#c04020"/></svg>'
    )
    desk.shown(document)
    wait_until(lambda: not layer.bounds().isEmpty(), "the drawn shapes")
    _seen(document, layer)


def scenario_clone():
    """a clone layer, through its projection"""
    document = desk.opened()
    layer = document.createCloneLayer("Clone", desk.layers(document)[0])
    document.rootNode().addChildNode(layer, None)
    _seen(document, layer)


def scenario_filter():
    """a filter layer, through its projection"""
    document = desk.opened()
    everything = Selection()
    everything.select(0, 0, 320, 200, 255)
    layer = document.createFilterLayer("Invert", Krita.instance().filter("invert"), everything)
    document.rootNode().addChildNode(layer, None)
    _seen(document, layer)


def scenario_fill():
    """a fill layer, through its projection"""
    document = desk.opened()
    everything = Selection()
    everything.select(0, 0, 320, 200, 255)
    colour = InfoObject()
    colour.setProperty("color", "#3060a0")
    layer = document.createFillLayer("Fill", "color", colour, everything)
    document.rootNode().addChildNode(layer, None)
    reads = [b""]

    def stands():
        reads.append(bytes(layer.projectionPixelData(0, 0, 320, 200)))
        return any(reads[-1]) and reads[-1] == reads[-2]

    wait_until(stands, "the fill")  # Krita computes it some time later
    _seen(document, layer)


def scenario_file():
    """a file layer, through its projection"""
    document = desk.opened()
    path = "/tmp/burnish-file-layer.png"
    options = InfoObject()
    assert document.exportImage(path, options)
    layer = document.createFileLayer("File", path, "None")
    document.rootNode().addChildNode(layer, None)
    wait_until(lambda: not layer.bounds().isEmpty(), "the file")
    _seen(document, layer)


def scenario_masked_layer():
    """a paint layer with a transparency mask, as it is seen; in place the mask becomes part of it, until undo"""
    document = desk.opened()
    node = desk.layers(document)[0]
    before = desk.pixels_of(node, WHOLE)
    mask = document.createTransparencyMask("Mask")
    node.addChildNode(mask, None)
    mask.setPixelData(bytes([255] * 160 + [0] * 160) * 200, 0, 0, 320, 200)
    desk.shown(document)
    desk.activate(document, node)
    desk.enhanced(place=Place.REPLACE)
    (merged,) = desk.layers(document)
    after = desk.pixels_of(merged, WHOLE)
    assert not merged.childNodes()
    assert after[3] == 255 and after[4 * 300 + 3] == 0
    desk.undo(document)
    (original, *_rest) = desk.layers(document)
    assert desk.pixels_of(original, WHOLE) == before and len(original.childNodes()) == 1


def scenario_part_of_the_picture():
    """a small layer in a large picture: only what holds pixels is enhanced, in its place"""
    document = desk.opened()
    node = desk.added(document, "Small", desk.photograph(60, 40), 100, 70)
    facts = desk.state().layer
    assert facts.area == Rect(92, 62, 76, 56)
    source, request, result = desk.enhanced()
    layer = desk.layers(document)[2]
    compare_with_cli(source, request, desk.layer_at(layer, result.format, 92, 62))
    bounds = layer.bounds()
    assert Rect(bounds.x(), bounds.y(), bounds.width(), bounds.height()) == Rect(100, 70, 60, 40)
    assert desk.is_active(document, node)


def scenario_masks_are_refused():
    """masks and empty layers are refused with a sentence"""
    document = desk.opened()
    node = desk.layers(document)[0]
    mask = document.createTransparencyMask("Mask")
    node.addChildNode(mask, None)
    desk.shown(document)
    desk.activate(document, mask)
    assert "mask" in desk.state().layer.refusal
    assert not desk.state().can_start()
    desk.added(document, "Empty")
    assert "empty" in desk.state().layer.refusal
    assert not desk.state().can_start()
