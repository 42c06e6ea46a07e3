"""The panel beside GIMP's window: what becomes of results, of undo, and of their strength afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gi.repository import Gimp
from inside import compare_with_cli, picture, screenshot, wait_until
from inside.gimp_panel import panel
from scenarios import documents, keyboard

from burnish.wire.geometry import Rect
from burnish.wire.request import Outside, Request

SAME = Request(model=documents.FAST, scale=1.0)
WIDTH, HEIGHT = 320, 240


def _opened(width: int = WIDTH, height: int = HEIGHT, depth: str = "uint8", channels: int = 4) -> tuple[Any, Any, Any]:
    source = picture(width, height, depth, channels, alpha="slope")
    image, layer = documents.opened(source)
    return source, image, layer


def scenario_one_panel() -> None:
    """The menu opens one panel, however often it is used, for the picture it was used in"""
    _, image, _ = _opened()
    keyboard.open_panel(image)
    before = panel.processes()
    assert len(before) == 1, before
    other, _layer = documents.opened(picture(WIDTH, HEIGHT, "uint8", 4), name="Other")
    panel.wait("state.layer.name == 'Other'", "the picture that has just been opened")
    panel.open(image)
    panel.wait("state.layer.name == 'Portrait'", "the picture in which the menu was used")
    assert panel.processes() == before
    assert panel.value("panel.window().isVisible()")
    assert panel.value("bool(host.limits())"), "GIMP does not say which picture is in front, and nor does the panel"
    other.delete()
    panel.wait("not host.limits()", "a single picture")


def scenario_facts() -> None:
    """The panel follows layer, size, depth, profile, selection and what cannot be done"""
    source = picture(WIDTH, HEIGHT, "uint16", 3)
    image, layer = documents.opened(source, profile=documents.display_p3())
    keyboard.open_panel(image)
    facts = "(state.layer.format.width, state.layer.format.depth.value, state.layer.format.channels)"
    assert panel.value(facts) == [WIDTH, "uint16", 3], panel.value(facts)
    icc = bytes(image.get_color_profile().get_icc_profile())
    assert panel.value("state.layer.format.profile.hex()") == icc.hex()
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 10, 20, 60, 40)
    panel.wait("state.layer.selection is not None", "the selection")
    assert panel.value("[state.layer.selection.x, state.layer.selection.width]") == [10, 60]
    assert panel.value("state.region.value") == "selection"
    Gimp.Selection.none(image)
    panel.wait("state.layer.selection is None and state.region.value == 'layer'", "no selection")
    layer.add_mask(layer.create_mask(Gimp.AddMaskType.WHITE))
    panel.wait("'mask is chosen' in state.layer.refusal", "the refusal of a mask")
    assert not panel.value("panel.run_bar.enhance.isEnabled()")
    layer.set_edit_mask(False)
    panel.wait("not state.layer.refusal", "the layer again")
    image.convert_precision(Gimp.Precision.U8_NON_LINEAR)
    panel.wait("state.layer.format.depth.value == 'uint8'", "the new depth")
    image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 16, False, False, "")
    panel.wait("'Image > Mode > RGB' in state.layer.refusal", "the refusal of an indexed picture")


def scenario_new_layer() -> None:
    """A new layer, its tiles seen as they come, equal to the command's; undone once, it is gone"""
    source, image, layer = _opened(900, 600)
    keyboard.open_panel(image)
    keyboard.side_by_side()
    keyboard.enhance()
    keyboard.wait_for_first_tile()
    screenshot("gimp-running")
    keyboard.wait_for_result()
    made = image.get_layers()[0]
    assert made.get_id() != layer.get_id()
    compare_with_cli(source, SAME, documents.read(made, source.format))
    screenshot("gimp-done")
    keyboard.press("ctrl+z")
    wait_until(lambda: len(image.get_layers()) == 1, "the undone layer")
    assert documents.stored(layer) == bytes(source.data)
    panel.wait("state.result is None", "the panel's notice that the result is gone")


def scenario_replace() -> None:
    """The layer replaced: its strength set afterwards, a single undo brings the original back"""
    source, image, layer = _opened(depth="uint16")
    keyboard.open_panel(image, place="replace")
    keyboard.enhance()
    keyboard.wait_for_result()
    wait_until(lambda: documents.stored(layer) != bytes(source.data), "the replaced pixels")
    compare_with_cli(source, SAME, documents.read(layer, source.format), "whole strength")
    keyboard.set_strength(0.4)
    compare_with_cli(source, replace(SAME, strength=0.4), documents.read(layer, source.format), "less strength")
    assert len(image.get_layers()) == 1
    keyboard.press("ctrl+z")
    wait_until(lambda: documents.stored(layer) == bytes(source.data), "the original")
    panel.run("state.set_strength(0.7)")  # what was undone is not brought back without an undo step
    panel.wait("state.result is None", "the panel's notice that the result is gone")
    assert documents.stored(layer) == bytes(source.data)


def scenario_replace_selection() -> None:
    """A feathered selection replaced with a locked alpha; changed by strength; undone at once, selection and all"""
    source, image, layer = _opened()
    layer.set_lock_alpha(True)
    documents.select_ellipse(image, Rect(60, 50, 160, 120), 14)
    whole = Rect(0, 0, WIDTH, HEIGHT)
    selection = documents.selected(image, whole)
    _, x, y, width, height = layer.mask_intersect()
    region = Rect(x, y, width, height)
    mask = documents.selected(image, region)
    keyboard.open_panel(image, place="replace")
    panel.wait("state.layer.selection is not None and state.region.value == 'selection'", "the selection")
    keyboard.enhance()
    keyboard.wait_for_result()
    wait_until(lambda: documents.stored(layer) != bytes(source.data), "the replaced pixels")
    asked = replace(SAME, region=region)
    masked = replace(source, mask=mask)
    compare_with_cli(masked, asked, documents.part(layer, source.format, region), "whole strength")
    keyboard.set_strength(0.5)
    compare_with_cli(masked, replace(asked, strength=0.5), documents.part(layer, source.format, region), "half")
    assert documents.stored(layer)[3::4] == bytes(source.data)[3::4], "the locked alpha was changed"
    assert documents.selected(image, whole) == selection
    assert [each.get_id() for each in image.get_selected_layers()] == [layer.get_id()], "another item was chosen"
    assert not image.get_channels()
    keyboard.press("ctrl+z")
    wait_until(lambda: documents.stored(layer) == bytes(source.data), "the original")
    assert documents.selected(image, whole) == selection


def scenario_selection_misses() -> None:
    """A selection beside the layer refuses the layer, whose pixels are not replaced"""
    source, image, layer = _opened()
    layer.set_offsets(WIDTH // 2, 0)
    keyboard.open_panel(image, place="replace")
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, WIDTH // 2, HEIGHT)
    panel.wait("'does not touch the layer Portrait' in state.layer.refusal", "the refusal")
    assert not panel.value("panel.run_bar.enhance.isEnabled()")
    assert documents.stored(layer) == bytes(source.data)
    Gimp.Selection.none(image)
    panel.wait("not state.layer.refusal and panel.run_bar.enhance.isEnabled()", "the layer again")


def scenario_selection_new_layer() -> None:
    """A feathered selection of a layer without alpha becomes a new layer with a soft edge, at any strength"""
    source = picture(WIDTH, HEIGHT, "uint8", 3)
    image, layer = documents.opened(source)
    documents.select_ellipse(image, Rect(60, 50, 160, 120), 14)
    _, x, y, width, height = layer.mask_intersect()
    region = Rect(x, y, width, height)
    masked = replace(documents.with_alpha(source), mask=documents.selected(image, region))
    keyboard.open_panel(image)
    panel.wait("state.layer.selection is not None and state.region.value == 'selection'", "the selection")
    keyboard.enhance()
    panel.wait("state.accepted is not None", "the job")
    Gimp.Selection.none(image)  # what counts is what was selected when Enhance was pressed
    keyboard.wait_for_result()
    made = image.get_layers()[0]
    asked = replace(SAME, region=region, outside=Outside.TRANSPARENT)
    compare_with_cli(masked, asked, documents.read(made, source.format), "whole strength")
    keyboard.set_strength(0.3)
    compare_with_cli(masked, replace(asked, strength=0.3), documents.read(made, source.format), "less strength")


def scenario_new_image() -> None:
    """A larger result becomes an image of its own in a window of its own, whose strength can be set"""
    source, image, _ = _opened(depth="uint16", channels=3)
    keyboard.open_panel(image, place="new-image", scale=2.0)
    keyboard.enhance()
    keyboard.wait_for_result()
    later = [each for each in Gimp.get_images() if each.get_id() > image.get_id()]
    made = min(later, key=lambda each: each.get_id())  # for a moment there are snapshots, too
    assert (made.get_width(), made.get_height()) == (2 * WIDTH, 2 * HEIGHT)
    assert panel.value("state.layer.name") == "Portrait", "the panel left the picture that the artist works on"
    asked = replace(SAME, scale=2.0)
    compare_with_cli(source, asked, documents.read(made.get_layers()[0], source.format))
    made.clean_all()
    keyboard.set_strength(0.6)
    wait_until(made.is_dirty, "the question before the new image is closed unsaved")
    half = documents.read(made.get_layers()[0], source.format)
    compare_with_cli(source, replace(asked, strength=0.6), half, "less strength")


def scenario_cancel() -> None:
    """Cancelled, the finished tiles are kept or taken away, as asked; deleted at once, they take nothing along"""
    _, image, layer = _opened(2400, 1600)  # so large that GIMP's plug-in is still looking at what was kept
    keyboard.open_panel(image)
    for keep in (True, False):
        keyboard.enhance()
        keyboard.wait_for_first_tile()
        panel.run(f"controller.cancel(keep={keep})")
        keyboard.wait_for_end()
        count = 2 if keep else 1
        wait_until(lambda count=count: len(image.get_layers()) == count, "the layers that are left")
        assert panel.value("state.failure is None")
        if keep:
            # GIMP ends a plug-in in the middle of writing to a layer that goes, which nothing can prevent
            panel.wait("not controller.kept.run.target.under_way", "the last tile")
            made = image.get_layers()[0]
            image.remove_layer(made)
            keyboard.press("ctrl+z")
            wait_until(lambda: len(image.get_layers()) == 2, "the layer that was deleted")
            alpha = documents.stored(image.get_layers()[0])[3::4]
            assert 0 in alpha and any(alpha), "some tiles are there, and not all"
            image.remove_layer(image.get_layers()[0])
            image.set_selected_layers([layer])
            panel.wait("state.layer is not None and state.layer.name == 'Portrait'", "the source as the chosen layer")


def scenario_touched() -> None:
    """What the artist painted into a result is not painted over by another strength"""
    _, image, _layer = _opened()
    keyboard.open_panel(image)
    keyboard.enhance()
    keyboard.wait_for_result()
    made = image.get_layers()[0]
    wait_until(lambda: made.is_valid(), "the layer")
    drawn = bytearray(documents.stored(made))
    drawn[:400] = bytes([9, 200, 9, 255]) * 100
    documents.write(made, bytes(drawn))
    panel.run("state.set_strength(0.2)")
    panel.wait("state.result is None", "the panel's notice that the result is the artist's now")
    assert documents.stored(made) == bytes(drawn)


def scenario_again() -> None:
    """The menu's second entry enhances as the last time"""
    _, image, _layer = _opened()
    keyboard.open_panel(image)
    procedure = Gimp.get_pdb().lookup_procedure("burnish-again")
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.INTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", image.get_selected_drawables())
    for count in (2, 3):
        assert procedure.run(config).index(0) == Gimp.PDBStatusType.SUCCESS
        wait_until(lambda count=count: len(image.get_layers()) == count, "the new layer")
        keyboard.wait_for_result()
