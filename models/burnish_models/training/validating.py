"""What the generator is worth now, on samples that are never trained on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from burnish_models.data.sample import DataSet, Sample, batch
from burnish_models.metrics.judges import judge_named
from burnish_models.training.schema import Validation

_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


class Judges:
    """The validation of one recipe. Its samples are prepared once and kept.

    Judging is in float32 for the network and float64 for what is reckoned, whatever precision the training has.
    """

    def __init__(self, config: Validation, seed: int, device: torch.device) -> None:
        """Build the data set; fetches what its pictures and judges need. Raises BurnishError."""
        data: DataSet = config.data.build(seed, held_out=True)
        self._samples = [batch(data, [index]) for index in range(config.samples)]
        self._judges = [judge_named(name) for name in config.judges]
        self._device = device

    def first(self, count: int) -> Sample:
        """Some samples as one batch on the device, for a sheet."""
        chosen = self._samples[:count]
        targets = [sample.target for sample in chosen if sample.target is not None]
        inputs = torch.cat([sample.input for sample in chosen])
        return Sample(inputs.to(self._device), torch.cat(targets).to(self._device) if targets else None)

    @torch.no_grad()
    def judge(self, generator: nn.Module) -> dict[str, float]:
        """Means over the samples, by the judges' names, and the mean luma of the results.

        Judges that compare are left out where there is no target, or one of another size than the result (as while a
        growing network is not fully grown).
        """
        found: dict[str, list[float]] = {}
        for sample in self._samples:
            with evaluating(generator):
                result = generator(sample.input.to(self._device)).float().clamp(0.0, 1.0).cpu()
            found.setdefault("luma", []).append(mean_luma(result))
            fits = sample.target is not None and sample.target.shape == result.shape
            for judge in self._judges:
                if fits or not judge.referenced:
                    reference = sample.target[0] if fits and sample.target is not None else None
                    found.setdefault(judge.name, []).append(judge(result[0], reference))
        return {name: sum(values) / len(values) for name, values in found.items()}


@contextmanager
def evaluating(network: nn.Module) -> Iterator[nn.Module]:
    """The network in eval mode while the block runs, and as it was afterwards."""
    training = network.training
    try:
        yield network.eval()
    finally:
        network.train(training)


def mean_luma(pictures: Tensor) -> float:
    """The mean BT.601 luma of [N, 3, h, w], 0 to 1."""
    weights = torch.tensor(_LUMA, dtype=torch.float64).view(1, 3, 1, 1)
    return float((pictures.double() * weights).sum(1).mean())
