"""Runs scenarios inside Krita, on its UI thread, once there is a window. Started by the plug-in beside this file."""

from __future__ import annotations

import faulthandler
import os
import signal
import traceback

from krita import Krita  # type: ignore[import-not-found]

from inside import modules
from inside.outcomes import report, run_scenario
from inside.waiting import use_loop

_TURN_MS = 20
_DEFERRED_DELETE = 52
_SETTLED_MS = 1000
_WIDTH, _HEIGHT = 1560, 930


def start() -> None:
    """Called while Krita loads its plug-ins; nothing of Burnish need be there yet."""
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)
    Krita.instance().notifier().setActive(True)
    _core().QTimer.singleShot(0, _when_there_is_a_window)


def _core():
    """QtCore of the binding that Krita has loaded."""
    import sys

    return sys.modules["PyQt6.QtCore" if "PyQt6.QtCore" in sys.modules else "PyQt5.QtCore"]


def _when_there_is_a_window() -> None:
    window = Krita.instance().activeWindow()
    if window is None:
        _core().QTimer.singleShot(200, _when_there_is_a_window)
        return
    window.qwindow().setGeometry(10, 30, _WIDTH, _HEIGHT)
    _core().QTimer.singleShot(_SETTLED_MS, _arm)


_armed = {"waiting": False}


def _arm() -> None:
    """Run the scenarios from the dispatcher's signal, which is no event.

    Krita holds back what it tells itself about nodes for as long as one of its event handlers runs (activeNode() stays
    None, for one), so a scenario that lets the loop go round from within a handler would see another Krita than users.
    """
    _armed["waiting"] = True
    _core().QAbstractEventDispatcher.instance().awake.connect(_awake)  # never disconnected: that crashes in the slot


def _awake() -> None:
    if _armed["waiting"]:
        _armed["waiting"] = False
        _run_all()


def _turn() -> None:
    core = _core()
    loop = core.QEventLoop()
    core.QTimer.singleShot(_TURN_MS, loop.quit)
    loop.exec() if hasattr(loop, "exec") else loop.exec_()
    # a closed document goes when the loop that closed it goes on, which is only when all scenarios have ended
    core.QCoreApplication.sendPostedEvents(None, _DEFERRED_DELETE)


def _run_all() -> None:
    use_loop(_turn)
    application = Krita.instance()
    application.setBatchmode(True)
    report(event="ready", version=f"Krita {application.version()}")
    try:
        for identifier, function in modules.asked_for():
            run_scenario(identifier, function, _between)
    except BaseException:  # noqa: BLE001 - seen in the log, and as scenarios that never reported
        traceback.print_exc()
        os._exit(70)
    if not os.environ.get("BURNISH_SCENARIO_ENDS_PROGRAM"):
        report(event="finished")


def _between() -> None:
    own = modules.between()
    if own is not None:
        own()
    for document in Krita.instance().documents():
        document.setBatchmode(True)
        document.setModified(False)
        document.close()
    for _ in range(5):
        _turn()
