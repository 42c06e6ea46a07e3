"""How many training samples a second one core prepares, by the kind of degradation.

    python benchmarks/training_data.py [--source photos:train] [--crop 64] [--samples 400]

Counted is the processor time of this process, all its threads together, so that other programs hardly matter. Pictures
are decoded before the count begins, as they are in every round of a training but the first.
"""

from __future__ import annotations

import argparse
import time

from burnish_models.data.paired import DegradedPairs
from burnish_models.data.sample import DataSet, batch
from burnish_models.data.schema import PairedData, UnreferencedData
from burnish_models.data.unpaired import UnreferencedCrops

_PAIRS: dict[str, tuple[int, list[dict]]] = {  # the scale and the degradations
    "bicubic ×4": (4, [{"type": "bicubic"}]),
    "noise σ 0–50": (1, [{"type": "noise", "sigma": [0, 50]}, {"type": "quantise"}]),
    "JPEG 10–90": (1, [{"type": "jpeg", "quality": [10, 90]}]),
    "low light": (1, [{"type": "low-light"}, {"type": "quantise"}]),
    "colour cast": (1, [{"type": "colour-cast"}, {"type": "quantise"}]),
    "Real-ESRGAN ×4": (4, [{"type": "real-esrgan"}]),
}
_BATCH = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default="photos:train", help="as in a recipe")
    parser.add_argument("--crop", type=int, default=64, help="side of the target's crop in pixels")
    parser.add_argument("--samples", type=int, default=400, help="how many are counted")
    arguments = parser.parse_args()
    usual = {"source": arguments.source, "crop": arguments.crop, "halve_above": 4}
    crops = UnreferencedData(**usual).build(0)
    assert isinstance(crops, UnreferencedCrops)
    pieces = crops.inputs.pieces
    for number in range(len(pieces.pictures)):
        _ = pieces.pictures[number]
    print(f"crops of {arguments.crop} pixels, samples per second of processor time\n")
    print(f"{'crops alone':16} {_samples_per_second(crops, arguments.samples):7.0f}")
    for name, (scale, stages) in _PAIRS.items():
        config = PairedData.model_validate({**usual, "scale": scale, "degradations": stages})
        pairs = DegradedPairs(pieces, config.crop, config.scale, config.degradations, config.margin)
        print(f"{name:16} {_samples_per_second(pairs, arguments.samples):7.0f}")


def _samples_per_second(data: DataSet, count: int) -> float:
    began = time.process_time()
    for first in range(0, count, _BATCH):
        batch(data, range(first, first + _BATCH))
    return count / (time.process_time() - began)


if __name__ == "__main__":
    main()
