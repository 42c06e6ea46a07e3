"""Where layers lie and what protects them: offsets, masks, locks, groups, selections, and what scripts get wrong."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from gi.repository import Gimp
from inside import compare_with_cli, kill_worker, picture, workers
from scenarios import documents

from burnish.client import Layer
from burnish.wire.geometry import Rect
from burnish.wire.request import Outside, Request

WIDTH, HEIGHT = 200, 150
SAME = Request(model=documents.FAST, scale=1.0)


def _photograph(channels: int = 4, alpha: str = "slope") -> Layer:
    return picture(WIDTH, HEIGHT, "uint8", channels, alpha=alpha)


def _done(answer: tuple[Any, Any, str]) -> Any:
    """The result's layer."""
    assert not answer[2], answer[2]
    return answer[1]


def scenario_new_layer_above() -> None:
    """The new layer stands above its source, is named after it and the model, and the source stays chosen"""
    image, layer = documents.opened(_photograph())
    documents.layer_in(image, _photograph(), "On top")
    image.set_selected_layers([layer])
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert [each.get_name() for each in image.get_layers()] == ["On top", made.get_name(), "Portrait"]
    assert "Portrait" in made.get_name() and documents.FAST in made.get_name(), made.get_name()
    assert [each.get_id() for each in image.get_selected_layers()] == [layer.get_id()]


def scenario_offsets() -> None:
    """A layer that reaches beyond the image on two sides"""
    source = _photograph()
    image, layer = documents.opened(source)
    layer.set_offsets(-40, 25)
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert tuple(made.get_offsets())[1:] == (-40, 25)
    compare_with_cli(source, SAME, documents.read(made, source.format))


def scenario_offset_selection() -> None:
    """A selection on a layer that lies elsewhere than the image's corner"""
    source = _photograph(alpha="opaque")
    image, layer = documents.opened(source)
    layer.set_offsets(30, -20)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 50, 10, 90, 70)
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert tuple(made.get_offsets())[1:] == (50, 10)
    region = Rect(20, 30, 90, 70)
    compare_with_cli(source, replace(SAME, region=region), documents.read(made, source.format))


def scenario_soft_selection_new_layer() -> None:
    """A feathered selection becomes the new layer's alpha, on a layer without one"""
    source = _photograph(3)
    image, layer = documents.opened(source)
    documents.select_ellipse(image, Rect(40, 30, 100, 80), 12)
    _, x, y, width, height = layer.mask_intersect()
    region = Rect(x, y, width, height)
    mask = documents.selected(image, region)
    assert len(set(mask)) > 20, "the selection is not soft"
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert (made.get_width(), made.get_height()) == (width, height)
    opaque = documents.with_alpha(source)
    asked = replace(SAME, region=region, outside=Outside.TRANSPARENT)
    compare_with_cli(replace(opaque, mask=mask), asked, documents.read(made, source.format))


def scenario_soft_selection_replace() -> None:
    """A feathered selection shapes what is replaced, once and not twice; the selection stays"""
    source = _photograph()
    image, layer = documents.opened(source)
    documents.select_ellipse(image, Rect(40, 30, 100, 80), 12)
    before = documents.selected(image, Rect(0, 0, WIDTH, HEIGHT))
    _, x, y, width, height = layer.mask_intersect()
    region = Rect(x, y, width, height)
    mask = documents.selected(image, region)
    made = _done(documents.enhance(image, layer, scale=1.0, target="replace"))
    assert made.get_id() == layer.get_id()
    assert documents.selected(image, Rect(0, 0, WIDTH, HEIGHT)) == before
    assert not image.get_channels()
    result = documents.read(layer, source.format)
    assert _outside(result, region) == _outside(source, region), "pixels outside the selection were touched"
    part = documents.part(layer, source.format, region)
    compare_with_cli(replace(source, mask=mask), replace(SAME, region=region), part)


def scenario_replace_keeps_alpha() -> None:
    """A locked alpha stays as it is when pixels are replaced"""
    source = _photograph()
    image, layer = documents.opened(source)
    layer.set_lock_alpha(True)
    _done(documents.enhance(image, layer, scale=1.0, target="replace"))
    result = documents.read(layer, source.format)
    assert bytes(result.data)[3::4] == bytes(source.data)[3::4]
    assert bytes(result.data) != bytes(source.data)
    compare_with_cli(source, SAME, result)


def scenario_replace_without_alpha() -> None:
    """A layer without alpha is replaced inside a soft selection, and gets none"""
    source = _photograph(3)
    image, layer = documents.opened(source)
    documents.select_ellipse(image, Rect(30, 20, 120, 100), 10)
    _done(documents.enhance(image, layer, scale=1.0, target="replace"))
    assert not layer.has_alpha()
    assert documents.stored(layer) != bytes(source.data)


def scenario_layer_mask() -> None:
    """A layer's mask is copied to the new layer, so that the picture keeps its shape"""
    source = _photograph()
    image, layer = documents.opened(source)
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    values = bytes(_photograph(1).data)
    documents.write(mask, values)
    layer.set_edit_mask(False)
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert documents.stored(made.get_mask()) == values
    assert not made.get_edit_mask()
    compare_with_cli(source, SAME, documents.read(made, source.format))


def scenario_larger_layer() -> None:
    """A layer twice as large lies about the same centre, its mask with it; the image keeps its size"""
    source = _photograph()
    image, layer = documents.opened(source)
    layer.add_mask(layer.create_mask(Gimp.AddMaskType.WHITE))
    layer.set_edit_mask(False)
    made = _done(documents.enhance(image, layer, scale=2.0))
    assert (made.get_width(), made.get_height()) == (2 * WIDTH, 2 * HEIGHT)
    assert tuple(made.get_offsets())[1:] == (-WIDTH // 2, -HEIGHT // 2)
    assert (made.get_mask().get_width(), made.get_mask().get_height()) == (2 * WIDTH, 2 * HEIGHT)
    assert (image.get_width(), image.get_height()) == (WIDTH, HEIGHT)
    compare_with_cli(source, replace(SAME, scale=2.0), documents.read(made, source.format))


def scenario_strength() -> None:
    """Half strength"""
    source = _photograph()
    image, layer = documents.opened(source)
    made = _done(documents.enhance(image, layer, scale=1.0, strength=0.5))
    compare_with_cli(source, replace(SAME, strength=0.5), documents.read(made, source.format))


def scenario_locked_layer() -> None:
    """A locked layer cannot be replaced, and says so; a new layer above it can be made"""
    source = _photograph()
    image, layer = documents.opened(source)
    layer.set_lock_content(True)
    error = documents.enhance(image, layer, scale=1.0, target="replace")[2]
    assert "Portrait" in error and "locked" in error, error
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert documents.stored(layer) == bytes(source.data)
    compare_with_cli(source, SAME, documents.read(made, source.format))


def scenario_locked_group() -> None:
    """A layer in a locked group cannot be replaced; its new layer is put above the group"""
    source = _photograph()
    image, layer = documents.opened(source)
    group = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(group, None, 0)
    image.reorder_item(layer, group, 0)
    group.set_lock_content(True)
    error = documents.enhance(image, layer, scale=1.0, target="replace")[2]
    assert "locked" in error, error
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert made.get_parent() is None
    assert image.get_item_position(made) == 0
    compare_with_cli(source, SAME, documents.read(made, source.format))


def scenario_group() -> None:
    """What a group shows is enhanced into a new layer; replacing it is refused"""
    source = _photograph()
    image, layer = documents.opened(source)
    group = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(group, None, 0)
    image.reorder_item(layer, group, 0)
    error = documents.enhance(image, group, scale=1.0, target="replace")[2]
    assert "Group" in error and "no pixels of its own" in error, error
    made = _done(documents.enhance(image, group, scale=1.0))
    assert image.get_item_position(made) == 0
    compare_with_cli(documents.read(group, source.format), SAME, documents.read(made, source.format))


def scenario_layer_in_group() -> None:
    """A layer in a group has its new layer beside it in the group"""
    image, layer = documents.opened(_photograph())
    group = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(group, None, 0)
    image.reorder_item(layer, group, 0)
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert [each.get_id() for each in group.get_children()] == [made.get_id(), layer.get_id()]


def scenario_blending_carried() -> None:
    """A new layer has its source's opacity and way of blending, an image of its own has not"""
    image, layer = documents.opened(_photograph())
    layer.set_opacity(40.0)
    layer.set_mode(Gimp.LayerMode.MULTIPLY)
    layer.set_composite_space(Gimp.LayerColorSpace.RGB_LINEAR)
    layer.set_composite_mode(Gimp.LayerCompositeMode.INTERSECTION)
    made = _done(documents.enhance(image, layer, scale=1.0))
    assert abs(made.get_opacity() - 40.0) < 0.01, made.get_opacity()
    for question in ("get_mode", "get_blend_space", "get_composite_space", "get_composite_mode"):
        assert getattr(made, question)() == getattr(layer, question)(), question
    alone = _done(documents.enhance(image, layer, scale=1.0, target="new-image"))
    assert (alone.get_opacity(), alone.get_mode()) == (100.0, Gimp.LayerMode.NORMAL)


def scenario_text() -> None:
    """What a text layer shows is enhanced into a new layer; replacing it is refused, and it stays text"""
    image, _layer = documents.opened(_photograph())
    text = Gimp.TextLayer.new(image, "Burnish", Gimp.context_get_font(), 40, Gimp.Unit.pixel())
    image.insert_layer(text, None, 0)
    error = documents.enhance(image, text, scale=1.0, target="replace")[2]
    assert "no pixels of its own" in error, error
    made = _done(documents.enhance(image, text, scale=1.0))
    assert text.is_text_layer() and not made.is_text_layer()
    assert tuple(made.get_offsets()) == tuple(text.get_offsets())


def scenario_mask_chosen() -> None:
    """A mask that is being edited is not taken for the layer"""
    image, layer = documents.opened(_photograph())
    layer.add_mask(layer.create_mask(Gimp.AddMaskType.WHITE))
    error = documents.enhance(image, layer.get_mask(), scale=1.0)[2]
    assert "mask is chosen" in error, error


def scenario_bad_arguments() -> None:
    """What cannot be done is an error with a sentence, and leaves the picture alone"""
    image, layer = documents.opened(_photograph())
    other = documents.layer_in(image, _photograph(), "Other")
    count = len(image.get_layers())
    assert "no model named nonsense" in documents.enhance(image, layer, model="nonsense")[2]
    assert "its own size" in documents.enhance(image, layer, scale=2.0, target="replace")[2]
    assert "Several layers" in documents.enhance(image, layer, other, scale=1.0)[2]
    assert "No layer" in documents.enhance(image, scale=1.0)[2]
    layer.set_offsets(300, 300)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 50, 50)
    assert "does not touch the layer Portrait" in documents.enhance(image, layer, scale=1.0)[2]
    Gimp.Selection.none(image)
    image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 16, False, False, "")
    for wrong in ({"model": "nonsense"}, {"scale": 2.0, "target": "replace"}):
        assert documents.enhance(image, layer, convert_indexed=True, **wrong)[2]
        assert image.get_base_type() == Gimp.ImageBaseType.INDEXED, wrong
    assert len(image.get_layers()) == count


def scenario_worker_killed() -> None:
    """A worker that is killed in the middle of the job is replaced, and the result is the same"""
    source = picture(900, 600, "uint8", 4, alpha="slope")
    image, layer = documents.opened(source)
    before = set(workers())
    folder = Path(os.environ["BURNISH_RUNTIME_DIR"])
    killed: list[int] = []

    def kill() -> None:
        """This thread of GIMP's is busy with the procedure, so the job is seen by its files: source and result."""
        while len(list(folder.glob("*.pixels"))) < 2:
            time.sleep(0.01)
        killed.append(kill_worker())

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    made = _done(documents.enhance(image, layer, scale=1.0))
    thread.join(10)
    assert killed, "the job was over before its worker could be killed"
    assert set(workers()) - before - set(killed), "no other worker was started"
    compare_with_cli(source, SAME, documents.read(made, source.format))


def _outside(layer: Layer, rect: Rect) -> bytes:
    """Every byte of the layer that does not lie in the rectangle."""
    pixels, data = layer.format, bytearray(layer.data)
    for y in range(rect.y, rect.bottom):
        start = y * pixels.row_bytes + rect.x * pixels.pixel_bytes
        length = rect.width * pixels.pixel_bytes
        data[start : start + length] = bytes(length)
    return bytes(data)
