"""What artists see, kept as pictures."""

from inside import keep_file, screenshot, wait_until
from krita import Krita
from scenarios import desk

from burnish.hosts.contract import Place


def scenario_screens():
    """the docker beside a picture: running and done"""
    for each in Krita.instance().activeWindow().dockers():
        if each.isVisible() and each.objectName() not in ("burnish_docker", "KisLayerBox", "ToolBox"):
            each.setVisible(False)
    docker = desk.docker()
    desk.opened(900, 600)
    docker.open()
    window = Krita.instance().activeWindow().qwindow()
    window.resizeDocks([docker], [330], desk.qt("QtCore").Qt.Orientation.Horizontal)
    window.resizeDocks([docker], [720], desk.qt("QtCore").Qt.Orientation.Vertical)
    Krita.instance().action("zoom_to_fit").trigger()
    desk.begin(tile="128", place=Place.NEW_LAYER)
    wait_until(lambda: desk.state().progress is not None and desk.state().progress.tiles_done >= 12, "half of it")
    screenshot(f"krita{Krita.instance().version()[0]}-running")
    desk.ended()
    screenshot(f"krita{Krita.instance().version()[0]}-done")
    assert keep_file(f"krita{Krita.instance().version()[0]}-done.png").stat().st_size > 10000
