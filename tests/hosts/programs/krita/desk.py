"""What scenarios in Krita share: documents with the photograph in them, the docker, and runs through its controller."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from inside import picture, run_loop, wait_until
from krita import Krita, Selection

from burnish.client import Layer
from burnish.hosts.contract import Place
from burnish.panel.orders import Phase
from burnish.wire.geometry import PixelFormat, Rect

FAST = "realesr-animevideov3-x2"
DEPTHS = {"U8": "uint8", "U16": "uint16", "F16": "float16", "F32": "float32"}
ENCODED, LINEAR = "srgbtrc", "g10"


def application() -> Any:
    return Krita.instance()


def qt(name: str) -> Any:
    """A module of the Qt binding that Krita has loaded, such as QtWidgets."""
    binding = "PyQt6" if "PyQt6.QtCore" in sys.modules else "PyQt5"
    return __import__(f"{binding}.{name}", fromlist=[name])


# --- documents -------------------------------------------------------------------------------------------------------


def opened(
    width: int = 320,
    height: int = 200,
    depth: str = "U8",
    model: str = "RGBA",
    *,
    alpha: str = "opaque",
    profile: str = "",
) -> Any:
    """A document with the photograph in its one layer, in front and ready to be worked on."""
    encoding = ENCODED if depth in ("U8", "U16") else LINEAR
    name = profile or (f"sRGB-elle-V2-{encoding}.icc" if model == "RGBA" else f"Gray-D50-elle-V2-{encoding}.icc")
    document = application().createDocument(width, height, "Portrait", model, depth, name, 72.0)
    document.setBatchmode(True)
    assert document.colorProfile() == name
    application().activeWindow().addView(document)
    node = document.topLevelNodes()[0]
    node.setName("Portrait")
    fill(node, photograph(width, height, depth, model, alpha=alpha))
    shown(document)
    activate(document, node)
    return document


def photograph(width: int, height: int, depth: str = "U8", model: str = "RGBA", *, alpha: str = "opaque") -> Layer:
    channels = 4 if model == "RGBA" else 2
    return picture(width, height, DEPTHS[depth], channels, bgr=model == "RGBA" and depth in ("U8", "U16"), alpha=alpha)


def fill(node: Any, layer: Layer, x: int = 0, y: int = 0) -> None:
    node.setPixelData(bytes(layer.data), x, y, layer.format.width, layer.format.height)


def added(document: Any, name: str, layer: Layer | None = None, x: int = 0, y: int = 0) -> Any:
    """A further paint layer on top, transparent or with pixels, that is the active one then."""
    node = document.createNode(name, "paintlayer")
    document.rootNode().addChildNode(node, None)
    if layer is not None:
        fill(node, layer, x, y)
    shown(document)
    activate(document, node)
    return node


def shown(document: Any) -> None:
    document.refreshProjection()
    document.waitForDone()


def activate(document: Any, node: Any) -> None:
    """Make a layer the one that is worked on, as a click in the Layers docker does."""
    wait_until(lambda: application().activeDocument() == document, "the document in front")
    run_loop(0.1)
    document.setActiveNode(node)
    wait_until(lambda: is_active(document, node), "the active layer")
    controller().look_at_host()


def is_active(document: Any, node: Any) -> bool:
    active = document.activeNode()
    return active is not None and active.uniqueId() == node.uniqueId()


def close(document: Any) -> None:
    document.setModified(False)
    document.close()


def select(document: Any, x: int, y: int, width: int, height: int, feather: int = 0) -> None:
    selection = Selection()
    selection.select(x, y, width, height, 255)
    if feather:
        selection.feather(feather)
    document.setSelection(selection)
    controller().look_at_host()


def layers(document: Any) -> list[Any]:
    """The layers, from below; a selection is a node, too, and none of them."""
    return [node for node in document.topLevelNodes() if not node.type().endswith("mask")]


def names(document: Any) -> list[str]:
    """What the layers are called, from below."""
    return [node.name() for node in layers(document)]


def pixels_of(node: Any, area: Rect) -> bytes:
    return bytes(node.pixelData(area.x, area.y, area.width, area.height))


def layer_at(node: Any, like: PixelFormat, x: int = 0, y: int = 0) -> Layer:
    """A layer's pixels as wide and high as `like`."""
    return Layer(like, pixels_of(node, Rect(x, y, like.width, like.height)))


def undo(document: Any) -> None:
    _history(document, "edit_undo")


def redo(document: Any) -> None:
    _history(document, "edit_redo")


def _history(document: Any, name: str) -> None:
    """Krita does it when the picture is at rest, some turns of the event loop later."""
    document.waitForDone()
    application().action(name).trigger()
    for _ in range(3):
        run_loop(0.1)
        document.waitForDone()


def undo_text() -> str:
    return application().action("edit_undo").text()


# --- the panel -------------------------------------------------------------------------------------------------------


def hidden_docker() -> Any:
    """Burnish's docker, as it is."""
    return next(each for each in application().activeWindow().dockers() if each.objectName() == "burnish_docker")


def docker() -> Any:
    """Burnish's docker, open."""
    found = hidden_docker()
    if not found.isVisible():
        found.setVisible(True)
    return found


def controller() -> Any:
    return docker().controller


def state() -> Any:
    return controller().state


def choose(model: str = FAST, scale: float = 1.0, place: Place = Place.NEW_LAYER) -> None:
    """What an artist sets in the panel."""
    wait_until(lambda: state().catalogue is not None, "the catalogue")
    controller().look_at_host()
    state().choose_model(model)
    state().choose_scale(scale)
    state().choose_place(place)
    assert state().place() is place


def begin(tile: str = "auto", **choice: Any) -> tuple[Layer, Any]:
    """Start an enhancement; returns the layer as it is sent and the request.

    tile: "96" makes two dozen of the usual picture.
    """
    choose(**choice)
    state().drop_result()
    state().dismiss_failure()
    order = state().order()
    order = replace(order, request=replace(order.request, tile=tile, viewport=None))
    source = controller().host.read()
    if order.selected:
        source = replace(source, mask=controller().host.selection_mask(order.request.region))
    controller().submit(order)
    return source, order.request


def ended() -> Any:
    """Wait for the run's end and return its result."""
    wait_until(lambda: state().phase is not Phase.RUNNING, "the end of the run")
    assert state().failure is None, state().failure
    assert state().result is not None
    wait_until(
        lambda: controller().kept.run is None or not controller().kept.run.target.busy, "the result in its place"
    )
    run_loop(0.05)
    return state().result


def enhanced(**choice: Any) -> tuple[Layer, Any, Any]:
    """A whole run; returns the layer as it was sent, the request, and the panel's result."""
    source, request = begin(**choice)
    return source, request, ended()


def under_way(tiles: int = 3) -> None:
    """Wait until some tiles of a run are done, and some are not."""
    wait_until(lambda: state().progress is not None and state().progress.tiles_done >= tiles, "the first tiles")
    progress = state().progress
    assert progress is not None and progress.tiles_done < progress.tiles, "the run was over too soon"


def given_up() -> None:
    """Wait until a run has ended without a result and without a failure."""
    wait_until(lambda: state().phase is not Phase.RUNNING, "the end of the run")
    assert state().failure is None, state().failure
    assert state().result is None
