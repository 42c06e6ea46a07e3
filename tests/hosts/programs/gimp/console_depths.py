"""Every kind of pixels goes through burnish-enhance and comes back as it would from the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gi.repository import Babl, Gegl, Gimp
from inside import compare_with_cli, picture
from scenarios import documents, profiles

from burnish.client import Layer
from burnish.wire.geometry import Transfer
from burnish.wire.request import Request

WIDTH, HEIGHT = 150, 100
Precision = Gimp.Precision


def _compare(
    depth: str, channels: int, precision: Any = None, profile: Any = None, *, curve: str = "", scale: float = 1.0
) -> None:
    """Enhance into a new layer (a new image where it is larger), and compare.

    curve: what the stored values are where the precision says so: "linear", or "srgb" whatever the profile's is.
    """
    source = picture(WIDTH, HEIGHT, depth, channels, alpha="slope")
    image, layer = documents.opened(source, precision, profile)
    target = "new-layer" if scale == 1 else "new-image"
    made_in, made, error = documents.enhance(image, layer, scale=scale, target=target)
    assert not error, error
    assert documents.stored(layer) == bytes(source.data), "the source was touched"
    assert made_in.get_precision() == image.get_precision()
    icc = b""
    if profile is not None:
        assert bytes(made_in.get_color_profile().get_icc_profile()) == bytes(profile.get_icc_profile())
        described = {
            "": lambda: profile,
            "linear": profile.new_linear_from_color_profile,
            "srgb": profile.new_srgb_trc_from_color_profile,
        }[curve]()
        icc = bytes(described.get_icc_profile())
    transfer = Transfer.LINEAR if curve == "linear" and profile is None else Transfer.SRGB
    source = Layer(replace(source.format, profile=icc, transfer=transfer), source.data)
    result = documents.read(made, source.format)
    if channels in (1, 3) and target == "new-layer":
        result = documents.without_alpha(result)
    compare_with_cli(source, Request(model=documents.FAST, scale=scale), result)


def scenario_u8_rgba() -> None:
    """8-bit RGB with alpha"""
    _compare("uint8", 4)


def scenario_u8_rgb() -> None:
    """8-bit RGB without alpha"""
    _compare("uint8", 3)


def scenario_u8_linear() -> None:
    """8-bit linear light"""
    _compare("uint8", 4, Precision.U8_LINEAR, curve="linear")


def scenario_u16_rgba() -> None:
    """16-bit RGB with alpha"""
    _compare("uint16", 4)


def scenario_u16_linear() -> None:
    """16-bit linear light"""
    _compare("uint16", 4, Precision.U16_LINEAR, curve="linear")


def scenario_u16_grey() -> None:
    """16-bit grey with alpha"""
    _compare("uint16", 2)


def scenario_half() -> None:
    """Half float"""
    _compare("float16", 4)


def scenario_half_linear() -> None:
    """Half float, linear light"""
    _compare("float16", 4, Precision.HALF_LINEAR, curve="linear")


def scenario_float() -> None:
    """32-bit float"""
    _compare("float32", 4)


def scenario_float_linear() -> None:
    """32-bit float, linear light, without alpha"""
    _compare("float32", 3, Precision.FLOAT_LINEAR, curve="linear")


def scenario_adobe_rgb_u8() -> None:
    """8-bit in Adobe RGB"""
    _compare("uint8", 4, profile=Gimp.ColorProfile.new_rgb_adobe())


def scenario_adobe_rgb_linear() -> None:
    """16-bit linear light in Adobe RGB's primaries"""
    _compare("uint16", 4, Precision.U16_LINEAR, Gimp.ColorProfile.new_rgb_adobe(), curve="linear")


def scenario_display_p3_u16() -> None:
    """16-bit in Display P3"""
    _compare("uint16", 3, profile=documents.display_p3())


def scenario_grey_profile() -> None:
    """8-bit grey in a profile of its own (L*)"""
    _compare("uint8", 2, profile=Gimp.ColorProfile.new_d50_gray_lab_trc())


def scenario_profile_of_tables() -> None:
    """A profile that consists of tables: 8 bits as any other; refused where the precision is linear"""
    _compare("uint8", 4, profile=profiles.by_tables())
    image, layer = documents.opened(picture(WIDTH, HEIGHT, "uint16", 4), Precision.U16_LINEAR, profiles.by_tables())
    for target in ("new-layer", "new-image", "replace"):
        _, _, error = documents.enhance(image, layer, scale=1.0, target=target)
        assert "By tables" in error and "Image > Precision" in error, error
    assert len(image.get_layers()) == 1


def scenario_new_image() -> None:
    """A new image, twice as large, in Display P3"""
    _compare("uint8", 3, profile=documents.display_p3(), scale=2.0)


def scenario_new_image_u16_grey() -> None:
    """A new 16-bit grey image, twice as large"""
    _compare("uint16", 2, scale=2.0)


def _through_float(precision: Any, *, linear: bool) -> None:
    """A precision that no file has: compared as 32-bit float."""
    source = picture(WIDTH, HEIGHT, "float32", 4, alpha="slope")
    image = Gimp.Image.new_with_precision(WIDTH, HEIGHT, Gimp.ImageBaseType.RGB, precision)
    kind = Gimp.ImageType.RGBA_IMAGE
    layer = Gimp.Layer.new(image, "Portrait", WIDTH, HEIGHT, kind, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    babl = "RGBA float" if linear else "R'G'B'A float"
    whole = Gegl.Rectangle.new(0, 0, WIDTH, HEIGHT)
    buffer = layer.get_buffer()
    buffer.set(whole, babl, bytes(source.data))
    buffer.flush()
    del buffer
    _, made, error = documents.enhance(image, layer, scale=1.0)
    assert not error, error
    read = [
        bytes(each.get_buffer().get(whole, 1.0, babl, Gegl.AbyssPolicy.NONE)) for each in (layer, made)
    ]  # fmt: skip
    described = replace(source.format, transfer=Transfer.LINEAR if linear else Transfer.SRGB)
    request = Request(model=documents.FAST, scale=1.0)
    compare_with_cli(Layer(described, read[0]), request, Layer(described, read[1]))
    assert Babl.get_name(made.get_format()) == Babl.get_name(layer.get_format())


def scenario_u32() -> None:
    """32-bit integer"""
    _through_float(Precision.U32_NON_LINEAR, linear=False)


def scenario_double() -> None:
    """64-bit float, linear light"""
    _through_float(Precision.DOUBLE_LINEAR, linear=True)


def scenario_perceptual() -> None:
    """16-bit with sRGB's curve in Adobe RGB's primaries"""
    _compare("uint16", 4, Precision.U16_PERCEPTUAL, Gimp.ColorProfile.new_rgb_adobe(), curve="srgb")


def scenario_indexed() -> None:
    """An indexed picture is refused, or converted where that was asked for"""
    image, layer = documents.opened(picture(WIDTH, HEIGHT, "uint8", 3))
    image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 32, False, False, "")
    _, _, error = documents.enhance(image, layer, scale=1.0)
    assert "Image > Mode > RGB" in error, error
    assert image.get_base_type() == Gimp.ImageBaseType.INDEXED
    _, made, error = documents.enhance(image, layer, scale=1.0, convert_indexed=True)
    assert not error, error
    assert image.get_base_type() == Gimp.ImageBaseType.RGB
    source = Layer(replace(picture(WIDTH, HEIGHT, "uint8", 3).format), documents.stored(layer))
    result = documents.without_alpha(documents.read(made, source.format))
    compare_with_cli(source, Request(model=documents.FAST, scale=1.0), result)
