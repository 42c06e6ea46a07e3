"""OpenVINO: the fast engine for processors, and for Intel graphics where OpenVINO finds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from burnish_models.catalogue.model import Facts
from burnish_models.engines import memory
from burnish_models.engines.converted import converted
from burnish_models.engines.machine import usable_cores
from burnish_models.engines.quiet_openvino import import_openvino

PLUGINS = {"cpu": "CPU", "xpu": "GPU"}
_TYPES = {"float32": "f32", "float16": "f16", "bfloat16": "bf16"}


class OpenVinoEngine:
    """OpenVINO on "cpu", or on "xpu" (Intel graphics). Tensors come and go through main memory.

    Args:
        device: "cpu" or "xpu".
        folder: where converted networks are kept; the user's cache folder when left out.
        threads: processor threads; all that this process may use when left out.

    Raises:
        ImportError, OSError: OpenVINO is not installed, or does not load.
    """

    name = "openvino"

    def __init__(self, device: str, folder: Path | None = None, threads: int | None = None) -> None:
        self.device = device
        self.tensor_device = torch.device("cpu")
        self._folder = folder
        self._threads = threads or usable_cores()
        self._core = import_openvino().Core()

    def prepare(self, network: nn.Module, facts: Facts, precision: str = "auto") -> OpenVinoRunner:
        """See Engine.prepare. "auto" is float32 on the processor: bfloat16, where it has that, is faster but coarser.

        Raises ValueError for a precision that this device does not compute in.
        """
        if precision == "auto":
            precision = "float16" if facts.half and self.device == "xpu" else "float32"
        if precision not in self.precisions():
            raise ValueError(f"precision {precision!r} is none of {', '.join(self.precisions())}")
        model = converted(network, self._folder, facts.multiple)
        return OpenVinoRunner(self._core, model, facts, self.device, precision, self._threads)

    def precisions(self) -> tuple[str, ...]:
        """Those that the device computes in natively."""
        capabilities = self._core.get_property(PLUGINS[self.device], "OPTIMIZATION_CAPABILITIES")
        names = {"float32": "FP32", "float16": "FP16", "bfloat16": "BF16"}
        return tuple(name for name, capability in names.items() if capability in capabilities)

    def free_bytes(self) -> int:
        return memory.free_bytes("cpu")


class OpenVinoRunner:
    """A network compiled once for every size: measured within 3 % of one compiled per tile shape, without the wait.

    Not to be used by two threads at once.
    """

    batch_limit = 1

    def __init__(self, core: Any, model: Any, facts: Facts, device: str, precision: str, threads: int) -> None:
        self.precision = precision
        self._core = core
        self._tensor = import_openvino().Tensor
        self._model = model
        self._facts = facts
        self._device = device
        self._threads = threads
        self._request = self._compile(precision)
        self._full_request = self._request if precision == "float32" else None

    def run(self, batch: Tensor, *, full_precision: bool = False) -> Tensor:
        """See Runner.run."""
        count, channels, height, width = batch.shape
        needed = memory.needed_bytes(self._facts, "float32", count * height * width)
        memory.ensure_room(needed)
        failure = ""
        try:
            scale = self._facts.scale
            result = torch.empty(count, channels, height * scale, width * scale)
            self._infer(batch, result, full_precision)
            return result
        except RuntimeError as error:
            # Neither OpenVINO nor torch's CPU allocator has an error type for memory; see TorchRunner.run.
            if memory.can_reserve(2 * needed) and 2 * needed <= memory.free_bytes("cpu"):
                raise
            failure = str(error)
        raise MemoryError(failure)

    def _infer(self, batch: Tensor, result: Tensor, full_precision: bool) -> None:
        request = self._full() if full_precision else self._request
        # OpenVINO reads and writes torch's own memory, so that nothing is copied. The request does not keep that memory
        # alive: `source` and `result` have to live until it is done.
        source = batch.contiguous()
        request.set_input_tensor(self._tensor(source.numpy(), shared_memory=True))
        request.set_output_tensor(self._tensor(result.numpy(), shared_memory=True))
        request.infer()
        del source

    def _full(self) -> Any:
        if self._full_request is None:
            self._full_request = self._compile("float32")
        return self._full_request

    def _compile(self, precision: str) -> Any:
        openvino = import_openvino()
        # The precision is always said: left out, OpenVINO computes in bfloat16 on processors that have it.
        settings = {
            "INFERENCE_PRECISION_HINT": getattr(openvino.Type, _TYPES[precision]),
            "PERFORMANCE_HINT": "LATENCY",
        }
        if self._device == "cpu":
            settings["INFERENCE_NUM_THREADS"] = self._threads
        return self._core.compile_model(self._model, PLUGINS[self._device], settings).create_infer_request()
