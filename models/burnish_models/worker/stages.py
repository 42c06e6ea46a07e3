"""Makes a model ready while the job's client is told what takes the time."""

from __future__ import annotations

from burnish.wire.messages import Progress, Stage
from burnish_models.catalogue.model import Model
from burnish_models.engines.choose import Choice
from burnish_models.worker.job_queue import WorkerJob
from burnish_models.worker.workshop import Workshop


def make_ready(workshop: Workshop, model: Model, engine: str, device: str, precision: str, job: WorkerJob) -> Choice:
    """The model on an engine; loading and measuring show as the job's stages.

    Raises BurnishError, MemoryError, or JobCancelled where the job is cancelled before a stage begins.
    """

    def begin(stage: Stage) -> None:
        job.check_cancelled()
        job.emit(Progress(job.id, stage))

    return workshop.make_ready(
        model,
        engine,
        device,
        precision,
        on_loading=lambda: begin(Stage.LOADING),
        on_measuring=lambda: begin(Stage.MEASURING),
    )
