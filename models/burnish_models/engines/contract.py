"""What every engine is: something that runs one network on one device, on batches of equal tiles."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from burnish_models.catalogue.model import Facts


class Runner(Protocol):
    """A network made ready on an engine.

    precision: "float32", "float16" or "bfloat16".
    batch_limit: how many equal tiles one call may hold with gain; 1 where batches bring nothing.
    """

    precision: str
    batch_limit: int

    def run(self, batch: Tensor, *, full_precision: bool = False) -> Tensor:
        """Run a batch.

        Args:
            batch: float32 [N, 3, h, w] on the engine's tensor_device, sRGB-encoded, 0 to 1.
            full_precision: use float32 whatever `precision` says.

        Returns:
            float32 [N, 3, h * scale, w * scale] on the same device, not clamped, in any memory layout. It may be an
            inference tensor: make new tensors from it instead of changing it in place.

        Raises:
            MemoryError: there was not enough memory for this batch; smaller tiles may work.
        """
        ...


class Engine(Protocol):
    """One engine on one device. name: "torch" or "openvino"; device: "cpu", "cuda", "mps" or "xpu"."""

    name: str
    device: str
    tensor_device: torch.device

    def prepare(self, network: nn.Module, facts: Facts, precision: str = "auto") -> Runner:
        """Make a float32 network in eval mode ready to run; `precision` "auto" takes half where facts allow it."""
        ...

    def free_bytes(self) -> int:
        """Memory that a run may still take on this device."""
        ...
