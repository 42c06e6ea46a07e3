"""Burnish's engines against the other ways to run the same weights: one table a model, and what `auto` makes of it.

    python benchmarks/engines.py [--models compact upconv7 anime x4plus] [--rounds 10] [--threads 2]

Every contender computes float32 on the same threads and the same piece of a photograph, one after the other, round by
round, so that whatever else the machine does hits all alike. The rivals come with the extra
`benchmarks` (ncnn, onnx, onnxscript, onnxruntime); what is missing is named and left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.model import Model, PackageFile
from burnish_models.catalogue.package_file import installed_folder, paths_of
from burnish_models.engines.available import Engines
from burnish_models.engines.choose import Chooser
from burnish_models.engines.machine import processor_name, usable_cores
from burnish_models.engines.openvino_engine import OpenVinoEngine
from burnish_models.engines.speeds import SpeedBook
from burnish_models.engines.torch_engine import TorchEngine

PHOTO = Path(__file__).parents[1] / "tests" / "data" / "chelsea.png"
PAUSE_SECONDS = 0.05  # lets the last contender's waiting threads fall asleep
Run = Callable[[], object]


@dataclass(frozen=True)
class Subject:
    """A model and the side of the square it enlarges. border: what ncnn's file of it wants around the picture."""

    model: str
    side: int
    inputs: str = "data"
    outputs: str = "output"
    border: int = 0


SUBJECTS = {
    "compact": Subject("realesr-animevideov3-x4", 256),
    "upconv7": Subject("waifu2x-photo-x2", 256, "Input1", "Eltwise4", border=7),
    "anime": Subject("realesrgan-x4plus-anime", 128),
    "x4plus": Subject("realesrgan-x4plus", 96),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=SUBJECTS, default=["compact", "upconv7", "anime"])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=usable_cores())
    options = parser.parse_args()
    for module in ("onnx", "onnxscript", "onnxruntime", "ncnn"):
        if importlib.util.find_spec(module) is None:
            print(f"{module} is not installed, so what needs it is left out. Install it with: pip install {module}")
    torch.set_num_threads(options.threads)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    print(f"{processor_name()}, {options.threads} threads, {options.rounds} rounds")
    for name in options.models:
        compare(SUBJECTS[name], options.rounds, options.threads)


def compare(subject: Subject, rounds: int, threads: int) -> None:
    catalogue = Catalogue()
    model = catalogue.find(subject.model)
    network = catalogue.load(model)
    batch = photo(subject.side)
    with tempfile.TemporaryDirectory() as folder:
        runs = contenders(subject, model, network, batch, threads, Path(folder))
        picked = auto_pick(network, model, Path(folder))
        with torch.inference_mode():
            expected = network(batch).numpy()
        differences = {name: float(np.abs(as_numpy(run()) - expected).max()) for name, run in runs.items()}
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                time.sleep(PAUSE_SECONDS)
                start = time.perf_counter()
                run()
                times[name].append(time.perf_counter() - start)
    report(subject, times, differences, picked)


def contenders(
    subject: Subject, model: Model, network: nn.Module, batch: Tensor, threads: int, folder: Path
) -> dict[str, Run]:
    """Every way to run the network on the batch, by name."""
    ours = TorchEngine("cpu").prepare(network, model.facts)
    fast = OpenVinoEngine("cpu", folder, threads).prepare(network, model.facts)

    def eager() -> Tensor:
        with torch.inference_mode():
            return network(batch)

    runs: dict[str, Run] = {
        "torch eager, NCHW": eager,
        "torch (ours, channels last)": lambda: ours.run(batch),
        "openvino (ours)": lambda: fast.run(batch),
    }
    if importlib.util.find_spec("ncnn"):
        runs["ncnn"] = ncnn_run(subject, model, batch, threads)
    if all(importlib.util.find_spec(module) for module in ("onnx", "onnxscript", "onnxruntime")):
        runs["onnxruntime"] = onnxruntime_run(network, batch, threads, folder)
    return runs


def ncnn_run(subject: Subject, model: Model, batch: Tensor, threads: int) -> Run:
    import ncnn

    source = model.source
    package = installed_folder(source.module) if isinstance(source, PackageFile) else None
    assert isinstance(source, PackageFile) and package is not None
    net = ncnn.Net()
    net.opt.num_threads = threads
    net.opt.use_vulkan_compute = False
    for option in ("use_fp16_storage", "use_fp16_arithmetic", "use_fp16_packed", "use_bf16_storage"):
        setattr(net.opt, option, False)
    param, weights = sorted(paths_of(source, package), key=lambda path: path.suffix != ".param")
    net.load_param(str(param))
    net.load_model(str(weights))
    # The border is made before the clock starts: in ncnn's favour.
    padded = nn.functional.pad(batch, (subject.border,) * 4, mode="replicate")[0].contiguous().numpy()

    def run() -> NDArray[np.float32]:
        extractor = net.create_extractor()
        extractor.input(subject.inputs, ncnn.Mat(padded))
        return np.array(extractor.extract(subject.outputs)[1])[None]

    return run


def onnxruntime_run(network: nn.Module, batch: Tensor, threads: int, folder: Path) -> Run:
    import onnxruntime

    path = folder / "network.onnx"
    free = torch.export.Dim.DYNAMIC
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        example = torch.zeros(1, 3, 32, 32)
        torch.onnx.export(network, (example,), path, dynamo=True, dynamic_shapes=({2: free, 3: free},), verbose=False)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    name, pixels = session.get_inputs()[0].name, batch.numpy()
    return lambda: session.run(None, {name: pixels})[0]


def auto_pick(network: nn.Module, model: Model, folder: Path) -> str:
    """The engine that a user who asks for nothing gets on the processor, by a measurement made now."""
    chooser = Chooser(Engines(), SpeedBook(folder / "speeds"))
    choice = chooser.choose("auto", "cpu", network, model.facts, model.name)
    print(f"\n{model.name}: auto takes {choice.engine.name}, {choice.reason.text}")
    return next(
        name
        for name in ("torch (ours, channels last)", "openvino (ours)")
        if name.startswith(choice.engine.name)
    )  # fmt: skip


def report(subject: Subject, times: dict[str, list[float]], differences: dict[str, float], picked: str) -> None:
    best = {name: min(values) for name, values in times.items()}
    middle = {name: statistics.median(values) for name, values in times.items()}
    base, base_middle = best["torch eager, NCHW"], middle["torch eager, NCHW"]
    print(
        f"{subject.side}×{subject.side} pixels. ×: how many times as fast as torch eager, by the best and the median.\n"
    )
    print("| | best ms | median ms | × best | × median | largest difference |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in times:
        print(
            f"| {name} | {best[name] * 1e3:.1f} | {middle[name] * 1e3:.1f} | {base / best[name]:.2f} "
            f"| {base_middle / middle[name]:.2f} | {differences[name]:.1e} |"
        )
    winner, steady = min(best, key=lambda name: best[name]), min(middle, key=lambda name: middle[name])
    print(
        f"\nauto takes {best[picked] / best[winner]:.2f} of the time of the best ({winner}) by the best run, "
        f"{middle[picked] / middle[steady]:.2f} ({steady}) by the median."
    )


def photo(side: int) -> Tensor:
    pixels = cv2.cvtColor(cv2.imread(str(PHOTO)), cv2.COLOR_BGR2RGB)[:side, 96 : 96 + side]
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float().contiguous() / 255


def as_numpy(value: object) -> NDArray[np.float32]:
    return value.numpy() if isinstance(value, Tensor) else np.asarray(value)


if __name__ == "__main__":
    main()
