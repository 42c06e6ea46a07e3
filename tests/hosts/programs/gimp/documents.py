"""Images of one layer as scenarios need them, and their pixels as GIMP stores them."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

from gi.repository import Babl, Gegl, Gimp

from burnish.client import Layer
from burnish.wire.geometry import Depth, PixelFormat, Rect

PRECISIONS = {
    "uint8": Gimp.Precision.U8_NON_LINEAR,
    "uint16": Gimp.Precision.U16_NON_LINEAR,
    "float16": Gimp.Precision.HALF_NON_LINEAR,
    "float32": Gimp.Precision.FLOAT_NON_LINEAR,
}
_OPAQUE = {
    Depth.UINT8: b"\xff",
    Depth.UINT16: b"\xff\xff",
    Depth.FLOAT16: b"\x00\x3c",
    Depth.FLOAT32: b"\x00\x00\x80\x3f",
}
_DISPLAY_P3 = {  # CIE XYZ (D50)
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
FAST = "realesr-animevideov3-x2"


def opened(source: Layer, precision: Any = None, profile: Any = None, name: str = "Portrait") -> tuple[Any, Any]:
    """An image of source's size with one layer that holds its bytes, which are in GIMP's own storage order."""
    pixels = source.format
    grey = pixels.channels < 3
    base = Gimp.ImageBaseType.GRAY if grey else Gimp.ImageBaseType.RGB
    image = Gimp.Image.new_with_precision(
        pixels.width, pixels.height, base, precision or PRECISIONS[pixels.depth.value]
    )
    if profile is not None:
        image.set_color_profile(profile)
    return image, layer_in(image, source, name)


def layer_in(image: Any, source: Layer, name: str) -> Any:
    """One more layer, on top, that holds these bytes."""
    types = Gimp.ImageType
    kind = (types.GRAY_IMAGE, types.GRAYA_IMAGE, types.RGB_IMAGE, types.RGBA_IMAGE)[source.format.channels - 1]
    layer = Gimp.Layer.new(image, name, source.format.width, source.format.height, kind, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    write(layer, bytes(source.data))
    return layer


def write(drawable: Any, data: bytes) -> None:
    """Fill a drawable with bytes in its own format."""
    buffer = drawable.get_buffer()
    buffer.set(_whole(drawable), Babl.get_name(drawable.get_format()), data)
    buffer.flush()
    drawable.update(0, 0, drawable.get_width(), drawable.get_height())
    Gimp.displays_flush()


def stored(drawable: Any) -> bytes:
    """All of a drawable's bytes, as GIMP stores them."""
    return bytes(drawable.get_buffer().get(_whole(drawable), 1.0, None, Gegl.AbyssPolicy.NONE))


def read(drawable: Any, like: PixelFormat) -> Layer:
    """A drawable as a Layer, whose depth and colours are like those of `like`."""
    channels = {"gray": 1, "graya": 2, "rgb": 3, "rgba": 4}[kind_of(drawable)]
    pixels = replace(like, width=drawable.get_width(), height=drawable.get_height(), channels=channels)
    return Layer(pixels, stored(drawable))


def part(drawable: Any, like: PixelFormat, rect: Rect) -> Layer:
    """A rectangle of a drawable as a Layer."""
    whole = read(drawable, like)
    pixels, data = whole.format, bytes(whole.data)
    starts = [y * pixels.row_bytes + rect.x * pixels.pixel_bytes for y in range(rect.y, rect.bottom)]
    rows = b"".join(data[start : start + rect.width * pixels.pixel_bytes] for start in starts)
    return Layer(replace(pixels, width=rect.width, height=rect.height), rows)


def kind_of(drawable: Any) -> str:
    """ "rgb", "rgba", "gray" or "graya"."""
    return ("gray" if drawable.is_gray() else "rgb") + ("a" if drawable.has_alpha() else "")


def without_alpha(layer: Layer) -> Layer:
    """The same without its alpha, which has to be opaque."""
    pixels, size, step = layer.format, layer.format.depth.bytes, layer.format.pixel_bytes
    data, opaque = bytes(layer.data), _OPAQUE[pixels.depth]
    colours = []
    for start in range(0, len(data), step):
        assert data[start + step - size : start + step] == opaque, "not opaque"
        colours.append(data[start : start + step - size])
    return Layer(replace(pixels, channels=pixels.channels - 1), b"".join(colours))


def with_alpha(layer: Layer) -> Layer:
    """The same with an opaque alpha added."""
    data, step, opaque = bytes(layer.data), layer.format.pixel_bytes, _OPAQUE[layer.format.depth]
    pixels = [data[start : start + step] + opaque for start in range(0, len(data), step)]
    return Layer(replace(layer.format, channels=layer.format.channels + 1), b"".join(pixels))


def display_p3() -> Any:
    """GIMP's own sRGB profile with the primaries of Display P3 in it."""
    icc = bytearray(Gimp.ColorProfile.new_rgb_srgb().get_icc_profile())
    (count,) = struct.unpack_from(">I", icc, 128)
    for index in range(count):
        name, offset, _size = struct.unpack_from(">4sII", icc, 132 + 12 * index)
        if name in _DISPLAY_P3:
            struct.pack_into(">3i", icc, offset + 8, *(round(value * 65536) for value in _DISPLAY_P3[name]))
    return Gimp.ColorProfile.new_from_icc_profile(bytes(icc))


def select_ellipse(image: Any, rect: Rect, feather: float) -> None:
    """Select softly."""
    image.select_ellipse(Gimp.ChannelOps.REPLACE, rect.x, rect.y, rect.width, rect.height)
    if feather:
        Gimp.Selection.feather(image, feather)


def selected(image: Any, rect: Rect) -> bytes:
    """How much each pixel of a rectangle of the image is selected."""
    area = Gegl.Rectangle.new(rect.x, rect.y, rect.width, rect.height)
    return bytes(image.get_selection().get_buffer().get(area, 1.0, "Y u8", Gegl.AbyssPolicy.NONE))


def enhance(image: Any, *drawables: Any, **arguments: Any) -> tuple[Any, Any, str]:
    """Call the procedure as a script does; returns the result's image and layer, and "" or the error's sentence."""
    procedure = Gimp.get_pdb().lookup_procedure("burnish-enhance")
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", list(drawables))
    for name, value in {"model": FAST, **arguments}.items():
        config.set_property(name.replace("_", "-"), value)
    answer = procedure.run(config)
    if answer.index(0) == Gimp.PDBStatusType.SUCCESS:
        return answer.index(1), answer.index(2), ""
    return None, None, Gimp.get_pdb().get_last_error()


def _whole(drawable: Any) -> Any:
    return Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
