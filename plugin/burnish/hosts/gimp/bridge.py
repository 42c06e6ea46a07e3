"""Two processes, one pipe each way: typed messages, each with the raw bytes that belong to it."""

from __future__ import annotations

import contextlib
import struct
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO

from burnish.hosts.gimp.messages import MESSAGES
from burnish.wire.codec import decode, encode

_HEAD = struct.Struct(">IQ")  # the lengths of the message and of the bytes behind it, which may be those of a layer
_BY_NAME = {message.__name__: message for message in MESSAGES}
_PATIENCE_AT_THE_END = 2.0


class Bridge:
    """One end. Sending never waits; receiving happens on a thread of its own.

    Args:
        reading, writing: unbuffered or buffered binary files that belong to this object from now on.
        received: called with each message and its bytes, on the reading thread.
        ended: called once, on a thread of this object, when the other side is gone or said something incomprehensible,
            or when something cannot be sent to it. That pipe is closed then; `close` closes the other.
    """

    def __init__(
        self,
        reading: BinaryIO,
        writing: BinaryIO,
        received: Callable[[Any, bytes], None],
        ended: Callable[[], None],
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._received = received
        self._ended = ended
        self._told_of_the_end = False
        self._lock = threading.Lock()
        self._waiting: SimpleQueue[tuple[object, Any] | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="bridge reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="bridge writer", daemon=True)

    def start(self) -> None:
        self._reader.start()
        self._writer.start()

    def send(self, message: object, data: Any = b"") -> None:
        """Hand over a message and its bytes (any contiguous buffer, not to be changed any more). From any thread."""
        self._waiting.put((message, data))

    def close(self) -> None:
        """Send what still waits, then end the connection to the other side."""
        self._waiting.put(None)
        self._writer.join(_PATIENCE_AT_THE_END)

    def _read(self) -> None:
        try:
            while True:
                length, size = _HEAD.unpack(self._exactly(_HEAD.size))
                message = decode(self._exactly(length), _BY_NAME)
                self._received(message, self._exactly(size))
        except (EOFError, OSError):
            pass
        except Exception:  # noqa: BLE001 - whatever it was, nothing more can be understood
            traceback.print_exc()
        self._tell_of_the_end()
        with contextlib.suppress(OSError):
            self._reading.close()

    def _tell_of_the_end(self) -> None:
        with self._lock:
            told, self._told_of_the_end = self._told_of_the_end, True
        if not told:
            self._ended()

    def _exactly(self, count: int) -> bytes:
        """So many bytes. Raises EOFError where the other side ended before."""
        data = self._reading.read(count)
        if data is not None and len(data) == count:
            return data
        parts = [data or b""]
        missing = count - len(parts[0])
        while missing:
            part = self._reading.read(missing)
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _write(self) -> None:
        try:
            while (item := self._waiting.get()) is not None:
                message, data = item
                encoded, view = encode(message), memoryview(data).cast("B")
                self._writing.write(_HEAD.pack(len(encoded), len(view)))
                self._writing.write(encoded)
                self._writing.write(view)
                self._writing.flush()
        except OSError:
            pass  # the other side is gone: the reader says so, when it has read what was said before
        except Exception:  # noqa: BLE001 - whoever waits for an answer to this would wait for ever
            traceback.print_exc()
            self._tell_of_the_end()
        with contextlib.suppress(OSError):
            self._writing.close()
