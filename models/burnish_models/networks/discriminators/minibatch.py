"""What lets a discriminator see that all pictures of a batch are alike: two forms of mini-batch discrimination.

Each is appended to features, either vectors [N, features] or maps [N, features, h, w]. On several GPUs a batch is one
process's share of it. Both couple the samples of a batch, and so does a batch of one: recipes need two or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from burnish_models.networks.network import State, shape_of

Form = Literal["none", "discrimination", "deviation"]
FORMS: tuple[Form, ...] = ("none", "discrimination", "deviation")


@dataclass(frozen=True, kw_only=True)
class MinibatchConfig:
    """Hyper-parameters that every discriminator has.

    Attributes:
        minibatch: "none", "discrimination" (Salimans et al.) or "deviation" (ProGAN's standard deviation).
        kernels: how many statistics "discrimination" appends; the paper's B.
        dimensions: length of the vectors whose distances it takes; the paper's C.
    """

    minibatch: Form = "none"
    kernels: int = 100
    dimensions: int = 5

    def __post_init__(self) -> None:
        if self.minibatch not in FORMS:
            raise ValueError(f"minibatch is one of {', '.join(FORMS)}, not {self.minibatch!r}.")
        require_positive(kernels=self.kernels, dimensions=self.dimensions)
        if self.minibatch != "discrimination" and (self.kernels, self.dimensions) != (100, 5):
            raise ValueError(f"kernels and dimensions belong to minibatch discrimination, not to {self.minibatch!r}.")

    @property
    def appended(self) -> int:
        """Features that are appended."""
        return {"none": 0, "discrimination": self.kernels, "deviation": 1}[self.minibatch]


def require_positive(**values: int) -> None:
    """Raises ValueError where a hyper-parameter is no whole number of 1 or more."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} is a whole number of 1 or more, not {value!r}.")


class MinibatchDiscrimination(nn.Module):
    """Appends to each sample how close it is to all of its batch; Salimans et al. (2016), section 3.2.

    With M_i = f(x_i) T, o_b(x_i) = sum over j of exp(-‖M_ib - M_jb‖₁). The sum includes j = i, as in the paper, so
    that a batch of N equal samples gives N. A map is averaged over its positions first, and the o of a sample is the
    same at all of them. In float32 outside autocast: distances are sums of many features, and exp punishes rounding.
    """

    def __init__(self, features: int, kernels: int, dimensions: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(features, kernels, dimensions))
        nn.init.normal_(self.weight, 0.0, features**-0.5)  # the paper names none: this keeps the features' scale

    def forward(self, x: Tensor) -> Tensor:
        return _appended(x, self.closeness(x))

    def closeness(self, x: Tensor) -> Tensor:
        """o, [N, kernels], 1 to N."""
        with torch.autocast(x.device.type, enabled=False):
            vectors = x.to(self.weight.dtype)
            if x.dim() > 2:
                vectors = vectors.flatten(2).mean(2)
            projected = torch.einsum("nf,fkd->nkd", vectors, self.weight)
            distances = (projected.unsqueeze(0) - projected.unsqueeze(1)).abs().sum(3)
            return torch.exp(-distances).sum(1)


class MinibatchDeviation(nn.Module):
    """Appends one number, the same for the whole batch: how much its features vary; Karras et al. (2018), section 3.

    The standard deviation over the batch of each feature at each position, averaged over all of them. The paper takes
    the whole batch, which we follow; its code takes groups of four. In float32 outside autocast.
    """

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            values = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
            # Equal samples have no deviation, and the root of nothing no gradient: 1e-8 is too small to be seen.
            deviation = (values.var(0, unbiased=False) + 1e-8).sqrt().mean()
        return _appended(x, deviation.expand(len(x), 1))


def _appended(x: Tensor, statistics: Tensor) -> Tensor:
    """x and after it the statistics [N, k], the same at every position of a map."""
    statistics = statistics.to(x.dtype)
    if x.dim() > 2:
        statistics = statistics[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat((x, statistics), 1)


def minibatch_layer(config: MinibatchConfig, features: int) -> nn.Module:
    """What appends `config.appended` features to vectors or maps of `features`."""
    if config.minibatch == "discrimination":
        return MinibatchDiscrimination(features, config.kernels, config.dimensions)
    return MinibatchDeviation() if config.minibatch == "deviation" else nn.Identity()


def detected_minibatch(state: State, appended: int) -> dict[str, Form | int] | None:
    """The fields of MinibatchConfig, where the layer after `minibatch` takes so many more features; None if amiss."""
    weight = shape_of(state, "minibatch.weight", 3)
    if weight is not None:
        return {"minibatch": "discrimination", "kernels": weight[1], "dimensions": weight[2]}
    return {"minibatch": "deviation" if appended else "none"} if appended in (0, 1) else None
