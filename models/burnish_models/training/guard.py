"""What is kept of a batch that broke a training, so that its cause can be found."""

from __future__ import annotations

from pathlib import Path

import safetensors.torch
from torch import Tensor

from burnish_models.data.sample import Sample
from burnish_models.folders import replacing


def save_broken_batch(folder: Path, step: int, process: int, drawn: list[Sample], group: str) -> Path:
    """Write the batches of a step as safetensors: input-0, target-0, input-1, ...

    Args:
        folder: of the run.
        step: the number of the step, the first is 0.
        process: which process saw them; each has its own part of a batch.
        drawn: the batches that the step had drawn so far.
        group: whose gradients were not finite.

    Raises:
        OSError: where it cannot be written.
    """
    tensors: dict[str, Tensor] = {}
    for number, sample in enumerate(drawn):
        tensors[f"input-{number}"] = sample.input.detach().cpu().contiguous()
        if sample.target is not None:
            tensors[f"target-{number}"] = sample.target.detach().cpu().contiguous()
    path = folder / f"broken-batch-step-{step:08d}-process-{process}.safetensors"
    with replacing(path) as beside:
        safetensors.torch.save_file(tensors, beside, metadata={"step": str(step), "not_finite": group})
    return path
