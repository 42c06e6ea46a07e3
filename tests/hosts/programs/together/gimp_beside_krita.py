"""GIMP's side of two programs at once on one worker."""

from gi.repository import Gimp
from inside import compare_with_cli, note, picture, takes, workers
from inside.meeting import meet
from scenarios import documents

from burnish.wire.request import Request


@takes(500)
def scenario_enhance_while_krita_does():
    """GIMP enhances a layer while Krita does, on the same worker"""
    source = picture(480, 320, "uint8", 4)
    image, layer = documents.opened(source)
    meet("both are ready")
    procedure = Gimp.get_pdb().lookup_procedure("burnish-enhance")
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", [layer])
    config.set_property("model", documents.FAST)
    config.set_property("scale", 1.0)
    assert procedure.run(config).index(0) == Gimp.PDBStatusType.SUCCESS, Gimp.get_pdb().get_last_error()
    running = workers()
    meet("both are done")
    assert len(running) == 1 and workers() == running, "one worker served both, and still does"
    note(f"worker {running}")
    result = image.get_layers()[0]
    compare_with_cli(source, Request(model=documents.FAST, scale=1.0), documents.read(result, source.format))
