"""The queue of jobs: one runs at a time, the others wait in order and are told where they stand."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from burnish.wire.messages import Cancelled, Failed, JobEvent, Progress, Stage
from burnish.wire.runtime import log_path
from burnish.wire.sentences import BurnishError, Failure

logger = logging.getLogger(__name__)

Emit = Callable[..., None]


class JobCancelled(Exception):  # noqa: N818 - it is no error
    """Raised inside a running job once its client no longer wants it."""

    def __init__(self, tiles_done: int, tiles: int) -> None:
        super().__init__(f"{tiles_done} of {tiles} tiles done")
        self.tiles_done = tiles_done
        self.tiles = tiles


class WorkerJob:
    """A job in the worker: what to run, whom to tell, and whether it is still wanted.

    run: does the work, emitting its own events up to Done; raises JobCancelled or BurnishError.
    emit: sends an event (and the blobs behind it) to the client; raises OSError when the client is gone.
    """

    def __init__(self, job_id: str, run: Callable[[WorkerJob], None], emit: Emit) -> None:
        self.id = job_id
        self._run = run
        self._emit = emit
        self._cancelled = threading.Event()
        self.ended = threading.Event()

    def cancel(self) -> None:
        self._cancelled.set()

    def emit(self, event: JobEvent, *blobs: memoryview) -> None:
        """Tell the client; a client that is gone cancels its job."""
        try:
            self._emit(event, *blobs)
        except (OSError, EOFError):
            self.cancel()

    def check_cancelled(self, tiles_done: int = 0, tiles: int = 0) -> None:
        if self._cancelled.is_set():
            raise JobCancelled(tiles_done, tiles)

    def run(self) -> None:
        """Run to the final event, whatever happens."""
        try:
            self.check_cancelled()
            self._run(self)
        except JobCancelled as cancelled:
            self.emit(Cancelled(self.id, cancelled.tiles_done, cancelled.tiles))
        except BurnishError as error:
            logger.warning("job %s failed: %s %s", self.id, error, error.failure.detail)
            self.emit(Failed(self.id, error.failure))
        except MemoryError as error:
            logger.exception("job %s ran out of memory", self.id)
            self.emit(Failed(self.id, Failure("out-of-memory", detail=repr(error))))
        except Exception as error:  # the last line of defence: the client must hear of it
            logger.exception("job %s broke", self.id)
            values = {"reason": f"{type(error).__name__}: {error}", "log": str(log_path())}
            self.emit(Failed(self.id, Failure("internal", dict(values))))
        finally:
            self.ended.set()

    def fail(self, failure: Failure) -> None:
        """End a job from outside: its client hears why, its work stops at the next tile."""
        self.emit(Failed(self.id, failure))
        self.cancel()


class JobQueue:
    """Runs jobs one after the other in a thread of its own.

    warm: called once in that thread before the first job, to have slow imports done early.
    """

    def __init__(self, warm: Callable[[], None]) -> None:
        self._warm = warm
        self._waiting: deque[WorkerJob] = deque()
        self._running: WorkerJob | None = None
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def add(self, job: WorkerJob) -> None:
        """Raises EOFError once the worker is ending: the client sees the connection close and starts the next one."""
        ahead = self.count()
        if ahead:
            job.emit(Progress(job.id, Stage.QUEUED, position=ahead))
        with self._changed:
            if self._ended:
                job.ended.set()
                raise EOFError("the worker is ending")
            self._waiting.append(job)
            self._changed.notify()

    def count(self) -> int:
        """Jobs waiting and running."""
        with self._changed:
            return len(self._waiting) + (self._running is not None)

    def fail_all(self, failure: Failure) -> None:
        """End every job at once, and take no more."""
        with self._changed:
            self._ended = True
            running, waiting = self._running, list(self._waiting)
            self._waiting.clear()
        if running is not None:
            running.fail(failure)
        for job in waiting:
            job.fail(failure)
            job.ended.set()

    def drop(self, job: WorkerJob) -> None:
        """Cancel a job; one that still waits ends at once."""
        job.cancel()
        with self._changed:
            if job not in self._waiting:
                return
            self._waiting.remove(job)
        job.run()
        self._tell_positions()

    def _work(self) -> None:
        try:
            self._warm()
        except Exception:  # an engine that breaks already here fails the jobs that want it, and no others
            logger.exception("warming up failed")
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                self._running = self._waiting.popleft()
            self._tell_positions()
            self._running.run()
            with self._changed:
                self._running = None

    def _tell_positions(self) -> None:
        with self._changed:
            waiting = list(self._waiting)
            running = self._running is not None
        for place, job in enumerate(waiting):
            job.emit(Progress(job.id, Stage.QUEUED, position=place + running))
