"""What every job needs and no job owns: the catalogue, the machine's measured speeds, and models ready to run."""

from __future__ import annotations

import logging
import os
import platform
from collections import OrderedDict
from collections.abc import Callable

import burnish
from burnish.wire.messages import Description, Models
from burnish.wire.runtime import log_path
from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.model import Model, UserFile
from burnish_models.engines.available import Engines
from burnish_models.engines.choose import Choice, Chooser
from burnish_models.engines.memory import free_bytes
from burnish_models.engines.speeds import SpeedBook
from burnish_models.worker.settings import WorkerSettings

logger = logging.getLogger(__name__)

Key = tuple[str, str, str, str]


class Workshop:
    """The worker's tools. Questions may come from any thread, jobs from the queue's alone."""

    def __init__(
        self,
        settings: WorkerSettings,
        catalogue: Catalogue | None = None,
        engines: Engines | None = None,
        speeds: SpeedBook | None = None,
    ) -> None:
        self.settings = settings
        self.catalogue = catalogue or Catalogue()
        self.engines = engines or Engines()
        self._chooser = Chooser(self.engines, speeds or SpeedBook())
        self.pid = os.getpid()
        self._ready: OrderedDict[Key, Choice] = OrderedDict()

    def warm_up(self) -> None:
        """Find out what engines there are now, while the first client is still talking, instead of in its first job."""
        for card in self.engines.available():
            logger.info("%s %s on %s: %s", card.engine, card.version, card.device, card.detail)

    def models(self) -> Models:
        """The catalogue with what each model takes here, as far as that is known."""
        speeds = {model.name: self.estimate(model, "auto", "auto") for model in self.catalogue.models()}
        return self.catalogue.cards({name: seconds * 1e6 for name, seconds in speeds.items() if seconds is not None})

    def description(self, jobs: int) -> Description:
        return Description(
            version=burnish.__version__,
            pid=self.pid,
            python=platform.python_version(),
            engines=self.engines.cards(),
            memory_bytes=free_bytes("cpu"),
            jobs=jobs,
            idle_exit_seconds=self.settings.idle_exit_seconds,
            log=str(log_path()),
        )

    def estimate(self, model: Model, engine: str, device: str) -> float | None:
        """Seconds per input pixel that the network computes; None before this machine has shown anything."""
        return self._chooser.seconds_per_pixel(engine, device, model.facts, key_of(model))

    def make_ready(
        self, model: Model, engine: str, device: str, precision: str, on_loading: Callable[[], None],
        on_measuring: Callable[[], None],
    ) -> Choice:  # fmt: skip
        """The model on an engine, from memory when it was used lately. Raises BurnishError or MemoryError."""
        key = (key_of(model), engine, device, precision)
        if key in self._ready:
            self._ready.move_to_end(key)
            return self._ready[key]
        on_loading()
        while len(self._ready) >= self.settings.models_in_memory:
            self._ready.popitem(last=False)
        network = self.catalogue.load(model)
        choice = self._chooser.choose(
            engine, device, network, model.facts, key_of(model), precision=precision, on_measuring=on_measuring
        )
        self._ready[key] = choice
        logger.info("%s is ready on %s %s: %s", model.name, choice.engine.name, choice.engine.device, choice.reason)
        return choice

    def record_speed(self, model: Model, choice: Choice, seconds_per_pixel: float) -> None:
        """Remember what a job took for each input pixel that the network computed."""
        self._chooser.record(choice, model.facts, key_of(model), seconds_per_pixel)


def key_of(model: Model) -> str:
    """Names a model's weights in the speed book and among the ready ones; a changed file is another model."""
    if isinstance(model.source, UserFile):
        status = model.source.path.stat()
        return f"{model.source.path.resolve()}:{status.st_size}:{status.st_mtime_ns}"
    return model.source.sha256
