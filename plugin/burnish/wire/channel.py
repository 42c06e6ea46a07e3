"""One connection through the door: the shared-secret handshake, then framed messages and raw pixel blobs."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
import threading
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, answer_challenge, deliver_challenge
from typing import Any

from burnish.wire.codec import decode, encode
from burnish.wire.runtime import WorkerRecord
from burnish.wire.sentences import BurnishError

_LONGEST_MESSAGE = 64 << 20
_BLOB_CHUNK = 8 << 20
_HANDSHAKE_SECONDS = 20.0


class Channel:
    """Messages both ways over one connection. Sending is safe from any thread; one thread receives.

    A lost connection shows as EOFError or OSError from every method.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    @classmethod
    def to(cls, record: WorkerRecord) -> Channel:
        """Connect to a worker and prove to each other that both know the secret."""
        secret = bytes.fromhex(record.secret)
        connection = Client(record.address)
        try:
            if not connection.poll(_HANDSHAKE_SECONDS):
                raise TimeoutError("the worker hangs")
            answer_challenge(connection, secret)
            deliver_challenge(connection, secret)
        except AuthenticationError as error:
            connection.close()
            raise BurnishError("not-authorised") from error
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @classmethod
    def accepted(cls, connection: Connection, secret: str, stalled_seconds: float) -> Channel:
        """The listening side of `to`. Raises AuthenticationError, EOFError or OSError for a stranger.

        stalled_seconds: how long a client may take nothing before it counts as lost, where the system can tell.
        """
        if sys.platform != "win32":
            timeout = struct.pack("@ll", int(stalled_seconds), int(stalled_seconds % 1 * 1e6))
            with _socket_of(connection) as connected:
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        deliver_challenge(connection, bytes.fromhex(secret))
        answer_challenge(connection, bytes.fromhex(secret))
        return cls(connection)

    def send(self, message: object, *blobs: memoryview) -> None:
        """Send a message, and the pixels that belong to it in chunks right behind it."""
        data = encode(message)
        with self._sending:
            try:
                self._connection.send_bytes(data)
                for blob in blobs:
                    for start in range(0, len(blob), _BLOB_CHUNK):
                        self._connection.send_bytes(blob[start : start + _BLOB_CHUNK])
            except OSError:
                self._hang_up()  # half a message may be out: nothing can follow it
                raise

    def receive(self) -> Any:
        """The next message. Raises BurnishError("bad-message") for one that is not understood."""
        return decode(self._connection.recv_bytes(_LONGEST_MESSAGE))

    def skip_blob(self, size: int) -> None:
        """Drop the pixels behind the message just received, which are not wanted after all."""
        while size > 0:
            size -= max(1, len(self._connection.recv_bytes(_BLOB_CHUNK)))

    def receive_blob(self, target: memoryview) -> None:
        """The pixels behind the message just received, into a buffer of exactly their size."""
        received = 0
        while received < len(target):
            chunk = self._connection.recv_bytes(_BLOB_CHUNK)
            if received + len(chunk) > len(target):
                raise BurnishError("bad-message", reason="more pixels than announced")
            target[received : received + len(chunk)] = chunk
            received += len(chunk)

    def close(self) -> None:
        with self._sending:
            self._connection.close()

    def _hang_up(self) -> None:
        """End the connection for both sides; whoever waits to receive from it gets EOFError."""
        if sys.platform != "win32" and not self._connection.closed:
            with contextlib.suppress(OSError), _socket_of(self._connection) as connected:
                connected.shutdown(socket.SHUT_RDWR)


def _socket_of(connection: Connection) -> socket.socket:
    """Another handle on the socket of a connection."""
    return socket.socket(fileno=os.dup(connection.fileno()))
