"""Which engine on which device can answer a request, best first, or a clear no."""

from __future__ import annotations

from dataclasses import dataclass

from burnish.wire.messages import EngineCard
from burnish.wire.sentences import BurnishError
from burnish_models.engines.available import DEVICES, SUPPORTED
from burnish_models.engines.quiet_openvino import INSTALL_COMMAND

AUTO = "auto"


@dataclass(frozen=True)
class Place:
    """An engine on a device, by their names."""

    engine: str
    device: str


def places_for(engine: str, device: str, cards: tuple[EngineCard, ...]) -> tuple[tuple[Place, ...], ...]:
    """The places that can run what was asked for, grouped by device, the best device first; never empty.

    Args:
        engine: "auto" or a key of SUPPORTED.
        device: "auto" or one of DEVICES.
        cards: what there is, as Engines.cards tells it.

    Raises:
        BurnishError: "bad-request" (nobody knows the name), "engine-cannot" (never on that device), "engine-missing" or
            "device-missing" (not here).
    """
    _check_name("engine", engine, tuple(SUPPORTED))
    _check_name("device", device, DEVICES)
    if engine != AUTO and device != AUTO and device not in SUPPORTED[engine]:
        raise BurnishError("engine-cannot", engine=engine, device=device, alternative=" / ".join(SUPPORTED[engine]))
    if engine == "openvino" and not any(card.available and card.engine == engine for card in cards):
        detail = "; ".join(f"{card.device}: {card.detail}" for card in cards if card.engine == engine)
        raise BurnishError("engine-missing", detail=detail, name=engine, command=INSTALL_COMMAND)
    usable = [card for card in cards if card.available and engine in (AUTO, card.engine)]
    wanted = [card for card in usable if device in (AUTO, card.device)]
    if not wanted:
        known = ", ".join(name for name in DEVICES if any(card.device == name for card in usable))
        raise BurnishError("device-missing", name=device, known=known)
    groups = (tuple(Place(card.engine, name) for card in wanted if card.device == name) for name in DEVICES)
    return tuple(group for group in groups if group)


def _check_name(field: str, value: str, known: tuple[str, ...]) -> None:
    if value != AUTO and value not in known:
        raise BurnishError("bad-request", field=field, value=value, rule=", ".join((AUTO, *known)))
