"""Writes down what Krita has of Burnish into $BURNISH_OBSERVED, as JSON, then quits Krita as an artist does."""

import importlib
import json
import os
import sys
import traceback

from krita import Extension, Krita

_BINDING = "PyQt6" if "PyQt6.QtCore" in sys.modules else "PyQt5"
_core = importlib.import_module(_BINDING + ".QtCore")
_widgets = importlib.import_module(_BINDING + ".QtWidgets")
_IDS = ("burnish_enhance_again", "burnish_open_panel", "burnish_cancel")


class Observer(Extension):
    def setup(self):
        _core.QTimer.singleShot(200, self.wait)

    def createActions(self, window):
        pass

    def wait(self):
        if Krita.instance().activeWindow() is None:
            _core.QTimer.singleShot(200, self.wait)
        else:
            _core.QTimer.singleShot(500, self.observe)

    def observe(self):
        try:
            found = observed()
        except Exception:  # noqa: BLE001 - whatever it is, the test shows it
            found = {"error": traceback.format_exc()}
        with open(os.environ["BURNISH_OBSERVED"], "w", encoding="utf-8") as file:
            json.dump(found, file)
        Krita.instance().action("file_quit").trigger()


def observed():
    krita = Krita.instance()
    actions = {name: krita.action(name) for name in _IDS}
    dockers = [docker for docker in krita.dockers() if docker.objectName() == "burnish_docker"]
    found = {
        "version": krita.version(),
        "binding": _BINDING,
        "actions": {name: action.text().replace("&", "") for name, action in actions.items() if action is not None},
        "docker": dockers[0].windowTitle() if dockers else None,
        "foreign": sorted({"numpy", "torch"} & set(sys.modules)),
    }
    if dockers and actions["burnish_open_panel"] is not None:
        actions["burnish_open_panel"].trigger()
        found["shown"] = dockers[0].isVisible()
        label = dockers[0].findChild(_widgets.QLabel, "burnish_trouble")
        found["trouble"] = label.text() if label is not None else None
    return found


_observer = Observer(Krita.instance())
Krita.instance().addExtension(_observer)
