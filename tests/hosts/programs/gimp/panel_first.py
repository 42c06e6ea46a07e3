"""GIMP's window is there, and shows images."""

from gi.repository import Gegl, Gimp
from inside import note, picture, screenshot
from inside.gimp_images import show


def scenario_window():
    """An image is shown in GIMP's window"""
    source = picture(640, 480, "uint8", 4)
    image = Gimp.Image.new(640, 480, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(image, "first", 640, 480, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    buffer = layer.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, 640, 480), "R'G'B'A u8", source.data)
    buffer.flush()
    layer.update(0, 0, 640, 480)
    show(image)
    note(f"GIMP {Gimp.version()}")
    screenshot("gimp-first")
