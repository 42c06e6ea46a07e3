"""Small pictures, and ways to run a job to its end, for the worker's tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from burnish.client import Job, Layer, WorkerClient
from burnish.wire.geometry import Depth, PixelFormat
from burnish.wire.messages import Accepted, Cancelled, Done, Failed, JobEvent, Tile
from burnish.wire.request import Request

DATA = Path(__file__).parent.parent / "data"
FAST = "realesr-animevideov3-x4"
DEPTHS = {"uint8": Depth.UINT8, "uint16": Depth.UINT16, "float16": Depth.FLOAT16, "float32": Depth.FLOAT32}


def photo(width: int, height: int, name: str = "coffee.jpg") -> np.ndarray:
    """The upper left part of a real photograph, [height, width, 3] uint8."""
    return np.ascontiguousarray(np.asarray(Image.open(DATA / name).convert("RGB"))[:height, :width])


def layer_of(pixels: np.ndarray, profile: bytes = b"") -> Layer:
    height, width, channels = pixels.shape
    return Layer(PixelFormat(width, height, DEPTHS[pixels.dtype.name], channels, profile=profile), pixels)


@dataclass
class Outcome:
    """What a finished job left."""

    events: list[JobEvent] = field(default_factory=list)
    pixels: np.ndarray | None = None

    @property
    def last(self) -> JobEvent:
        return self.events[-1]

    @property
    def accepted(self) -> Accepted:
        return next(event for event in self.events if isinstance(event, Accepted))

    @property
    def tiles(self) -> list[Tile]:
        return [event for event in self.events if isinstance(event, Tile)]


def run(client: WorkerClient, request: Request, pixels: np.ndarray, profile: bytes = b"") -> Outcome:
    """Run a job to its end; its result is copied out where there is one."""
    with client.submit(request, layer_of(pixels, profile)) as job:
        return finish(job)


def finish(job: Job) -> Outcome:
    outcome = Outcome()
    outcome.events.extend(job.events())
    if isinstance(outcome.last, (Done, Cancelled)) and job.accepted is not None:
        outcome.pixels = result_of(job)
    return outcome


def result_of(job: Job) -> np.ndarray:
    """A copy of a job's result, [H, W, C]."""
    layout = job.result_format
    assert layout is not None
    flat = np.frombuffer(job.result()[: layout.total_bytes], layout.depth.value)
    return flat.reshape(layout.height, layout.width, layout.channels).copy()


def succeeded(outcome: Outcome) -> np.ndarray:
    """The result of a job that must have ended well."""
    assert isinstance(outcome.last, Done), (
        outcome.last.failure.detail or outcome.last.failure.message
        if isinstance(outcome.last, Failed)
        else outcome.last
    )
    assert outcome.pixels is not None
    return outcome.pixels
