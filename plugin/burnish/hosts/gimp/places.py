"""Where a result goes: makes room for it above its source, in its source, or in an image of its own."""

from __future__ import annotations

from typing import Any

from burnish.hosts.contract import Place
from burnish.hosts.gimp.drawables import bounds_of, offsets_of, replacing
from burnish.hosts.gimp.pixels import read
from burnish.hosts.gimp.program import Babl, Gegl, Gimp
from burnish.hosts.gimp.results import NewImage, NewLayer, Replacement, Result
from burnish.wire.geometry import Depth, Rect
from burnish.wire.sentences import BurnishError


def begin(
    place: Place,
    source: Any,
    region: Rect,
    size: tuple[int, int],
    depth: Depth,
    channels: int,
    name: str,
    *,
    shown: bool,
) -> Result:
    """Make room for a result of `region` of the layer `source`.

    Args:
        size, depth, channels: of the result; size is its width and height.
        name: what a new layer is called.
        shown: whether a new image gets a window.

    Raises BurnishError where the source was changed, is locked or cannot take pixels.
    """
    if not bounds_of(source).contains(region):
        raise BurnishError("layer-changed", name=source.get_name())
    if place is Place.REPLACE:
        if (failure := replacing(source)) is not None:
            raise BurnishError(failure.code, failure.detail, **failure.values)
        if size != (region.width, region.height):
            raise BurnishError("replaced-by-larger")
        return Replacement(source, region, depth, channels, lambda: _layer_above(source, region, size, name))
    if place is Place.NEW_LAYER:
        return NewLayer(source.get_image(), _layer_above(source, region, size, name), depth, channels)
    return _new_image(source, size, depth, channels, name, shown)


def _layer_above(source: Any, region: Rect, size: tuple[int, int], name: str) -> Any:
    """An empty layer over the region, about the same centre where it is larger; with the source's mask, if it has one.

    It stands above the source, or above the outermost locked group around it, since nothing can be painted in there.
    """
    image, below = source.get_image(), source
    parent = source.get_parent()
    while parent is not None:
        if parent.get_lock_content():
            below = parent
        parent = parent.get_parent()
    x, y = offsets_of(source)
    x, y = x + region.x, y + region.y
    selected = image.get_selected_layers()
    image.undo_group_start()
    try:
        layer = _with_alpha(image, region.width, region.height, name)
        _carry_blending(source, layer)
        layer.set_offsets(x, y)
        image.insert_layer(layer, below.get_parent(), image.get_item_position(below))
        _copy_mask(source, layer, region)
        width, height = size
        if size != (region.width, region.height):
            layer.scale(width, height, False)  # its mask along with it
            layer.set_offsets(x + (region.width - width) // 2, y + (region.height - height) // 2)
        image.set_selected_layers(selected)  # the artist goes on where they were
    finally:
        image.undo_group_end()
    Gimp.displays_flush()
    return layer


def _with_alpha(image: Any, width: int, height: int, name: str) -> Any:
    """A transparent layer, so that what is not painted yet shows what lies below."""
    grey = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAYA_IMAGE if grey else Gimp.ImageType.RGBA_IMAGE
    return Gimp.Layer.new(image, name, width, height, kind, 100, Gimp.LayerMode.NORMAL)


def _carry_blending(source: Any, layer: Any) -> None:
    """A result looks like its source when that is hidden. Only groups can pass through."""
    layer.set_opacity(source.get_opacity())
    mode = source.get_mode()
    if mode == Gimp.LayerMode.PASS_THROUGH:
        return
    layer.set_mode(mode)  # first, because it brings the others along
    layer.set_blend_space(source.get_blend_space())
    layer.set_composite_space(source.get_composite_space())
    layer.set_composite_mode(source.get_composite_mode())


def _copy_mask(source: Any, layer: Any, region: Rect) -> None:
    mask = source.get_mask()
    if mask is None or not source.get_apply_mask():
        return
    copy = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(copy)
    layer.set_edit_mask(False)
    native = Babl.get_name(mask.get_format())
    values = read(mask.get_buffer(), region, native)
    buffer = copy.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, region.width, region.height), native, values)
    buffer.flush()


def _new_image(source: Any, size: tuple[int, int], depth: Depth, channels: int, name: str, shown: bool) -> NewImage:
    """An image like the source's: precision, profile and resolution."""
    like = source.get_image()
    width, height = size
    grey = like.get_base_type() == Gimp.ImageBaseType.GRAY
    image = Gimp.Image.new_with_precision(width, height, like.get_base_type(), like.get_precision())
    image.undo_disable()
    profile = like.get_color_profile()
    if profile is not None:
        image.set_color_profile(profile)
    _, horizontal, vertical = like.get_resolution()
    image.set_resolution(horizontal, vertical)
    if channels in (2, 4):
        layer = _with_alpha(image, width, height, name)
    else:
        kind = Gimp.ImageType.GRAY_IMAGE if grey else Gimp.ImageType.RGB_IMAGE
        layer = Gimp.Layer.new(image, name, width, height, kind, 100, Gimp.LayerMode.NORMAL)
        layer.fill(Gimp.FillType.WHITE)
    image.insert_layer(layer, None, 0)
    image.undo_enable()
    display = Gimp.Display.new(image) if shown else None
    return NewImage(image, layer, depth, channels, display)
