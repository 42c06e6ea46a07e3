"""The panel beside GIMP: a part before and after, before the run."""

from __future__ import annotations

from inside import picture, screenshot
from inside.gimp_panel import panel
from scenarios import documents, keyboard


def scenario_preview() -> None:
    """A part before and after, before the run: nothing is added to the image"""
    image, layer = documents.opened(picture(320, 240, "uint16", 4))
    keyboard.open_panel(image)
    panel.wait("state.catalogue is not None", "the catalogue")
    panel.run(f"state.choose_model({documents.FAST!r}); state.choose_scale(1.0)")
    dirty = image.is_dirty()
    panel.run("panel.preview.show_button.click()")
    panel.run("preview = controller.preview")
    panel.wait("not preview.busy and (preview.after is not None or preview.failure is not None)", "the preview")
    assert panel.value("preview.failure is None"), panel.value("repr(preview.failure)")
    assert panel.value("preview.before != preview.after")
    assert panel.value("preview.before.pixelColor(20, 20).alpha()") == 255
    assert len(image.get_layers()) == 1 and image.get_layers()[0].get_id() == layer.get_id()
    assert image.is_dirty() == dirty
    assert panel.value("len(state.history)") == 0
    screenshot("gimp-preview")
    panel.run("preview.hide()")
