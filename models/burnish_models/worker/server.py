"""Listens for this user's clients, one thread each, and ends the worker when nobody has needed it for a while."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sys
import threading
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path

import burnish
from burnish.wire.channel import Channel
from burnish.wire.locking import lock_exclusive
from burnish.wire.messages import PROTOCOL
from burnish.wire.runtime import RuntimeFolder, WorkerRecord
from burnish.wire.sentences import Failure
from burnish_models.worker.job_queue import JobQueue
from burnish_models.worker.session import Session
from burnish_models.worker.settings import WorkerSettings
from burnish_models.worker.workshop import Workshop

logger = logging.getLogger(__name__)

_SWEEP_SECONDS = 30.0
_GOODBYE_SECONDS = 5.0
_POLL_SECONDS = 0.1


class Server:
    """The worker process: at most one for each runtime folder."""

    def __init__(self, folder: RuntimeFolder, settings: WorkerSettings) -> None:
        self.folder = folder
        self.settings = settings
        self.workshop = Workshop(settings)
        self.jobs = JobQueue(self.workshop.warm_up)
        self._clients = 0
        self._idle_since = time.monotonic()
        self._gone = threading.Condition()
        self._ending = threading.Event()

    def run(self) -> bool:
        """Serve until idle or stopped. False at once when another worker serves this folder."""
        lock = os.open(self.folder.lock_path, os.O_RDWR | os.O_CREAT, 0o600)
        if not lock_exclusive(lock):
            os.close(lock)
            return False
        self.folder.record_path.unlink(missing_ok=True)  # a dead worker's: nobody shall come here with its secret
        swept = self.folder.sweep()
        if swept:
            logger.info("removed %d files that the dead had left", swept)
        secret = secrets.token_hex(32)
        address = self.folder.address()
        if sys.platform != "win32":
            Path(address).unlink(missing_ok=True)
        with Listener(address, backlog=16) as listener:
            if sys.platform != "win32":
                Path(address).chmod(0o600)
            self.folder.write_record(WorkerRecord(os.getpid(), address, secret, burnish.__version__, PROTOCOL))
            logger.info("Burnish %s listens at %s", burnish.__version__, address)
            threading.Thread(target=self._accept, args=(listener, secret), name="listen", daemon=True).start()
            try:
                self._wait_for_the_end()
            finally:
                self._ending.set()
                with contextlib.suppress(OSError):  # its socket may have been tidied away
                    listener.close()  # removes its socket, so before the record, which would remove it, too
                self.folder.remove_record(os.getpid())
                os.close(lock)  # from here on the next worker may start
                self._say_goodbye()
        logger.info("ended")
        return True

    def _say_goodbye(self) -> None:
        """Fail what still runs, and let the clients' threads tidy up after themselves for a moment."""
        # beside us, because a stalled client may keep us waiting for longer than the rest deserves
        threading.Thread(target=self.jobs.fail_all, args=(Failure("worker-stopped"),), daemon=True).start()
        with self._gone:
            self._gone.wait_for(lambda: self._clients == 0, _GOODBYE_SECONDS)

    def end(self) -> None:
        """Let `run` return."""
        self._ending.set()

    def _wait_for_the_end(self) -> None:
        last_sweep = time.monotonic()
        while not self._ending.wait(min(1.0, self.settings.idle_exit_seconds / 4)):
            now = time.monotonic()
            if now - last_sweep > _SWEEP_SECONDS:
                self.folder.sweep()
                last_sweep = now
            with self._gone:
                idle = self._clients == 0 and self.jobs.count() == 0
                if not idle:
                    self._idle_since = now
                elif now - self._idle_since > self.settings.idle_exit_seconds:
                    logger.info("idle for %.0f s", now - self._idle_since)
                    return

    def _accept(self, listener: Listener, secret: str) -> None:
        while not self._ending.is_set():
            try:
                connection = listener.accept()
            except OSError:  # no more descriptors, or the listener was closed
                self._ending.wait(_POLL_SECONDS)
                continue
            if self._ending.is_set():
                connection.close()
                return
            threading.Thread(target=self._serve, args=(connection, secret), name="client", daemon=True).start()

    def _serve(self, connection: Connection, secret: str) -> None:
        """One client, from handshake to goodbye."""
        with self._gone:
            self._clients += 1
        try:
            with contextlib.suppress(AuthenticationError, EOFError, OSError), contextlib.closing(connection):
                channel = Channel.accepted(connection, secret, self.settings.stalled_client_seconds)
                with contextlib.closing(channel):
                    Session(channel, self.folder, self.workshop, self.jobs, self.end).run()
            self.folder.sweep()
        finally:
            with self._gone:
                self._clients -= 1
                self._idle_since = time.monotonic()
                self._gone.notify_all()
