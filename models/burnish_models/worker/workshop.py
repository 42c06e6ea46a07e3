"""What every job needs and no job owns: the catalogue, the machine's measured speeds, and models ready to run."""

from __future__ import annotations

import logging
import os
import platform
from collections import OrderedDict
from dataclasses import dataclass

import burnish
from burnish.wire.messages import Description, Models, Progress, Resume, Stage
from burnish.wire.request import Request
from burnish.wire.runtime import log_path
from burnish.wire.sentences import Note
from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.model import Model
from burnish_models.engines.contract import Engine, Runner
from burnish_models.worker.job_queue import WorkerJob
from burnish_models.worker.settings import WorkerSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ready:
    """A model prepared on an engine, and why that engine."""

    engine: Engine
    runner: Runner
    reason: Note
