"""What the whole path costs over the bare engine, and how soon the first tile comes.

    python benchmarks/pipeline.py [--rounds N] [--megapixels M] [--model NAME]

Rival: the same engine run in this process over the same tiles, with nothing around it. Bare and whole runs alternate,
each pair gives a ratio, and the median of the ratios is the figure.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from burnish.client import Layer, WorkerClient
from burnish.wire.geometry import Depth, PixelFormat
from burnish.wire.messages import Accepted, Done, Tile
from burnish.wire.request import Request

PHOTO = Path(__file__).parent.parent / "tests" / "data" / "coffee.jpg"


def picture(megapixels: float) -> np.ndarray:
    """A photograph mirrored until it has the wanted size, [H, W, 3] uint8."""
    photo = np.asarray(Image.open(PHOTO).convert("RGB"))
    side = int((megapixels * 1e6) ** 0.5)
    height, width = photo.shape[:2]
    padding = ((0, max(0, side - height)), (0, max(0, side - width)), (0, 0))
    return np.ascontiguousarray(np.pad(photo, padding, mode="symmetric")[:side, :side])


class BareEngine:
    """The engine that the worker chose, over as many tiles of the same size, in this process."""

    def __init__(self, accepted: Accepted) -> None:
        from burnish_models.catalogue.catalogue import Catalogue
        from burnish_models.engines.available import Engines

        catalogue = Catalogue()
        model = catalogue.find(accepted.model)
        engine = Engines().open(accepted.engine, accepted.device)
        self.runner = engine.prepare(catalogue.load(model), model.facts)
        count = min(self.runner.batch_limit, accepted.tiles)
        self.batch = torch.rand(count, 3, accepted.tile_height, accepted.tile_width, device=engine.tensor_device)
        self.tiles = accepted.tiles
        self.seconds()

    def seconds(self) -> float:
        """Seconds for all tiles, in the same batches as the worker's."""
        began = time.perf_counter()
        for start in range(0, self.tiles, len(self.batch)):
            answer = self.runner.run(self.batch[: self.tiles - start])
        float(answer[0, 0, 0, 0])  # waits for a device that answers before it has finished
        return time.perf_counter() - began


def whole_path(client: WorkerClient, request: Request, layer: Layer) -> tuple[float, float, Accepted]:
    """Seconds from submitting to done, seconds to the first tile, and what was settled."""
    began = time.perf_counter()
    first = 0.0
    with client.submit(request, layer) as job:
        for event in job.events():
            if isinstance(event, Tile) and not first:
                first = time.perf_counter() - began
        assert isinstance(event, Done), event
        assert job.accepted is not None
        return time.perf_counter() - began, first, job.accepted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megapixels", type=float, default=4.0)
    parser.add_argument("--model", default="realesr-animevideov3-x4")
    options = parser.parse_args()
    pixels = picture(options.megapixels)
    layer = Layer(PixelFormat(pixels.shape[1], pixels.shape[0], Depth.UINT8, 3), pixels)
    request = Request(model=options.model)

    with tempfile.TemporaryDirectory() as folder:
        os.environ["BURNISH_RUNTIME_DIR"] = folder
        client = WorkerClient()
        whole_path(client, request, layer)  # converts weights and measures the machine, once for ever
        client.stop(force=True)
        time.sleep(1)
        _, cold_first, accepted = whole_path(client, request, layer)
        request = replace(request, tile=str(max(accepted.tile_width, accepted.tile_height)), engine=accepted.engine)
        bare = BareEngine(accepted)
        ratios, delays, bare_seconds, whole_seconds = [], [], [], []
        for _ in range(options.rounds):
            alone = bare.seconds()
            whole, first, now = whole_path(client, request, layer)
            assert (now.tiles, now.tile_width) == (accepted.tiles, accepted.tile_width), "other tiles than the rival's"
            one = alone * len(bare.batch) / bare.tiles
            ratios.append(whole / alone)
            delays.append(first - one)
            bare_seconds.append(alone)
            whole_seconds.append(whole)
        client.stop(force=True)

    size = f"{layer.format.width}×{layer.format.height}"
    tiles = f"{accepted.tiles} tiles of {accepted.tile_width}×{accepted.tile_height}"
    print(f"{options.model}, {size}, {accepted.engine} on {accepted.device}, {tiles}, {options.rounds} rounds")
    print("| figure | median | least | most |")
    print("|---|---|---|---|")
    rows = [
        ("whole path ÷ bare engine, same tiles", ratios, "{:.3f}"),
        ("bare engine, s", bare_seconds, "{:.2f}"),
        ("whole path, s", whole_seconds, "{:.2f}"),
        ("first tile, warm, beyond one tile's time, ms", [1000 * delay for delay in delays], "{:.0f}"),
    ]
    for title, values, form in rows:
        cells = " | ".join(form.format(pick(values)) for pick in (statistics.median, min, max))
        print(f"| {title} | {cells} |")
    print(f"| first tile, cold (no worker runs), s | {cold_first:.2f} | | |")


if __name__ == "__main__":
    main()
