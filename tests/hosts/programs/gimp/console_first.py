"""GIMP is there without a window, and its images can be read."""

from gi.repository import Gegl, Gimp
from inside import note, picture


def scenario_image():
    """An image is made, and gives its pixels back"""
    source = picture(64, 48, "uint8", 4, alpha="slope")
    image = Gimp.Image.new(64, 48, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(image, "first", 64, 48, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    whole = Gegl.Rectangle.new(0, 0, 64, 48)
    buffer = layer.get_buffer()
    buffer.set(whole, "R'G'B'A u8", source.data)
    buffer.flush()
    assert layer.get_buffer().get(whole, 1.0, "R'G'B'A u8", Gegl.AbyssPolicy.NONE) == source.data
    note(f"GIMP {Gimp.version()}")
