"""The reference engine: torch, on the CPU or on whatever accelerator it knows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from burnish_models.catalogue.model import Facts
from burnish_models.engines import memory
from burnish_models.engines.rewrite import with_faster_layers

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
_BATCH_LIMITS = {"cpu": 1, "cuda": 8, "xpu": 4, "mps": 4}
_CUDA_ERROR_MEMORY_ALLOCATION = 2  # cudaErrorMemoryAllocation
_FIRST_CUDA_WITH_FAST_HALF = (7, 0)


class TorchEngine:
    """torch on one device: "cpu", "cuda" (ROCm too), "mps" or "xpu"."""

    name = "torch"

    def __init__(self, device: str) -> None:
        self.device = device
        self.tensor_device = torch.device(device)

    def prepare(self, network: nn.Module, facts: Facts, precision: str = "auto") -> TorchRunner:
        """See Engine.prepare. Raises ValueError for a precision that is not in DTYPES."""
        if precision == "auto":
            precision = "float16" if facts.half and _half_is_fast(self.device) else "float32"
        if precision not in DTYPES:
            raise ValueError(f"precision {precision!r} is none of {', '.join(DTYPES)}")
        return TorchRunner(network, facts, self.tensor_device, precision)

    def free_bytes(self) -> int:
        return memory.free_bytes(self.device)


class TorchRunner:
    """A network on one torch device. Not to be used by two threads at once."""

    def __init__(self, network: nn.Module, facts: Facts, device: torch.device, precision: str) -> None:
        self.precision = precision
        self.batch_limit = _BATCH_LIMITS[device.type]
        self._original = network
        self._facts = facts
        self._device = device
        self._network = _moved(network, device, precision)
        self._full = self._network if precision == "float32" else None

    def run(self, batch: Tensor, *, full_precision: bool = False) -> Tensor:
        """See Runner.run."""
        failure = ""
        try:
            return self._run(batch, full_precision)
        except torch.OutOfMemoryError as error:
            failure = str(error)
        except torch.AcceleratorError as error:
            if getattr(error, "error_code", None) != _CUDA_ERROR_MEMORY_ALLOCATION:
                raise
            failure = str(error)
        except RuntimeError as error:
            # torch's CPU and MPS allocators have no error type of their own. A run that fails where even twice its
            # estimate could be had failed for another reason.
            precision = "float32" if full_precision else self.precision
            if self._device.type not in ("cpu", "mps") or self._has_room(2 * self._needed(batch, precision)):
                raise
            failure = str(error)
        # Outside the except blocks: only now are the failed run's tensors, which its traceback held, really free.
        self._release()
        raise MemoryError(failure)

    def _run(self, batch: Tensor, full_precision: bool) -> Tensor:
        precision = "float32" if full_precision else self.precision
        network = self._full_network() if full_precision else self._network
        if self._device.type == "cpu":
            memory.ensure_room(self._needed(batch, precision))
        with torch.inference_mode(), _convolution_settings(self._device):
            ready = batch.to(DTYPES[precision], memory_format=memory_format_for(self._device, precision))
            return network(ready).to(torch.float32)

    def _full_network(self) -> nn.Module:
        if self._full is None:
            self._full = _moved(self._original, self._device, "float32")
        return self._full

    def _needed(self, batch: Tensor, precision: str) -> int:
        count, _channels, height, width = batch.shape
        return memory.needed_bytes(self._facts, precision, count * height * width)

    def _has_room(self, needed: int) -> bool:
        return needed <= memory.free_bytes(self._device.type) and memory.can_reserve(needed)

    def _release(self) -> None:
        if self._device.type != "cpu":
            torch.accelerator.empty_cache()


def memory_format_for(device: torch.device, precision: str) -> torch.memory_format:
    """How tensors lie in memory where convolutions are fastest.

    Channels last is what oneDNN's and the tensor cores' kernels compute in; benchmarks/engines.py and gpu_check.py
    hold both against each other.
    """
    if device.type in ("cpu", "xpu") or (device.type == "cuda" and precision != "float32"):
        return torch.channels_last
    return torch.contiguous_format


def _moved(network: nn.Module, device: torch.device, precision: str) -> nn.Module:
    """A copy of the network that is ready to run there; the caller's own stays as it is."""
    layout = memory_format_for(device, precision)
    moved = with_faster_layers(network).to(device, DTYPES[precision])
    return moved.to(memory_format=layout).eval()  # pyright: ignore[reportCallIssue] - missing in torch's stubs


def _half_is_fast(device: str) -> bool:
    if device == "cuda":
        return torch.cuda.get_device_capability() >= _FIRST_CUDA_WITH_FAST_HALF
    return device in ("mps", "xpu")


@contextlib.contextmanager
def _convolution_settings(device: torch.device) -> Iterator[None]:
    """On CUDA: kernels chosen by measuring (tiles are equal, so it pays), and float32 that is not rounded to TF32."""
    if device.type != "cuda":
        yield
        return
    with torch.backends.cudnn.flags(enabled=True, benchmark=True, deterministic=False, allow_tf32=False):
        yield


__all__ = ["DTYPES", "TorchEngine", "TorchRunner", "memory_format_for"]
