"""What Burnish knows of a node of Krita's, how its pixels are read, and why some cannot be enhanced.

Krita's layers have no edges; what the panel calls the layer is the part of the picture that holds its pixels, with a
few more around so that soft edges stay soft.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Any

from burnish.hosts.contract import LayerFacts
from burnish.hosts.krita.pixels import can_be_read, pixel_format
from burnish.hosts.krita.profiles import profile_named
from burnish.hosts.krita.program import Document, Node
from burnish.language import _
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.sentences import BurnishError

_MARGIN = 8
_WITHOUT_EDGES = ("filterlayer", "filllayer")
_THROUGH_PROJECTION = ("grouplayer", "vectorlayer", "filelayer", "clonelayer", *_WITHOUT_EDGES)
_SHAPING_MASKS = ("transparencymask", "filtermask", "transformmask", "colorizemask")


@dataclass(frozen=True)
class ColourSpace:
    """What Krita's setColorSpace and createDocument take."""

    model: str
    depth: str
    profile: str


class Original:
    """The pixels of a whole layer as they were read for the panel, for as long as it keeps them."""

    def __init__(self) -> None:
        self._pixels: weakref.ref[Any] | None = None

    def was_read(self, pixels: Any) -> None:
        self._pixels = weakref.ref(pixels)

    def pixels(self) -> Any:
        """None where nothing was read, or the panel has let go of it; it does so when a job has ended."""
        return self._pixels() if self._pixels is not None else None


@dataclass(frozen=True, eq=False)
class KritaLayer(LayerFacts):
    """A layer with its way back into Krita.

    Attributes:
        area: where in the picture the layer's pixels lie.
        node: None only where there is nothing to enhance.
        original: what was read of this very object.
    """

    area: Rect = Rect(0, 0, 1, 1)
    colours: ColourSpace = ColourSpace("", "", "")
    handle: Document = None
    node: Node = None
    original: Original = field(default_factory=Original)

    def shows_as(self, other: KritaLayer | None) -> bool:
        """Whether the panel would show the same for both."""
        return self == other and other is not None and self.area == other.area


def layer_of(document: Document, node: Node) -> KritaLayer:
    """The facts about a node, without its pixels. Takes a fraction of a millisecond."""
    colours = colours_of(node)
    area = _area_of(document, node)
    refusal = _refusal(node, colours, area)
    picture = Rect(0, 0, document.width(), document.height())
    shown = area or picture
    name = ""
    pixels = PixelFormat(shown.width, shown.height, Depth.UINT8, 4)
    if can_be_read(colours.model, colours.depth):
        profile = profile_named(colours.model, colours.profile)
        if profile is None:
            refusal = refusal or _unknown_profile(colours.profile)
        else:
            name = profile.name
            pixels = pixel_format(colours.model, colours.depth, profile, shown.width, shown.height)
    return KritaLayer(
        key=f"{document.rootNode().uniqueId().toString()}{node.uniqueId().toString()}",
        document=document_name(document),
        name=node.name(),
        format=pixels,
        profile=name,
        selection=_selection(document, shown),
        refusal=refusal,
        area=shown,
        colours=colours,
        handle=document,
        node=node,
    )


def colours_of(node: Node) -> ColourSpace:
    """The colour space that a node is in now."""
    return ColourSpace(node.colorModel(), node.colorDepth(), node.colorProfile())


def document_name(document: Document) -> str:
    """What the artist calls a document: its file's name, else its title."""
    file = document.fileName().replace("\\", "/").rpartition("/")[2]
    return file.rpartition(".")[0] or file or document.name() or _("Not saved yet")


def read_pixels(layer: KritaLayer, region: Rect) -> Any:
    """A copy of the pixels of `region` (of the layer) as a buffer. Raises BurnishError where Krita gives none."""
    data = given_pixels(layer, region)
    expected = region.area * layer.format.pixel_bytes
    if len(data) != expected:
        raise BurnishError("layer-unreadable", detail=f"{len(data)} bytes, not {expected}", name=layer.node.name())
    return data


def given_pixels(layer: KritaLayer, region: Rect) -> Any:
    """What Krita gives for `region`, which is less than that where it cannot be read."""
    place = region.moved(layer.area.x, layer.area.y)
    node = layer.node
    if is_read_through_projection(node):
        layer.handle.waitForDone()  # Krita computes a projection some time after what it shows was changed
        return node.projectionPixelData(place.x, place.y, place.width, place.height)
    return node.pixelData(place.x, place.y, place.width, place.height)


def selected_pixels(layer: KritaLayer, region: Rect) -> bytes | None:
    """How much each pixel of `region` is selected; None where there is no edge to respect."""
    selection = layer.handle.selection()
    if selection is None:
        return None
    place = region.moved(layer.area.x, layer.area.y)
    mask = bytes(selection.pixelData(place.x, place.y, place.width, place.height))
    return None if mask.count(b"\xff") == len(mask) else mask


def is_read_through_projection(node: Node) -> bool:
    """Whether a layer's own pixels are not what the artist sees: a group, say, or a paint layer with a mask."""
    if node.type() in _THROUGH_PROJECTION:
        return True
    return any(child.type() in _SHAPING_MASKS and child.visible() for child in node.childNodes())


def _area_of(document: Document, node: Node) -> Rect | None:
    picture = Rect(0, 0, document.width(), document.height())
    if node.type() in _WITHOUT_EDGES:
        return picture
    bounds = node.bounds()
    if bounds.isEmpty():
        return None
    grown = Rect(
        bounds.x() - _MARGIN, bounds.y() - _MARGIN, bounds.width() + 2 * _MARGIN, bounds.height() + 2 * _MARGIN
    )
    return grown.intersection(picture)


def _selection(document: Document, area: Rect) -> Rect | None:
    selection = document.selection()
    if selection is None:
        return None
    return Rect(selection.x() - area.x, selection.y() - area.y, selection.width(), selection.height())


def _refusal(node: Node, colours: ColourSpace, area: Rect | None) -> str:
    kind = node.type()
    if kind.endswith("mask"):
        return _("A mask cannot be enhanced. Choose the layer that it belongs to.")
    if kind != "paintlayer" and kind not in _THROUGH_PROJECTION:
        return _("Layers of this kind cannot be enhanced.")
    if kind == "grouplayer" and node.passThroughMode():
        return _("This group passes through: it has no picture of its own. Switch Pass Through off, or choose a layer.")
    if not can_be_read(colours.model, colours.depth):
        sentence = _(
            "Burnish works with RGB and grayscale; this is {model}. "
            "Convert it first: Image > Convert Image Color Space…, or Layer > Convert > Convert Layer Color Space…"
        )
        return sentence.format(model=colours.model.removesuffix("A"))
    if area is None:
        return _("This layer is empty.")
    return ""


def _unknown_profile(name: str) -> str:
    sentence = _(
        "Krita does not tell what is in the color profile {profile}. "
        "Convert the layer to another one: Layer > Convert > Convert Layer Color Space…"
    )
    return sentence.format(profile=name)
