"""Batches by their place in the endless list of samples, prepared ahead by other processes where that pays."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import torch
from torch.utils.data import DataLoader, Dataset

from burnish_models.data.sample import DataSet, Sample

_MOST_WORKERS = 8


class Batches:
    """This process's share of one batch after the other.

    Batch b of n samples over p processes is samples b * n to b * n + n - 1; process r takes the r-th p-th part of them.
    The same recipe therefore sees the same samples on any number of processes.
    """

    def __init__(
        self, data: DataSet, batch: int, first: int, device: torch.device, workers: int, process: int, processes: int
    ) -> None:
        """Begin anywhere.

        Args:
            data: the samples.
            batch: samples in a batch, over all processes; a multiple of `processes`.
            first: index of the first sample.
            device: where batches are wanted.
            workers: processes that prepare batches; 0 prepares them when they are asked for.
            process, processes: whose share this is.
        """
        self.batch = batch
        self._device = device
        share = batch // processes
        self._loader = DataLoader(
            _Indexed(data),
            batch_sampler=_shares(first + process * share, batch, share),  # type: ignore[arg-type]  # any iterable
            collate_fn=_together,
            num_workers=workers,
            pin_memory=device.type == "cuda",
            worker_init_fn=_leave_interrupts_to_the_trainer if workers else None,
            generator=torch.Generator().manual_seed(0),  # else the loader draws from the layers' random numbers
        )
        self._iterator = iter(self._loader)

    def draw(self) -> Sample:
        """The next batch, on the device."""
        sample = next(self._iterator)
        target = None if sample.target is None else sample.target.to(self._device, non_blocking=True)
        return Sample(sample.input.to(self._device, non_blocking=True), target)


def usual_workers(device: torch.device) -> int:
    """None beside a CPU that computes; beside a GPU as many as the machine has cores to spare, 8 at most."""
    return 0 if device.type == "cpu" else min(_MOST_WORKERS, max(1, (os.cpu_count() or 2) - 1))


class _Indexed(Dataset[Sample]):
    def __init__(self, data: DataSet) -> None:
        self.data = data

    def __getitem__(self, index: int) -> Sample:
        return self.data[index]


def _shares(first: int, stride: int, share: int) -> Iterator[list[int]]:
    while True:
        yield list(range(first, first + share))
        first += stride


def _together(samples: list[Sample]) -> Sample:
    targets = [sample.target for sample in samples if sample.target is not None]
    return Sample(torch.stack([sample.input for sample in samples]), torch.stack(targets) if targets else None)


def _leave_interrupts_to_the_trainer(_: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
