"""Krita with two windows: each has a docker of its own."""

from inside import run_loop, wait_until, workers
from krita import Krita
from scenarios import desk

from burnish.panel.orders import Phase


def _docker_of(window):
    return next(each for each in window.dockers() if each.objectName() == "burnish_docker")


def scenario_window_closed():
    """one of two windows is closed in the middle of its run: the job ends, and the other window goes on"""
    krita = Krita.instance()
    first = krita.activeWindow()
    second = krita.openWindow()
    second.qwindow().show()
    second.activate()
    wait_until(lambda: krita.activeWindow().qwindow() == second.qwindow(), "the second window in front")
    document = desk.opened()
    assert len(first.views()) == 0 and len(second.views()) == 1
    docker = _docker_of(second)
    assert docker.controller is not _docker_of(first).controller
    desk.begin(tile="96")
    desk.under_way()
    controller = docker.controller
    thread = controller.run.thread
    document.setModified(False)
    second.qwindow().close()
    wait_until(lambda: len(krita.windows()) == 1, "the first window alone")
    wait_until(lambda: not thread.running, "the end of the job")
    assert controller.state.phase is not Phase.RUNNING
    assert controller.run is None and krita.documents() == []
    first.activate()
    run_loop(0.3)
    running = workers()
    document = desk.opened()
    desk.enhanced()
    assert len(desk.layers(document)) == 2
    assert workers() == running
