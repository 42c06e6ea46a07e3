"""Runs scenarios inside GIMP's Python: `python-fu-eval` executes this file, with a window or without."""

from __future__ import annotations

import faulthandler
import importlib.util
import os
import signal
import sys
import traceback
from pathlib import Path


def _load_packages() -> None:
    folder = Path(os.environ["BURNISH_SCENARIO_INSIDE"])
    spec = importlib.util.spec_from_file_location(
        "inside", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["inside"] = module
    spec.loader.exec_module(module)
    from inside.modules import load_package

    load_package("burnish", Path(os.environ["BURNISH_SCENARIO_BURNISH"]))


def _run_all() -> None:
    from gi.repository import Gegl, Gimp, GLib

    from inside import modules
    from inside.gimp_images import forget_images, wait_for_window
    from inside.outcomes import report, run_scenario
    from inside.waiting import use_loop

    context = GLib.MainContext.default()

    def turn() -> None:
        rung = []
        GLib.timeout_add(20, lambda: rung.append(True))
        while not rung:
            context.iteration(True)

    def between() -> None:
        own = modules.between()
        if own is not None:
            own()
        forget_images()

    faulthandler.register(signal.SIGUSR1)
    Gegl.init(None)
    use_loop(turn)
    if os.environ["BURNISH_SCENARIO_PROGRAM"] == "gimp":
        wait_for_window()
    report(event="ready", version=f"GIMP {Gimp.version()}")
    for identifier, function in modules.asked_for():
        run_scenario(identifier, function, between)
    if not os.environ.get("BURNISH_SCENARIO_ENDS_PROGRAM"):
        report(event="finished")


try:
    _load_packages()
    _run_all()
except BaseException:
    traceback.print_exc()
    sys.stderr.flush()
    raise
