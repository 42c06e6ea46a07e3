"""Every colour model and depth that Krita paints in comes out as the command makes it."""

from inside import compare_with_cli
from krita import Krita
from scenarios import desk

from burnish.hosts.contract import Place


def _new_layer(depth, model, alpha="opaque", profile="", width=320, height=200):
    document = desk.opened(width, height, depth=depth, model=model, alpha=alpha, profile=profile)
    source, request, result = desk.enhanced()
    layer = desk.layers(document)[1]
    assert (layer.colorModel(), layer.colorDepth()) == (model, depth)
    assert layer.colorProfile() == desk.layers(document)[0].colorProfile()
    compare_with_cli(source, request, desk.layer_at(layer, result.format), f"{model} {depth} {alpha}")


def scenario_rgba_8():
    """8-bit RGBA, half transparent"""
    _new_layer("U8", "RGBA", alpha="slope")


def scenario_rgba_16():
    """16-bit RGBA"""
    _new_layer("U16", "RGBA")


def scenario_rgba_half():
    """half float RGBA, linear"""
    _new_layer("F16", "RGBA")


def scenario_rgba_float():
    """float RGBA, linear, half transparent"""
    _new_layer("F32", "RGBA", alpha="slope")


def scenario_grey_8():
    """8-bit grey"""
    _new_layer("U8", "GRAYA")


def scenario_grey_16():
    """16-bit grey, half transparent"""
    _new_layer("U16", "GRAYA", alpha="slope")


def scenario_grey_half():
    """half float grey, linear"""
    _new_layer("F16", "GRAYA")


def scenario_grey_float():
    """float grey, linear"""
    _new_layer("F32", "GRAYA")


def scenario_profile():
    """layers in other profiles than sRGB: wider ones, and linear ones"""
    for profile, depth in (
        ("ClayRGB-elle-V2-g22.icc", "U16"),
        ("LargeRGB-elle-V2-g22.icc", "U16"),
        ("Rec2020-elle-V4-g10.icc", "F32"),
    ):
        assert profile in Krita.instance().profiles("RGBA", depth), Krita.instance().profiles("RGBA", depth)
        _new_layer(depth, "RGBA", profile=profile, width=160, height=100)
        assert desk.controller().state.layer.profile == profile.removesuffix(".icc")
        assert len(desk.controller().state.layer.format.profile) > 100


def scenario_profile_that_krita_does_not_give():
    """a profile that Krita does not write into files is refused with a sentence, and asked for again later"""
    from burnish.hosts.krita import profiles

    name, exported = "ACEScg-elle-V4-g10.icc", profiles._exported
    profiles._exported = lambda model, wanted: b""
    try:
        desk.opened(depth="F16", profile=name)
        refusal = desk.state().layer.refusal
        assert name in refusal and "Convert Layer Color Space" in refusal, refusal
        assert not desk.state().can_start()
    finally:
        profiles._exported = exported
    profiles._unknown_since.clear()
    desk.controller().look_at_host()
    assert not desk.state().layer.refusal and desk.state().layer.format.profile


def scenario_other_colours_than_the_picture():
    """a layer in another depth than its picture"""
    document = desk.opened()
    node = desk.layers(document)[0]
    node.setColorSpace("RGBA", "U16", "sRGB-elle-V2-srgbtrc.icc")
    document.waitForDone()
    desk.activate(document, node)
    source, request, result = desk.enhanced()
    layer = desk.layers(document)[1]
    assert layer.colorDepth() == "U16"
    compare_with_cli(source, request, desk.layer_at(layer, result.format))


def scenario_enlarged():
    """a new document, twice as large"""
    desk.opened(160, 100)
    source, request, result = desk.enhanced(scale=2.0, place=Place.NEW_IMAGE)
    node = Krita.instance().activeDocument().topLevelNodes()[0]
    compare_with_cli(source, request, desk.layer_at(node, result.format))


def scenario_colours_that_are_refused():
    """CMYK, Lab, XYZ and YCbCr are refused with the way to convert them"""
    for model, name in (("CMYKA", "CMYK"), ("LABA", "LAB"), ("XYZA", "XYZ"), ("YCbCrA", "YCbCr")):
        # all stay open: Krita 5.2 crashes in createDocument where a document like these was closed just before
        document = Krita.instance().createDocument(40, 30, "other", model, "U16", "", 72.0)
        document.setBatchmode(True)
        Krita.instance().activeWindow().addView(document)
        desk.activate(document, desk.layers(document)[0])
        refusal = desk.state().layer.refusal
        assert name in refusal and "Convert Image Color Space" in refusal, refusal
        assert not desk.state().can_start()
