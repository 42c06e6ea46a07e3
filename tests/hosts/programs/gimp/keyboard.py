"""Keys pressed in GIMP's window, and the panel as most scenarios begin with it."""

from __future__ import annotations

import subprocess
from typing import Any

from inside import run_loop, wait_until
from inside.gimp_images import show
from inside.gimp_panel import panel
from scenarios import documents

_FOCUS_SECONDS = 0.3
_SHARED_WIDTH = 1210


def press(keys: str) -> None:
    """Press a key combination in GIMP's image window, such as "ctrl+z"."""
    window = wait_until(_image_window, "GIMP's image window")
    subprocess.run(["xdotool", "windowactivate", "--sync", window], check=True)
    run_loop(_FOCUS_SECONDS)
    subprocess.run(["xdotool", "key", keys], check=True)
    run_loop(_FOCUS_SECONDS)


def _image_window() -> str:
    """Its number; empty while xdotool stumbles over a window that is just closing."""
    return (_windows("GIMP$") or [""])[-1]


def press_anywhere(keys: str) -> None:
    """Press a key combination in whatever window has the keyboard, such as a question that has just come up."""
    subprocess.run(["xdotool", "key", keys], check=True)


def dismiss_message() -> None:
    """Close the window in which GIMP says that a plug-in crashed, if it is there."""
    for window in _windows("^GIMP Message$"):
        subprocess.run(["xdotool", "windowactivate", "--sync", window, "key", "Return"], check=True)
        run_loop(_FOCUS_SECONDS)


def _windows(title: str) -> list[str]:
    search = ["xdotool", "search", "--onlyvisible", "--name", title]
    return subprocess.run(search, capture_output=True, text=True, check=False).stdout.split()


def search_action(name: str) -> None:
    """Use an entry of GIMP's menus by its name."""
    press("slash")
    subprocess.run(["xdotool", "type", "--delay", "20", name], check=True)
    run_loop(1.0)
    subprocess.run(["xdotool", "key", "Return"], check=True)


def open_panel(image: Any, *, place: str = "new-layer", scale: float = 1.0, model: str = documents.FAST) -> Any:
    """Show the image in GIMP's window, and the panel with these choices made; returns the window."""
    display = show(image)
    panel.open(image)
    panel.wait("state.catalogue is not None", "the catalogue")
    panel.run("from burnish.hosts.contract import Place")
    panel.run(f"state.choose_task('upscale'); state.choose_model({model!r}); state.choose_scale({scale!r})")
    panel.run(f"state.choose_place(Place({place!r}))")
    name = image.get_selected_layers()[0].get_name()
    panel.wait(f"state.layer is not None and state.layer.name == {name!r} and not state.layer.refusal", "the layer")
    return display


def side_by_side() -> None:
    """GIMP's window and the panel next to each other, so that a picture of the screen shows both, and fit the image."""
    window = wait_until(_image_window, "GIMP's image window")
    subprocess.run(["xdotool", "windowsize", window, str(_SHARED_WIDTH), "960"], check=True)
    panel.run(f"panel.window().resize(376, 940); panel.window().move({_SHARED_WIDTH + 4}, 4)")
    press("shift+ctrl+j")


def enhance(tile: str = "auto") -> None:
    """Press Enhance. tile: "160" makes many small ones, which no button does."""
    panel.run(
        "from dataclasses import replace\n"
        "def order(*given):\n"
        "    usual = type(state).order(state, *given)\n"
        f"    return replace(usual, request=replace(usual.request, tile={tile!r}))\n"
        "state.order = order\n"
    )
    assert panel.value("panel.run_bar.enhance.isEnabled()")
    panel.run("panel.run_bar.enhance.click()")


def wait_for_end() -> None:
    """Until nothing runs and nothing waits any more."""
    panel.wait("controller.run is None and not state.queue", "the end of the run")


def wait_for_result() -> None:
    """Until the result stands, and GIMP's plug-in has done with it."""
    wait_for_end()
    assert panel.value("state.result is not None"), panel.value("str(state.failure)")
    panel.wait("not controller.kept.run.target.under_way", "the last tiles")
    panel.heard()


def wait_for_first_tile() -> None:
    """Until the run is in its middle: one tile is there, and not yet all."""
    panel.wait("controller.run is None or (state.progress is not None and state.progress.tiles_done > 0)", "a tile")
    _in_its_middle()


def _in_its_middle() -> None:
    failure = panel.value("str(state.failure)")
    assert panel.value("controller.run is not None"), f"over before anything could happen in its middle: {failure}"


def hold() -> None:
    """Keep the run from handing over tiles, so that GIMP has none in its hands at what happens next."""
    panel.run(
        "held, room = [0], controller.run.thread._room\n"
        "def grab():\n"
        "    while room.acquire(blocking=False):\n"
        "        held[0] += 1\n"
        "holding = QtCore.QTimer()\n"
        "holding.timeout.connect(grab)\n"
        "holding.start(5)\n"
    )
    panel.wait("held[0] == 4", "the last tile on its way")
    _in_its_middle()


def let_go() -> None:
    """Let the run go on."""
    panel.run("holding.stop(); room.release(held[0])")


def set_strength(strength: float) -> None:
    """Move the slider, and wait until GIMP has every tile of the result at this strength."""
    panel.run(f"state.set_strength({strength}); blends = []")
    panel.run("state.progress_changed.connect(lambda: blends.append(state.blending))")
    panel.wait("True in blends and not state.blending and not controller.kept.run.target.under_way", "the blend")
    panel.heard()


def names(image: Any) -> list[str]:
    return [layer.get_name() for layer in image.get_layers()]
