"""What artists see, kept as pictures."""

from inside import run_loop, screenshot, wait_until
from krita import Krita
from scenarios import desk


def scenario_screens():
    """the docker beside a picture: running and done"""
    desk.opened(450, 300)
    docker = desk.docker()
    docker.open()
    hidden = []
    for each in Krita.instance().activeWindow().dockers():
        if each.isVisible() and each.objectName() not in ("burnish_docker", "KisLayerBox", "ToolBox"):
            each.setVisible(False)
            hidden.append(each)
    run_loop(0.5)
    window = Krita.instance().activeWindow().qwindow()
    orientation = desk.qt("QtCore").Qt.Orientation
    window.resizeDocks([docker], [330], orientation.Horizontal)
    window.resizeDocks([docker], [720], orientation.Vertical)
    run_loop(0.5)
    Krita.instance().action("zoom_to_fit").trigger()
    version = Krita.instance().version()[0]
    desk.begin(tile="160")
    wait_until(
        lambda: (
            desk.state().progress is not None
            and desk.state().progress.tiles_done * 2 >= desk.state().progress.tiles > 1
        ),
        "half of it",
    )
    screenshot(f"krita{version}-running")
    desk.ended()
    screenshot(f"krita{version}-done")
    for each in hidden:
        each.setVisible(True)
