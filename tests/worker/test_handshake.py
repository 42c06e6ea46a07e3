"""Strangers, old and new versions, and nonsense at the door."""

from __future__ import annotations

import os
from dataclasses import replace
from multiprocessing.connection import Client
from pathlib import Path

import pytest

import burnish
from burnish.client import Layer, WorkerClient
from burnish.client.launcher import Launcher
from burnish.wire.channel import Channel
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.messages import PROTOCOL, Blend, Describe, Failed, Hello, Refused, Stop, Stopping, Submit, Welcome
from burnish.wire.request import Request
from burnish.wire.runtime import RuntimeFolder, WorkerRecord
from burnish.wire.sentences import BurnishError
from conftest import wait_until_gone


def record_of(client: WorkerClient) -> WorkerRecord:
    client.describe()
    record = client.folder.read_record()
    assert record is not None
    return record


def test_a_newer_plugin_gets_a_sentence(shared_client: WorkerClient) -> None:
    channel = Channel.to(record_of(shared_client))
    channel.send(Hello(PROTOCOL + 1, "9.9", ""))
    answer = channel.receive()
    assert isinstance(answer, Refused)
    assert answer.failure.code == "protocol-mismatch"
    assert "9.9" in answer.failure.message and burnish.__version__ in answer.failure.message
    channel.close()


def test_a_client_of_any_version_may_stop_the_worker(client: WorkerClient) -> None:
    """That is what the sentence about the mismatch tells the user to do."""
    record = record_of(client)
    channel = Channel.to(record)
    channel.send(Hello(PROTOCOL + 1, "9.9", ""))
    assert isinstance(channel.receive(), Refused)
    channel.send(Stop())
    assert isinstance(channel.receive(), Stopping)
    channel.close()
    wait_until_gone(record.pid)


OLDER = """
import burnish
from burnish.wire import messages

burnish.__version__, messages.PROTOCOL = "0.0.1", messages.PROTOCOL - 1
"""


def test_a_plugin_that_meets_an_older_worker_shows_the_sentence(runtime_folder: RuntimeFolder, tmp_path: Path) -> None:
    """A real worker that speaks the protocol before this one: started by the Burnish before an upgrade."""
    (tmp_path / "sitecustomize.py").write_text(OLDER)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    older = WorkerClient(runtime_folder, Launcher(environment={**os.environ, "PYTHONPATH": path}))
    with pytest.raises(BurnishError) as caught:
        older.describe()
    assert caught.value.failure.code == "protocol-mismatch"
    layer = Layer(NO_PIXELS, bytes(NO_PIXELS.total_bytes), bytes(64))
    client = WorkerClient(runtime_folder)
    with client.submit(Request(), layer) as job:
        events = list(job.events())
    assert [type(event) for event in events] == [Failed]
    assert isinstance(events[0], Failed) and events[0].failure.code == "protocol-mismatch"
    assert "0.0.1" in events[0].failure.message and burnish.__version__ in events[0].failure.message
    record = runtime_folder.read_record()
    assert record is not None
    assert client.stop() is not None  # as the hint says
    wait_until_gone(record.pid)
    assert client.describe().version == burnish.__version__


def test_a_client_of_another_version_gets_nothing_else(shared_client: WorkerClient) -> None:
    channel = Channel.to(record_of(shared_client))
    channel.send(Hello(PROTOCOL + 1, "9.9", ""))
    assert isinstance(channel.receive(), Refused)
    channel.send(Describe())
    with pytest.raises((EOFError, OSError)):
        channel.receive()


def greeted(client: WorkerClient) -> Channel:
    channel = Channel.to(record_of(client))
    channel.send(Hello(PROTOCOL, burnish.__version__, ""))
    assert isinstance(channel.receive(), Welcome)
    return channel


NO_PIXELS = PixelFormat(8, 8, Depth.UINT8, 3)


@pytest.mark.parametrize(
    "opening",
    [
        Submit("job", Request(), NO_PIXELS, "\0.pixels"),
        Submit("job", Request(), NO_PIXELS, "/"),
        Submit("job", Request(), NO_PIXELS, "/nowhere/1.pixels"),
        Submit("job", Request(), NO_PIXELS, str(Path(__file__))),
        Submit("job", Request(), replace(NO_PIXELS, width=-8), ""),
        Submit("job", Request(), replace(NO_PIXELS, width=10**200), "/nowhere/1.pixels"),
        Submit("job", Request(), replace(NO_PIXELS, width=-(10**200)), ""),
        Submit("job", Request(), replace(NO_PIXELS, channels=0), ""),
        Blend("job", Request(), NO_PIXELS, "/nowhere/1.pixels", NO_PIXELS, ""),
    ],
)
def test_a_nonsense_job_is_refused_and_the_talk_goes_on(shared_client: WorkerClient, opening: Submit | Blend) -> None:
    channel = greeted(shared_client)
    channel.send(opening)
    answer = channel.receive()
    assert isinstance(answer, Refused)
    assert answer.failure.message and answer.failure.hint
    channel.send(Describe())
    assert channel.receive().jobs == 0
    channel.close()


@pytest.mark.parametrize(
    "opening",
    [
        Blend("job", Request(), NO_PIXELS, "", replace(NO_PIXELS, width=32, height=32, channels=4), ""),
        Blend("job", Request(), NO_PIXELS, "", replace(NO_PIXELS, width=1, height=1), ""),
        Blend("job", Request(scale=float(10**12)), NO_PIXELS, "", NO_PIXELS, ""),
        Blend("job", Request(), NO_PIXELS, "", NO_PIXELS, "", parts=(Rect(0, 0, 10**9, 10**9),)),
        Blend("job", Request(), NO_PIXELS, "", NO_PIXELS, "", parts=(Rect(0, 0, 0, 1),)),
    ],
)
def test_a_blend_of_what_does_not_fit_fails(shared_client: WorkerClient, opening: Blend) -> None:
    channel = greeted(shared_client)
    sizes = opening.format.total_bytes, opening.result_format.total_bytes
    channel.send(opening, *(memoryview(bytes(size)) for size in sizes))
    answer = channel.receive()
    assert isinstance(answer, Failed)
    assert answer.failure.code in ("bad-message", "bad-request")
    channel.close()


def test_a_greeting_in_unknown_words_gets_an_answer(shared_client: WorkerClient) -> None:
    channel = Channel.to(record_of(shared_client))
    channel._connection.send_bytes(b'{"type": "Greetings", "protocol": 7}')
    assert isinstance(channel.receive(), Refused)
    channel.close()


def test_whoever_lacks_the_secret_is_turned_away(shared_client: WorkerClient) -> None:
    record = record_of(shared_client)
    with pytest.raises((BurnishError, EOFError, OSError)) as caught:
        Channel.to(replace(record, secret="00" * 32))
    if isinstance(caught.value, BurnishError):
        assert caught.value.failure.code == "not-authorised"
    assert shared_client.running()


def test_a_silent_stranger_blocks_nobody(shared_client: WorkerClient) -> None:
    silent = [Client(record_of(shared_client).address) for _ in range(20)]
    assert shared_client.describe().pid == record_of(shared_client).pid
    for connection in silent:
        connection.close()


def test_nonsense_after_the_greeting_is_refused_and_the_talk_goes_on(shared_client: WorkerClient) -> None:
    channel = Channel.to(record_of(shared_client))
    channel.send(Hello(PROTOCOL, burnish.__version__, ""))
    welcome = channel.receive()
    assert isinstance(welcome, Welcome) and not welcome.shared
    channel._connection.send_bytes(b"\x80\x04]\x94.")
    answer = channel.receive()
    assert isinstance(answer, Refused) and answer.failure.code == "bad-message"
    channel.send(Describe())
    assert channel.receive().pid == welcome.pid
    channel.close()


def test_the_worker_tells_what_it_is(shared_client: WorkerClient) -> None:
    description = shared_client.describe()
    assert description.version == burnish.__version__
    assert any(card.engine == "torch" and card.device == "cpu" and card.available for card in description.engines)
    assert description.memory_bytes > 0


def test_the_catalogue_is_told(shared_client: WorkerClient) -> None:
    models = shared_client.models()
    names = {card.name for card in models.models}
    assert {models.best, models.fast} <= names
    assert all(card.installed and len(card.sha256) == 64 for card in models.models)
