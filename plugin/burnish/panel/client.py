"""What the panel needs of the worker's client."""

from __future__ import annotations

from typing import Protocol

from burnish.client import Job, Layer
from burnish.wire.messages import Models
from burnish.wire.request import Request


class Client(Protocol):
    """What the panel needs of burnish.client.WorkerClient."""

    def models(self) -> Models: ...
    def submit(self, request: Request, layer: Layer) -> Job: ...
    def blend(self, request: Request, layer: Layer, earlier: Job) -> Job: ...
