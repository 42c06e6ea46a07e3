"""The worker process: `python -m burnish_models.worker`."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

from burnish.wire.runtime import RuntimeFolder
from burnish.wire.sentences import BurnishError
from burnish_models.worker.log import start_logging
from burnish_models.worker.server import Server
from burnish_models.worker.settings import WorkerSettings


def main() -> int:
    """Serve this user until idle or told to stop. The exit status is 0 also when another worker already serves."""
    try:
        settings = WorkerSettings.from_environment()
        start_logging(settings)
        server = Server(RuntimeFolder(), settings)
    except (BurnishError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    # in a thread of its own, because a handler interrupts the very wait that `end` wants to wake
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.end).start())
    if not server.run():
        logging.getLogger(__name__).info("another worker already serves this folder")
    return 0


if __name__ == "__main__":
    status = main()
    logging.shutdown()
    sys.stderr.flush()
    os._exit(status)  # a network may still be computing in another thread, and would crash while Python is dismantled
