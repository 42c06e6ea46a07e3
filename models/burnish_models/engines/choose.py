"""Which engine runs a job: what was asked for, or the fastest here by a measurement made once for every network."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from torch import nn

from burnish.wire.sentences import BurnishError, Note
from burnish_models.catalogue.model import Facts
from burnish_models.engines.available import Engines
from burnish_models.engines.contract import Engine, Runner
from burnish_models.engines.measure import measure
from burnish_models.engines.places import AUTO, Place, places_for
from burnish_models.engines.quiet_openvino import INSTALL_COMMAND
from burnish_models.engines.speeds import Kind, Speed, SpeedBook

USUALLY_FASTEST = (Place("openvino", "cpu"),)  # on every processor and network tried; see benchmarks/README.md
CLEARLY_FASTER = 2.0
_FAILURES = (ImportError, OSError, RuntimeError, MemoryError)  # what a missing, broken or overloaded engine raises

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """What runs the job, and why.

    seconds: per input pixel that the network computes, as far as this machine has shown; None when it has not.
    """

    engine: Engine
    runner: Runner
    reason: Note
    seconds: float | None


@dataclass(frozen=True)
class Candidate:
    """An engine that has the network ready."""

    place: Place
    engine: Engine
    runner: Runner


class Chooser:
    """Chooses engines and estimates time, by what this machine has and has shown.

    Args:
        engines: what this machine has.
        speeds: what was measured on it before.
    """

    def __init__(self, engines: Engines, speeds: SpeedBook) -> None:
        self._engines = engines
        self._speeds = speeds

    def choose(
        self,
        engine: str,
        device: str,
        network: nn.Module,
        facts: Facts,
        model_key: str,
        *,
        precision: str = AUTO,
        on_measuring: Callable[[], None] = lambda: None,
    ) -> Choice:
        """Make the network ready on the engine that was asked for, or else on the fastest one of the best device.

        Args:
            engine: "auto", "torch" or "openvino".
            device: "auto", "cpu", "cuda", "mps" or "xpu".
            network: float32, in eval mode; it is copied, never changed.
            facts: of the network.
            model_key: names these weights in the speed book.
            precision: as Engine.prepare takes it; "auto", except where a job is resumed.
            on_measuring: called once when engines are about to be compared, which takes some seconds.

        Raises:
            BurnishError: "bad-request", "engine-missing", "engine-cannot" or "device-missing".
            MemoryError: the network's weights do not fit.
        """
        failure: Exception | None = None
        for group in places_for(engine, device, self._engines.cards()):
            try:
                best, reason = self._best(group, network, facts, model_key, precision, on_measuring)
            except _FAILURES as error:
                failure = error
                continue
            reason = reason if engine == AUTO else Note("engine-asked")
            return Choice(best.engine, best.runner, reason, self.seconds_at(best.place, facts, model_key))
        if isinstance(failure, (ImportError, OSError)):
            raise BurnishError("engine-missing", detail=str(failure), name=engine, command=INSTALL_COMMAND) from failure
        raise failure or AssertionError("places_for gives at least one group")

    def seconds_per_pixel(self, engine: str, device: str, facts: Facts, model_key: str) -> float | None:
        """What a request for this engine and device would take per computed input pixel; None before any measurement.

        A model that never ran here is estimated from those that did, by its number of multiply-adds.

        Raises:
            BurnishError: as `choose`.
        """
        group = places_for(engine, device, self._engines.cards())[0]
        known = [seconds for place in group if (seconds := self.seconds_at(place, facts, model_key)) is not None]
        return min(known, default=None)

    def seconds_at(self, place: Place, facts: Facts, model_key: str) -> float | None:
        """The same, for one engine on one device."""
        for kind in (Kind.OBSERVED, Kind.COMPARED):
            speed = self._speeds.get(kind, place.engine, place.device, model_key)
            if speed is not None:
                return speed.seconds
        known = self._speeds.known(place.engine, place.device)
        if not known:
            return None
        # The network nearest in size resembles it most; large networks reach more of a machine's speed than small ones.
        nearest = min(known, key=lambda speed: abs(math.log(speed.multiply_adds / facts.multiply_adds)))
        return nearest.seconds * facts.multiply_adds / nearest.multiply_adds

    def record(self, choice: Choice, facts: Facts, model_key: str, seconds: float) -> None:
        """Keep what a finished job took, in seconds per computed input pixel."""
        self._speeds.record(choice.engine.name, choice.engine.device, model_key, seconds, facts.multiply_adds)

    def _best(
        self,
        group: tuple[Place, ...],
        network: nn.Module,
        facts: Facts,
        model_key: str,
        precision: str,
        on_measuring: Callable[[], None],
    ) -> tuple[Candidate, Note]:
        """The fastest of a group that works. Raises what the last one raised, where none works."""
        compared = {place: self._speeds.get(Kind.COMPARED, place.engine, place.device, model_key) for place in group}
        known = {place: speed for place, speed in compared.items() if speed is not None}
        if len(known) == len(group):
            best = self._working(_fastest_first(known), network, facts, precision, enough=1)[0]
            return best, _reason(best.place, known)
        candidates = self._working(group, network, facts, precision)
        alone = candidates[0] if len(candidates) == 1 else None
        if alone is not None and self._speeds.known(alone.place.engine, alone.place.device):
            return alone, Note("engine-only")  # nothing to compare, and any speed known here gives an estimate
        on_measuring()
        speeds = self._compare(candidates, facts, model_key)
        order = _fastest_first(speeds)
        best = min(candidates, key=lambda each: order.index(each.place) if each.place in order else len(order))
        return best, _reason(best.place, speeds)

    def _working(
        self, places: Sequence[Place], network: nn.Module, facts: Facts, precision: str, enough: int | None = None
    ) -> list[Candidate]:
        """The network made ready at the first `enough` places that work. Raises the last failure where none does."""
        candidates: list[Candidate] = []
        failure: Exception | None = None
        for place in places:
            try:
                engine = self._engines.open(place.engine, place.device)
                candidates.append(Candidate(place, engine, engine.prepare(network, facts, precision)))
            except _FAILURES as error:
                _log.warning("%s on %s cannot be used: %s", place.engine, place.device, error)
                failure = error
            if len(candidates) == enough:
                break
        if not candidates and failure is not None:
            raise failure
        return candidates

    def _compare(self, candidates: list[Candidate], facts: Facts, model_key: str) -> dict[Place, Speed]:
        runners = {candidate.place: candidate.runner for candidate in candidates}
        devices = {candidate.place: candidate.engine.tensor_device for candidate in candidates}
        measured = measure(runners, devices, facts)
        # Compared is trusted as a whole: one disturbed runner is enough to have picked the wrong one.
        steady = all(each.steady for each in measured.values())
        speeds = {place: Speed(each.seconds, facts.multiply_adds, steady) for place, each in measured.items()}
        for place, speed in speeds.items():
            self._speeds.put(Kind.COMPARED, place.engine, place.device, model_key, speed)
        return speeds


def _fastest_first(speeds: Mapping[Place, Speed]) -> list[Place]:
    """Places by speed. A disturbed measurement counts against what is usual only where the difference is large."""
    ordered = sorted(speeds, key=lambda place: speeds[place].seconds)
    usual = next((place for place in USUALLY_FASTEST if place in speeds), None)
    if usual is None or all(speed.steady for speed in speeds.values()):
        return ordered
    if speeds[usual].seconds < CLEARLY_FASTER * speeds[ordered[0]].seconds:
        ordered.sort(key=lambda place: place != usual)
    return ordered


def _reason(best: Place, speeds: Mapping[Place, Speed]) -> Note:
    others = {place: speed.seconds for place, speed in speeds.items() if place != best}
    if not others:
        return Note("engine-only")
    other = min(others, key=lambda place: others[place])
    ratio = others[other] / speeds[best].seconds
    if ratio < 1:
        return Note("engine-usual")
    return Note("engine-fastest", {"ratio": f"{ratio:.2f}", "other": other.engine})
