"""Runs inside Krita: runs through the docker, with clocks on Krita's own calls and on ours around them."""

from __future__ import annotations

import time

from calls import Kind, calls_between, measure, watch_worker
from inside import picture, run_loop, takes, wait_until
from krita import Document, Krita, Node
from scenarios.rounds import HEIGHT, WIDTH, Options, Ran, assert_same, run_rounds

from burnish.hosts.contract import Place
from burnish.panel.controller import Controller
from burnish.panel.job_thread import JobThread
from burnish.panel.orders import Order


@takes(1500)
def scenario_rounds() -> None:
    """Rounds"""
    options = Options.read()
    layer = picture(WIDTH, HEIGHT, "uint8", 4, bgr=True)
    krita = Krita.instance()
    document = krita.createDocument(WIDTH, HEIGHT, "benchmark", "RGBA", "U8", "", 72.0)
    krita.activeWindow().addView(document)
    node = document.topLevelNodes()[0]
    node.setPixelData(layer.data, 0, 0, WIDTH, HEIGHT)
    document.refreshProjection()
    document.waitForDone()
    document.setActiveNode(node)
    docker = next(each for each in krita.dockers() if each.objectName() == "burnish_docker")
    docker.setVisible(True)
    controller, state = docker.controller, docker.controller.state
    wait_until(lambda: state.catalogue is not None and state.layer is not None, "the catalogue")
    _set_clocks()

    def through_panel() -> Ran:
        for each in _results(document, node):
            each.remove()
        document.setActiveNode(node)
        document.refreshProjection()
        document.waitForDone()
        run_loop(1.5)
        state.drop_result()
        began = time.monotonic()
        controller.submit(Order(options.request, Place.NEW_LAYER, "benchmark"))
        ended = wait_until(lambda: _end_of_run(began) or state.failure, "the result", 600)
        assert state.failure is None, state.failure
        run_loop(0.5)  # the job's thread has ended, too
        calls = calls_between(began, ended)
        cpu = sum(call.cpu for call in calls if call.kind is Kind.OURS)
        (made,) = _results(document, node)
        assert_same(bytes(made.pixelData(0, 0, WIDTH, HEIGHT)), layer.data)
        return Ran(began, ended, cpu)

    run_rounds(options, layer, controller.client, through_panel)


def _set_clocks() -> None:
    for name in ("pixelData", "projectionPixelData", "setPixelData"):
        measure(Node, name)
    measure(Document, "refreshProjection")
    for name in ("submit", "_on_event", "_on_tile"):
        measure(Controller, name, Kind.OURS)
    measure(JobThread, "_run", Kind.OURS)
    watch_worker()


def _end_of_run(began: float) -> float | None:
    """When the run's last event, Done, had been dealt with."""
    calls = calls_between(began, time.monotonic())
    done = [call.ended for call in calls if call.kind is Kind.WORKER]
    events = [call.ended for call in calls if call.name == "_on_event"]
    return max(events) if done and events and max(events) > done[0] else None


def _results(document: Document, node: Node) -> list[Node]:
    return [each for each in document.topLevelNodes() if each.uniqueId() != node.uniqueId()]
