"""Krita is there, and its documents can be read."""

from inside import note, picture, screenshot, wait_until
from krita import Krita


def scenario_document():
    """A document is made, and gives its pixels back"""
    source = picture(64, 48, "uint8", 4, bgr=True, alpha="slope")
    krita = Krita.instance()
    document = krita.createDocument(64, 48, "first", "RGBA", "U8", "", 72.0)
    krita.activeWindow().addView(document)
    node = document.topLevelNodes()[0]
    node.setPixelData(source.data, 0, 0, 64, 48)
    document.refreshProjection()
    document.waitForDone()
    wait_until(lambda: krita.activeDocument() is not None, "the view")
    assert bytes(node.pixelData(0, 0, 64, 48)) == source.data
    note(f"Krita {krita.version()}")
    screenshot("krita-first")
