"""Finds this user's worker, starts one where none runs, asks it questions, and hands it jobs."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import burnish
from burnish.client.job import Job
from burnish.client.launcher import Launcher, last_words
from burnish.client.layer import Layer
from burnish.wire.channel import Channel
from burnish.wire.messages import (
    PROTOCOL,
    Blend,
    Describe,
    Description,
    Hello,
    ListModels,
    Models,
    Refused,
    Stop,
    Stopping,
    Submit,
    Welcome,
)
from burnish.wire.request import Request
from burnish.wire.runtime import PROBE_PREFIX, RuntimeFolder, log_path
from burnish.wire.sentences import BurnishError

_START_SECONDS = 60.0
_START_AGAIN_SECONDS = 1.0
_POLL_SECONDS = 0.01
_GREETINGS = 3

Answer = TypeVar("Answer")


class WorkerClient:
    """The way to the worker. Holds no connection itself, so it may be kept for as long as a program runs.

    Args:
        folder: the runtime folder in which the worker publishes itself.
        launcher: how to start a worker.
        share_pixels: False sends pixels over the connection even where shared memory would work.
    """

    def __init__(
        self, folder: RuntimeFolder | None = None, launcher: Launcher | None = None, *, share_pixels: bool = True
    ) -> None:
        self.folder = folder or RuntimeFolder()
        self.launcher = launcher or Launcher()
        self.share_pixels = share_pixels

    def submit(self, request: Request, layer: Layer) -> Job:
        """A job that enhances a layer. Returns at once; work begins when its events are read."""
        request = _with_whole_path(request)
        return Job(self, Submit("", request, layer.format, ""), layer)

    def blend(self, request: Request, layer: Layer, earlier: Job) -> Job:
        """A job that brings an earlier job's result to another strength without running the network.

        The earlier job ran on the same layer, mask and region at strength 1, and it is still open. Where it was
        cancelled, its finished tiles alone are blended. Where `layer` is the very object that it was given, its pixels
        are not copied again.
        """
        result_format = earlier.result_format
        if result_format is None:
            raise ValueError("the earlier job has no result yet")
        opening = Blend(
            "", request, layer.format, "", result_format, earlier.result_path, parts=earlier.finished_parts()
        )
        return Job(self, opening, layer, earlier)

    def models(self) -> Models:
        """The catalogue. Starts a worker where none runs."""
        return self._ask(ListModels(), Models)

    def describe(self) -> Description:
        """What the worker is and has. Starts a worker where none runs."""
        return self._ask(Describe(), Description)

    def running(self) -> bool:
        """Whether a worker answers."""
        try:
            channel, _ = self.connect(start=False)
        except (ConnectionError, BurnishError):
            return False
        channel.close()
        return True

    def stop(self, *, force: bool = False) -> Stopping | None:
        """Ask the worker to end; None when none runs. Raises BurnishError("worker-busy") unless forced."""
        channel = self._reach_running()
        if channel is None:
            return None
        try:
            try:
                self._shake_hands(channel)
            except BurnishError as error:
                if error.failure.code != "protocol-mismatch":
                    raise  # a worker of any version understands Stop
            return self._answer(channel, Stop(force), Stopping)
        except (EOFError, OSError):
            return None  # it ended on its own
        finally:
            channel.close()

    def connect(self, *, start: bool = True) -> tuple[Channel, Welcome]:
        """A connection that has shaken hands. The caller closes it.

        Raises:
            ConnectionError: no worker runs and `start` is False.
            BurnishError: the worker cannot be started, or refuses this client.
        """
        for _greeting in range(_GREETINGS):
            channel = self._reach_running()
            if channel is None and not start:
                break
            channel = channel or self._start_and_reach()
            try:
                return channel, self._shake_hands(channel)
            except (EOFError, OSError):  # it ended just now, so the next one is wanted
                channel.close()
            except BaseException:
                channel.close()
                raise
        raise ConnectionError("no worker runs, or none for long enough to greet it")

    def _reach_running(self) -> Channel | None:
        record = self.folder.read_record()
        if record is None:
            return None
        try:
            return Channel.to(record)
        except (OSError, EOFError, ValueError):  # it has died, or its record is nonsense
            return None
        except BurnishError:
            if self.folder.read_record() == record:
                raise
            return None  # another worker has just taken the address over, with a secret of its own

    def _start_and_reach(self) -> Channel:
        """Start a worker and wait until it, or one that somebody else started meanwhile, can be reached."""
        process = self.launcher.start()
        deadline = time.monotonic() + _START_SECONDS
        given_up: float | None = None
        while time.monotonic() < deadline:
            channel = self._reach_running()
            if channel is not None:
                return channel
            if process.poll() not in (None, 0):
                raise BurnishError("worker-not-started", reason=last_words() or "?", log=str(log_path()))
            if process.poll() == 0:  # another worker held the lock: it will appear, or was about to end
                given_up = given_up or time.monotonic()
                if time.monotonic() - given_up > _START_AGAIN_SECONDS:
                    process, given_up = self.launcher.start(), None
            time.sleep(_POLL_SECONDS)
        raise BurnishError("worker-not-started", reason="timeout", log=str(log_path()))

    def _shake_hands(self, channel: Channel) -> Welcome:
        """Greet the worker. Raises EOFError or OSError when it is gone, BurnishError when it refuses."""
        probe = self.folder.path / f"{PROBE_PREFIX}{secrets.token_hex(4)}"
        name = str(probe) if self.share_pixels and _touched(probe) else ""
        try:
            return self._answer(channel, Hello(PROTOCOL, burnish.__version__, name), Welcome)
        finally:
            probe.unlink(missing_ok=True)

    def _ask(self, question: object, kind: type[Answer]) -> Answer:
        try:
            channel, _ = self.connect()
            try:
                return self._answer(channel, question, kind)
            finally:
                channel.close()
        except (EOFError, OSError) as error:
            raise BurnishError("worker-stopped", detail=repr(error)) from error

    @staticmethod
    def _answer(channel: Channel, question: object, kind: type[Answer]) -> Answer:
        channel.send(question)
        answer = channel.receive()
        if isinstance(answer, Refused):
            raise BurnishError(answer.failure.code, answer.failure.detail, **answer.failure.values)
        if not isinstance(answer, kind):
            raise BurnishError("bad-message", reason=f"{type(answer).__name__} instead of {kind.__name__}")
        return answer


def _touched(path: Path) -> bool:
    try:
        path.touch(mode=0o600)
    except OSError:  # a full disk; pixels can still go over the connection
        return False
    return True


def _with_whole_path(request: Request) -> Request:
    """A weights file by its whole path, because the worker runs in a folder of its own."""
    path = Path(request.model).expanduser()
    return replace(request, model=str(path.resolve())) if path.is_file() else request
