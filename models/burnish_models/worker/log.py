"""The worker's log: one rotating file that a user can send with a report."""

from __future__ import annotations

import faulthandler
import logging
import sys
from logging.handlers import RotatingFileHandler

from burnish.wire.runtime import log_path
from burnish_models.worker.settings import WorkerSettings

_OLDER_FILES = 3


def start_logging(settings: WorkerSettings) -> None:
    """Send all records to the log file; a crash of the interpreter itself leaves its stack on standard error."""
    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        path, maxBytes=int(settings.log_megabytes * 1e6), backupCount=_OLDER_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    faulthandler.enable(sys.stderr)
