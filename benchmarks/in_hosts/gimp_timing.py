"""Runs inside GIMP's Python: runs through the panel beside it, with clocks on GIMP's own calls in the plug-in."""

from __future__ import annotations

import os
import time
from pathlib import Path

import calls as clock
from calls import Kind, calls_between
from gi.repository import Gegl, Gimp
from inside import picture, run_loop, takes, wait_until
from inside.gimp_images import show
from inside.gimp_panel import panel
from inside.workers import processes
from scenarios.rounds import HEIGHT, WIDTH, Options, Ran, assert_same, run_rounds

from burnish.client import WorkerClient

_CLOCK = """
import sys
sys.path.append({folder!r})
from calls import watch_worker
watch_worker()
"""
_BEGIN = """
import time
from burnish.hosts.contract import Place
from burnish.panel.orders import Order
from burnish.wire.request import Request
state.drop_result()
began = time.monotonic()
controller.submit(Order(Request(model={model!r}, scale=1.0), Place.NEW_LAYER, "benchmark"))
"""
_FORMAT = "R'G'B'A u8"


@takes(1500)
def scenario_rounds() -> None:
    """Rounds"""
    options = Options.read()
    source = picture(WIDTH, HEIGHT, "uint8", 4)
    image = Gimp.Image.new(WIDTH, HEIGHT, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(image, "source", WIDTH, HEIGHT, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    whole = Gegl.Rectangle.new(0, 0, WIDTH, HEIGHT)
    buffer = layer.get_buffer()
    buffer.set(whole, _FORMAT, source.data)
    buffer.flush()
    layer.update(0, 0, WIDTH, HEIGHT)
    show(image)
    panel.open(image)
    panel.wait("state.catalogue is not None and state.layer is not None", "the catalogue")
    panel.run(_CLOCK.format(folder=str(Path(clock.__file__).parent)))
    (shim,) = (Path.home() / ".config/GIMP").glob("*/plug-ins/burnish-enhance/burnish-enhance.py")
    ours = [*panel.processes(), *processes(str(shim))]
    assert len(ours) == 2, ours

    def through_panel() -> Ran:
        for each in image.get_layers():
            if each.get_id() != layer.get_id():
                image.remove_layer(each)
        image.set_selected_layers([layer])
        Gimp.displays_flush()
        run_loop(3.0)
        before = sum(_cpu(pid) for pid in ours)
        panel.run(_BEGIN.format(model=options.model))
        began = panel.value("began")
        ended = wait_until(lambda: _end_of_finish(began), "the last tile", 600)
        cpu = sum(_cpu(pid) for pid in ours) - before
        host = sum(call.cpu for call in calls_between(began, ended) if call.kind is Kind.HOST)
        assert panel.value("state.failure is None"), panel.value("str(state.failure)")
        made = image.get_layers()[0]
        assert made.get_id() != layer.get_id()
        kept = made.get_buffer().get(whole, 1.0, _FORMAT, Gegl.AbyssPolicy.NONE)
        assert_same(bytes(kept), source.data)
        return Ran(began, ended, cpu - host)

    run_rounds(options, source, WorkerClient(), through_panel)


def _end_of_finish(began: float) -> float | None:
    """When the plug-in had let the result stand, after its last tile."""
    return next((call.ended for call in calls_between(began, time.monotonic()) if call.name == "finish"), None)


def _cpu(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
