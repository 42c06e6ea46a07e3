"""The client's side of the door: finds or starts the worker, and follows a job until it ends."""

from burnish.client.job import Job
from burnish.client.layer import Layer
from burnish.client.worker_client import WorkerClient

__all__ = ["Job", "Layer", "WorkerClient"]
