"""The queue keeps its order and its thread, whatever its jobs and their clients do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from burnish.wire.messages import Cancelled, Failed, JobEvent, Progress, Stage
from burnish.wire.sentences import Failure
from burnish_models.worker.job_queue import JobQueue, WorkerJob

SECONDS = 10.0


@dataclass
class Probe:
    """A job that says when it runs and goes on when it is let."""

    name: str
    then: Callable[[WorkerJob], None] = WorkerJob.check_cancelled
    client_is_there: bool = True
    events: list[JobEvent] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.job = WorkerJob(self.name, self._run, self._emit)

    def _run(self, job: WorkerJob) -> None:
        self.began.set()
        assert self.go_on.wait(SECONDS)
        self.then(job)

    def _emit(self, event: JobEvent) -> None:
        if not self.client_is_there:
            raise BrokenPipeError
        self.events.append(event)

    def ended(self) -> bool:
        return self.job.ended.wait(SECONDS)


@pytest.fixture
def queue() -> JobQueue:
    return JobQueue(lambda: None)


@pytest.fixture
def running(queue: JobQueue) -> Iterator[Probe]:
    """A job that runs until the test has ended."""
    probe = Probe("running")
    queue.add(probe.job)
    assert probe.began.wait(SECONDS)
    yield probe
    probe.go_on.set()
    assert probe.ended()


def test_waiting_jobs_know_their_place(queue: JobQueue, running: Probe) -> None:
    second, third = Probe("second"), Probe("third")
    for probe in (second, third):
        probe.go_on.set()
        queue.add(probe.job)
    assert queue.count() == 3
    assert third.events == [Progress("third", Stage.QUEUED, position=2)]
    queue.drop(second.job)
    assert second.ended() and isinstance(second.events[-1], Cancelled) and not second.began.is_set()
    assert third.events[-1] == Progress("third", Stage.QUEUED, position=1)
    running.go_on.set()
    assert third.ended() and third.began.is_set()


def test_ending_tells_everybody_and_takes_no_more(queue: JobQueue, running: Probe) -> None:
    waiting, late = Probe("waiting"), Probe("late")
    queue.add(waiting.job)
    queue.fail_all(Failure("worker-stopped"))
    for probe in (running, waiting):
        assert probe.events[-1] == Failed(probe.name, Failure("worker-stopped"))
    assert waiting.ended(), "whoever waits for its end must not wait for ever"
    with pytest.raises(EOFError):
        queue.add(late.job)
    assert late.ended()


def broken(_job: WorkerJob) -> None:
    raise ZeroDivisionError("by nothing")


def exhausted(_job: WorkerJob) -> None:
    raise MemoryError


@pytest.mark.parametrize(("work", "code"), [(broken, "internal"), (exhausted, "out-of-memory")])
def test_a_job_that_breaks_is_reported_and_the_next_runs(
    queue: JobQueue, work: Callable[[WorkerJob], None], code: str
) -> None:
    first, second = Probe("first", work), Probe("second")
    for probe in (first, second):
        probe.go_on.set()
        queue.add(probe.job)
    assert second.ended() and second.began.is_set()
    last = first.events[-1]
    assert isinstance(last, Failed) and last.failure.code == code


def test_a_client_that_is_gone_cancels_its_job(queue: JobQueue) -> None:
    told: list[bool] = []

    def tell_twice(job: WorkerJob) -> None:
        job.emit(Progress(job.id, Stage.RUNNING))
        told.append(True)
        job.check_cancelled()
        told.append(False)

    probe = Probe("gone", tell_twice, client_is_there=False)
    probe.go_on.set()
    queue.add(probe.job)
    assert probe.ended()
    assert told == [True]


def test_jobs_run_even_if_warming_up_failed() -> None:
    queue = JobQueue(lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    probe = Probe("first")
    probe.go_on.set()
    queue.add(probe.job)
    assert probe.ended() and probe.began.is_set()
