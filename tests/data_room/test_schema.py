"""A recipe's data part: what it refuses, and that what it builds is the same in every process."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from burnish.wire.sentences import BurnishError
from burnish_models.data.sample import batch
from burnish_models.data.schema import DataConfig
from data_room.pictures_for_tests import ramp, save

CONFIG: TypeAdapter = TypeAdapter(DataConfig)
EVERYTHING = {
    "type": "paired",
    "crop": 64,
    "scale": 4,
    "candidates": 2,
    "augment": {"jitter": {"brightness": 0.2, "contrast": 0.2, "saturation": 0.3, "hue": 0.05}},
    "sharpen_target": True,
    "degradations": [
        {"type": "colour-cast"},
        {"type": "low-light", "exposure": [0.2, 0.9]},
        {"type": "noise", "grain": [0.3, 1], "poisson_share": 0.5, "grey_share": 0.5},
        {"type": "real-esrgan"},
    ],
}
HASH = """
import hashlib, json, sys
from pydantic import TypeAdapter
from burnish_models.data.sample import batch
from burnish_models.data.schema import DataConfig
data = TypeAdapter(DataConfig).validate_python(json.loads(sys.argv[1])).build(5)
samples = batch(data, [8, 3])
sys.stdout.write(hashlib.sha256(samples.input.numpy().tobytes() + samples.target.numpy().tobytes()).hexdigest())
"""


def photographs(folder: Path) -> str:
    random = np.random.default_rng(0)
    for number in range(3):
        noise = random.integers(0, 60, (150, 140, 3), dtype=np.uint8)
        save(folder / f"{number}.png", ramp(150, 140) + noise)
    return str(folder)


def test_samples_are_the_same_in_every_process(tmp_path: Path) -> None:
    config = {**EVERYTHING, "source": photographs(tmp_path)}
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", HASH, json.dumps(config)],
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    np.random.seed(1)
    torch.manual_seed(1)
    samples = batch(CONFIG.validate_python(config).build(5), [8, 3])
    here = hashlib.sha256(samples.input.numpy().tobytes() + samples.target.numpy().tobytes()).hexdigest()
    assert done.stdout == here


def test_a_sample_depends_on_seed_and_index_alone(tmp_path: Path) -> None:
    config = CONFIG.validate_python({**EVERYTHING, "source": photographs(tmp_path)})
    data, again, other = config.build(5), config.build(5), config.build(6)
    forwards = [data[index].input for index in range(6)]
    backwards = [again[index].input for index in reversed(range(6))][::-1]
    assert all(torch.equal(a, b) for a, b in zip(forwards, backwards, strict=True))
    assert not any(torch.equal(other[index].input, forwards[index]) for index in range(6))
    assert len({tensor.numpy().tobytes() for tensor in forwards}) == 6


def test_a_data_set_can_be_sent_to_another_process(tmp_path: Path) -> None:
    data = CONFIG.validate_python({**EVERYTHING, "source": photographs(tmp_path)}).build(5)
    expected = data[4].input
    sent = pickle.dumps(data)
    assert len(sent) < 20_000, "no decoded picture goes along"
    assert torch.equal(pickle.loads(sent)[4].input, expected)


def test_global_random_state_is_left_alone(tmp_path: Path) -> None:
    data = CONFIG.validate_python({**EVERYTHING, "source": photographs(tmp_path)}).build(5)
    before = np.random.get_state()[1].tobytes(), torch.get_rng_state().numpy().tobytes()
    _ = data[0]
    assert (np.random.get_state()[1].tobytes(), torch.get_rng_state().numpy().tobytes()) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"crop": 66}, "multiple of the scale 4"),
        ({"degradations": []}, "either degradations or an input_source"),
        ({"input_source": "b"}, "either degradations or an input_source"),
        ({"degradations": [{"type": "noise"}]}, "a stage that fits must follow"),
        ({"degradations": [{"type": "bicubic"}, {"type": "resize"}]}, "a stage that fits must follow"),
        ({"degradations": [{"type": "bicubic", "probability": 0.5}]}, "a stage that fits must follow"),
        ({"degradations": [{"type": "real-esrgan", "sigma": 1}]}, "Extra inputs are not permitted"),
        ({"degradations": [{"type": "noise", "sigma": [3, 1]}]}, "the smaller first"),
        ({"degradations": [{"type": "rain"}]}, "does not match any of the expected tags"),
        ({"degradations": [], "input_source": "b"}, "given pairs are used as they are"),
        ({"crops": 64}, "Extra inputs are not permitted"),
        ({"scale": 9}, "less than or equal to 8"),
    ],
)
def test_mistakes_are_named(changes: dict, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CONFIG.validate_python({**EVERYTHING, "source": "a", **changes})
    assert said in str(caught.value)


def test_given_pairs_are_built_from_two_folders(tmp_path: Path) -> None:
    save(tmp_path / "targets" / "a.png", ramp(80, 80))
    save(tmp_path / "inputs" / "a.jpg", ramp(40, 40))
    config = {"type": "paired", "source": str(tmp_path / "targets"), "input_source": str(tmp_path / "inputs")}
    sample = CONFIG.validate_python({**config, "crop": 32, "scale": 2}).build(0)[0]
    assert sample.input.shape == (3, 16, 16) and sample.target.shape == (3, 32, 32)
    (tmp_path / "inputs" / "a.jpg").rename(tmp_path / "inputs" / "b.jpg")
    with pytest.raises(BurnishError) as caught:
        CONFIG.validate_python({**config, "crop": 32, "scale": 2}).build(0)
    assert caught.value.failure.code == "pair-missing"


def test_every_field_is_described() -> None:
    undescribed = []
    for name, model in CONFIG.json_schema()["$defs"].items():
        undescribed += [
            f"{name}.{field}"
            for field, schema in model.get("properties", {}).items()
            if field != "type" and "description" not in schema
        ]
    assert not undescribed
