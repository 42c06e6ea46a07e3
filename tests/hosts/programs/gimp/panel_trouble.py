"""The artist does something else in the middle of a run, or the worker goes away: nothing crashes, the run ends."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from inside import compare_with_cli, ends_program, kill_worker, note, picture, run_loop, screenshot, wait_until, workers
from inside.gimp_images import show
from inside.gimp_panel import panel
from inside.workers import processes
from scenarios import documents, keyboard

from burnish.wire.request import Request

WIDTH, HEIGHT = 420, 280
TILE = "160"


def _running(place: str = "new-layer", *, held: bool = False) -> tuple[Any, Any, Any, Any]:
    """A picture whose enhancement is in its middle. held: it stands still there, until `_noticed`."""
    source = picture(WIDTH, HEIGHT, "uint8", 4, alpha="slope")
    image, layer = documents.opened(source)
    display = keyboard.open_panel(image, place=place)
    keyboard.enhance(TILE)
    keyboard.wait_for_first_tile()
    if held:
        keyboard.hold()
    return source, image, layer, display


def _noticed() -> None:
    """The panel hears that its result is lost, before there is another tile."""
    panel.wait("controller.run.lost", "the notice that the result is lost")
    keyboard.let_go()


def command_line(process: int) -> str:
    """Empty where it has just ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().decode().replace("\0", " ")
    except OSError:
        return ""


def _close(image: Any, display: Any) -> None:
    """Close the picture's only window."""
    display.delete()
    if image.is_valid():  # who made it by a call has a share in it, whoever opened it has not
        image.delete()
    assert not image.is_valid()


def _ended_quietly() -> None:
    _noticed()
    keyboard.wait_for_end()
    assert panel.value("state.failure is None"), panel.value("str(state.failure)")
    assert panel.value("state.result is None")


def _works_again() -> None:
    """The panel and GIMP's plug-in live: another picture is enhanced."""
    image, _layer = documents.opened(picture(200, 150, "uint8", 4), name="Afterwards")
    show(image)
    panel.open(image)
    panel.wait("state.layer is not None and state.layer.name == 'Afterwards'", "the next picture")
    panel.run("from burnish.hosts.contract import Place; state.choose_place(Place.NEW_LAYER)")
    keyboard.enhance()
    keyboard.wait_for_result()
    assert len(image.get_layers()) == 2


def scenario_result_deleted() -> None:
    """The new layer is deleted"""
    _, image, layer, _ = _running(held=True)
    image.remove_layer(image.get_layers()[0])
    _ended_quietly()
    assert [each.get_id() for each in image.get_layers()] == [layer.get_id()]
    _works_again()


def scenario_undone() -> None:
    """Undo takes the new layer away"""
    _, image, _layer, _ = _running(held=True)
    keyboard.press("ctrl+z")
    wait_until(lambda: len(image.get_layers()) == 1, "the undone layer")
    _ended_quietly()
    _works_again()


def scenario_image_closed() -> None:
    """The picture is closed"""
    _, image, _layer, display = _running(held=True)
    _close(image, display)
    _ended_quietly()
    _works_again()


def scenario_replaced_image_closed() -> None:
    """The picture whose layer was to be replaced is closed"""
    _, image, _layer, display = _running("replace", held=True)
    _close(image, display)
    _ended_quietly()
    _works_again()


def scenario_result_locked() -> None:
    """The new layer is locked: a sentence, and not a killed plug-in"""
    _, image, _layer, _ = _running(held=True)
    image.get_layers()[0].set_lock_content(True)
    _noticed()
    panel.wait("controller.run is None", "the end of the run")
    assert panel.value("state.failure.code") == "layer-locked"
    panel.run("controller.dismiss()")
    _works_again()


def scenario_source_locked() -> None:
    """The layer is locked before it could be replaced"""
    source, _image, layer, _ = _running("replace", held=True)
    layer.set_lock_content(True)
    _noticed()
    panel.wait("controller.run is None", "the end of the run")
    assert panel.value("state.failure.code") == "layer-locked"
    assert documents.stored(layer) == bytes(source.data)
    panel.run("controller.dismiss()")
    _works_again()


def scenario_source_painted() -> None:
    """The artist paints on the layer before it could be replaced: that stays, and the result is a layer above it"""
    source, image, layer, _ = _running("replace", held=True)
    drawn = bytearray(bytes(source.data))
    drawn[:400] = bytes([9, 200, 9, 255]) * 100
    documents.write(layer, bytes(drawn))
    keyboard.let_go()
    panel.wait("state.failure is not None", "the sentence")
    assert panel.value("state.failure.code") == "painted-meanwhile"
    assert documents.stored(layer) == bytes(drawn)
    made = image.get_layers()[0]
    assert len(image.get_layers()) == 2 and made.get_id() != layer.get_id()
    compare_with_cli(source, Request(model=documents.FAST, scale=1.0), documents.read(made, source.format))
    panel.run("controller.dismiss()")


def scenario_worker_killed() -> None:
    """The worker is killed: another one goes on, and the result is the same"""
    source, image, _layer, _ = _running()
    killed = kill_worker()
    began = time.monotonic()
    keyboard.wait_for_result()
    note(f"{time.monotonic() - began:.1f} s from the killing to the result")
    assert killed not in workers()
    made = documents.read(image.get_layers()[0], source.format)
    compare_with_cli(source, Request(model=documents.FAST, scale=1.0), made)


def scenario_two_pictures() -> None:
    """Two pictures at once: the second waits for its turn, as it was when Enhance was pressed"""
    _, image, _layer, _ = _running()
    source = picture(200, 150, "uint8", 3)
    other, layer = documents.opened(source, name="Other")
    show(other)
    panel.wait("state.layer.name == 'Other'", "the second picture")
    panel.run("controller.add_to_queue()")
    panel.wait("len(state.queue) == 1 or len(controller.queue) == 1", "the job that waits")
    run_loop(0.5)
    documents.write(layer, bytes(len(bytes(source.data))))  # too late to matter
    keyboard.wait_for_result()
    assert len(image.get_layers()) == 2
    assert len(other.get_layers()) == 2
    made = documents.without_alpha(documents.read(other.get_layers()[0], source.format))
    compare_with_cli(source, Request(model=documents.FAST, scale=1.0), made)


def scenario_panel_closed() -> None:
    """The panel's window is closed in the middle of a run: what it painted goes, and it opens again"""
    _, image, _layer, _ = _running()
    panel.close()
    wait_until(lambda: len(image.get_layers()) == 1, "the layer that nobody finishes")
    panel.open(image)
    panel.wait("state.catalogue is not None", "the catalogue")


def _plug_ins() -> list[int]:
    """Process ids of Burnish's plug-in that serve, or are about to."""
    return [number for number in processes("-run") if "burnish-enhance.py" in command_line(number)]


def scenario_plugin_killed() -> None:
    """GIMP's plug-in is killed: the panel says so; the menu, used twice at once, brings back one of each"""
    _, image, _layer, _ = _running()
    resident = _plug_ins()
    assert len(resident) == 1, resident
    os.kill(resident[0], signal.SIGKILL)
    panel.run("boxes = lambda: [w for w in application.topLevelWidgets() if isinstance(w, QtWidgets.QMessageBox)]")
    panel.wait("any(box.isVisible() for box in boxes())", "the sentence")
    assert "has ended Burnish's plug-in" in panel.value("boxes()[0].text()")
    assert panel.value("controller.run is None and not panel.window().isVisible()")
    screenshot("gimp-plugin-killed")
    before = panel.processes()
    panel.gone()
    keyboard.dismiss_message()
    for count in (1, 2):
        keyboard.search_action("Burnish…")  # not by a call, which would last as long as the process that it starts
        started = wait_until(lambda count=count: len(_plug_ins()) == count and _plug_ins(), f"process {count}")
        for process in started:
            os.kill(process, signal.SIGSTOP)  # before it has begun: both shall begin at the same time
    for process in started:
        os.kill(process, signal.SIGCONT)
    wait_until(lambda: set(panel.processes()) - set(before), "the panel")
    wait_until(lambda: not set(panel.processes()) & set(before), "the end of the panel that only had to say something")
    wait_until(lambda: len(_plug_ins()) == 1, "the end of the one too many", 30)
    panel.open(image)
    panel.wait("state.catalogue is not None and state.layer is not None", "the panel")
    assert len(panel.processes()) == 1, panel.processes()
    _works_again()


@ends_program
def scenario_quit() -> None:
    """GIMP is quit in the middle of a run: it ends, and the panel and the plug-in with it"""
    _running()
    keyboard.press("ctrl+q")
    run_loop(1.5)
    keyboard.press_anywhere("ctrl+d")
    panel.gone()
