"""Which engines can run on which devices of this machine. Importing this loads neither torch nor OpenVINO."""

from __future__ import annotations

from typing import TYPE_CHECKING

from burnish.wire.messages import EngineCard
from burnish.wire.request import N_
from burnish_models.engines import quiet_openvino
from burnish_models.engines.machine import device_name, usable_cores, version_of

if TYPE_CHECKING:
    from burnish_models.engines.contract import Engine

DEVICES = ("cuda", "xpu", "mps", "cpu")  # the best first
SUPPORTED = {"torch": ("cuda", "xpu", "mps", "cpu"), "openvino": ("xpu", "cpu")}

_NO_DEVICE = N_("This machine has none that can be used.")
_NOT_INSTALLED = N_("Not installed.")


class Engines:
    """The engines of this machine."""

    def __init__(self) -> None:
        self._cards: tuple[EngineCard, ...] | None = None

    def cards(self) -> tuple[EngineCard, ...]:
        """One card for every engine and device that Burnish supports, usable here or not. Loads what it asks."""
        if self._cards is None:
            self._cards = (*_torch_cards(), *_openvino_cards())
        return self._cards

    def available(self) -> tuple[EngineCard, ...]:
        """The cards of what can run here."""
        return tuple(card for card in self.cards() if card.available)

    def open(self, engine: str, device: str) -> Engine:
        """The engine on that device. Raises ImportError or OSError where it does not load."""
        if engine == "torch":
            from burnish_models.engines.torch_engine import TorchEngine

            return TorchEngine(device)
        from burnish_models.engines.openvino_engine import OpenVinoEngine

        return OpenVinoEngine(device)


def _torch_cards() -> list[EngineCard]:
    import torch

    usable = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "xpu": torch.xpu.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    cards = []
    for device in SUPPORTED["torch"]:
        detail = _detail(device) if usable[device] else _NO_DEVICE
        cards.append(EngineCard("torch", device, usable[device], torch.__version__, detail))
    return cards


def _openvino_cards() -> list[EngineCard]:
    devices = SUPPORTED["openvino"]
    if not quiet_openvino.is_installed():
        return [EngineCard("openvino", device, False, "", _NOT_INSTALLED) for device in devices]
    version = version_of("openvino")
    try:
        from burnish_models.engines.openvino_engine import PLUGINS

        found = quiet_openvino.import_openvino().Core().available_devices
    except (ImportError, OSError, RuntimeError) as error:
        return [EngineCard("openvino", device, False, version, str(error)) for device in devices]
    cards = []
    for device in devices:
        # Several graphics cards are listed as GPU.0, GPU.1, ...
        usable = any(name.partition(".")[0] == PLUGINS[device] for name in found)
        detail = _detail("cpu") if device == "cpu" else "Intel"
        cards.append(EngineCard("openvino", device, usable, version, detail if usable else _NO_DEVICE))
    return cards


def _detail(device: str) -> str:
    if device == "cpu":
        return f"{usable_cores()} × {device_name('cpu')}"
    return device_name(device)
