"""One client's conversation: the handshake, questions and answers, and at most one job at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import burnish
from burnish.wire.channel import Channel
from burnish.wire.messages import (
    PROTOCOL,
    Blend,
    Cancel,
    Describe,
    Hello,
    ListModels,
    Refused,
    Stop,
    Stopping,
    Submit,
    Welcome,
)
from burnish.wire.runtime import RuntimeFolder, log_path
from burnish.wire.sentences import BurnishError, Failure
from burnish_models.worker.blend_job import BlendJob
from burnish_models.worker.enhance_job import EnhanceJob
from burnish_models.worker.job_pixels import JobPixels
from burnish_models.worker.job_queue import JobQueue, WorkerJob
from burnish_models.worker.workshop import Workshop

logger = logging.getLogger(__name__)


class Session:
    """Serves one connection until it closes; a client that disappears takes its job with it."""

    def __init__(
        self,
        channel: Channel,
        folder: RuntimeFolder,
        workshop: Workshop,
        jobs: JobQueue,
        end_worker: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._folder = folder
        self._workshop = workshop
        self._jobs = jobs
        self._end_worker = end_worker
        self._job: WorkerJob | None = None
        self._pixels: JobPixels | None = None

    def run(self) -> None:
        """Serve until the client goes. Raises EOFError or OSError then, after its job has ended."""
        try:
            understood = self._shake_hands()
            while True:
                self._serve_next(understood)
        finally:
            self._let_go()

    def _shake_hands(self) -> bool:
        """False for a client of another protocol. Stop is all it may still say: a newer Burnish can replace us so."""
        try:
            hello = self._channel.receive()
        except BurnishError as error:  # a newer client may greet in words that this worker does not know
            self._refuse(error.failure)
            return False
        if not isinstance(hello, Hello) or hello.protocol != PROTOCOL:
            version = getattr(hello, "version", "?")
            self._refuse(Failure("protocol-mismatch", {"worker": burnish.__version__, "client": version}))
            return False
        shared = bool(hello.probe) and Path(hello.probe).is_file()
        self._channel.send(Welcome(PROTOCOL, burnish.__version__, self._workshop.pid, shared))
        return True

    def _serve_next(self, understood: bool) -> None:
        try:
            message = self._channel.receive()
            if not understood and not isinstance(message, Stop):
                raise EOFError("a client of another version went on talking")
            self._serve(message)
        except BurnishError as error:
            self._refuse(error.failure)
        except (EOFError, ConnectionError):
            raise
        except Exception as error:  # the last line of defence: the client must hear of it
            logger.exception("a message could not be served")
            reason = f"{type(error).__name__}: {error}"
            self._refuse(Failure("internal", {"reason": reason, "log": str(log_path())}))

    def _serve(self, message: object) -> None:
        if isinstance(message, (Submit, Blend)):
            self._start_job(message)
        elif isinstance(message, Cancel):
            if self._job is not None:
                self._jobs.drop(self._job)
        elif isinstance(message, ListModels):
            self._channel.send(self._workshop.models())
        elif isinstance(message, Describe):
            self._channel.send(self._workshop.description(self._jobs.count()))
        elif isinstance(message, Stop):
            self._stop(message)
        else:
            raise BurnishError("bad-message", reason=f"{type(message).__name__} is no command")

    def _start_job(self, opening: Submit | Blend) -> None:
        if self._job is not None and not self._job.ended.is_set():
            raise BurnishError("bad-message", reason="one connection runs one job at a time")
        if self._pixels is not None:
            self._pixels.close()
            self._pixels = None
        self._pixels = JobPixels(self._folder, opening, self._channel)
        work = EnhanceJob if isinstance(opening, Submit) else BlendJob
        run = work(opening, self._pixels, self._workshop).run  # type: ignore[arg-type]
        self._job = WorkerJob(opening.job, run, self._channel.send)
        self._jobs.add(self._job)

    def _stop(self, message: Stop) -> None:
        count = self._jobs.count()
        if count and not message.force:
            raise BurnishError("worker-busy", jobs=count)
        self._channel.send(Stopping(count))
        self._end_worker()

    def _refuse(self, failure: Failure) -> None:
        self._channel.send(Refused(failure))

    def _let_go(self) -> None:
        if self._job is not None:
            self._jobs.drop(self._job)
            self._job.ended.wait()
        if self._pixels is not None:
            self._pixels.close()
