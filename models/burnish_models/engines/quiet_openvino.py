"""The only way Burnish imports OpenVINO: with its telemetry made impossible.

`import openvino` alone already sends a usage event through the package openvino_telemetry, and converting a model
sends more; nothing asks the user first. OpenVINO falls back to a stub of its own when that package cannot be imported,
so it is made unimportable in this process, before OpenVINO is loaded.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from types import ModuleType

TELEMETRY = "openvino_telemetry"
# One thread at a time: silencing imports a part of OpenVINO, and meeting another thread half-way through importing the
# whole would leave a package without convert_model.
_importing = threading.Lock()
INSTALL_COMMAND = f'"{sys.executable}" -m pip install openvino'


def is_installed() -> bool:
    """Whether OpenVINO could be imported, found out without importing it."""
    if "openvino" in sys.modules:
        return sys.modules["openvino"] is not None
    return importlib.util.find_spec("openvino") is not None


def import_openvino() -> ModuleType:
    """OpenVINO, silent. Raises ImportError, or OSError where its libraries do not load."""
    with _importing:
        silence()
        return importlib.import_module("openvino")


def silence() -> None:
    """Make the telemetry package unimportable here, and take it from whoever has already imported it."""
    for name in [name for name in sys.modules if name == TELEMETRY or name.startswith(f"{TELEMETRY}.")]:
        del sys.modules[name]
    sys.modules[TELEMETRY] = None  # type: ignore[assignment]  # Python's way to say "cannot be imported"
    if "openvino" in sys.modules:
        _replace_telemetry_of_loaded_modules()


def _replace_telemetry_of_loaded_modules() -> None:
    """Somebody imported OpenVINO before us: hand its own silent stub to those of its modules that hold the real one."""
    stub = importlib.import_module("openvino.tools.ovc.telemetry_stub")
    for name, module in list(sys.modules.items()):
        if name.startswith("openvino.") and getattr(getattr(module, "tm", None), "__name__", "") == TELEMETRY:
            module.tm = stub  # type: ignore[union-attr]
