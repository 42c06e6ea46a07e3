"""Two kinds of pictures are drawn independently; unreferenced crops have no target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter

from burnish_models.data.sample import batch
from burnish_models.data.schema import DataConfig, UnpairedData, UnreferencedData
from burnish_models.data.unpaired import UnpairedCrops
from data_room.pictures_for_tests import ramp, save


def folders(root: Path) -> tuple[str, str]:
    for name, blue in (("a", 10), ("b", 200)):
        for number in range(3):
            picture = ramp(80, 80, 3)
            picture[..., 2] = blue + number
            save(root / name / f"{number}.png", picture)
    return str(root / "a"), str(root / "b")


def unpaired(first: str, second: str) -> UnpairedCrops:
    config = {"type": "unpaired", "crop": 32, "input": {"source": first}, "target": {"source": second}}
    data = UnpairedData.model_validate(config).build(7)
    assert isinstance(data, UnpairedCrops)
    return data


def test_each_side_has_its_own_pictures(tmp_path: Path) -> None:
    data = unpaired(*folders(tmp_path))
    for index in range(20):
        sample = data[index]
        assert float(sample.input[2].max()) < 0.06 and float(sample.target[2].min()) > 0.78


def test_the_sides_are_independent(tmp_path: Path) -> None:
    """The same folder on both sides gives other pictures at other places, and is decoded once."""
    folder, _ = folders(tmp_path)
    data = unpaired(folder, folder)
    samples = batch(data, range(60))
    assert data.inputs.pieces.pictures is data.targets.pieces.pictures
    place = torch.stack([samples.input[:, 0].mean(dim=(1, 2)), samples.target[:, 0].mean(dim=(1, 2))])
    assert abs(float(torch.corrcoef(place)[0, 1])) < 0.4
    same = (samples.input[:, 2].mean(dim=(1, 2)) - samples.target[:, 2].mean(dim=(1, 2))).abs() < 0.001
    assert 8 < int(same.sum()) < 35, "one of three, by chance"


def test_a_side_can_be_degraded(tmp_path: Path) -> None:
    folder, _ = folders(tmp_path)
    config = UnpairedData.model_validate(
        {
            "type": "unpaired",
            "crop": 32,
            "input": {"source": folder},
            "target": {"source": folder, "degradations": [{"type": "low-light", "exposure": 0.1}]},
        }
    )
    samples = batch(config.build(7), range(20))
    assert float(samples.target.mean()) < 0.6 * float(samples.input.mean())


def test_unreferenced_crops_have_no_target(tmp_path: Path) -> None:
    folder, _ = folders(tmp_path)
    config = TypeAdapter(DataConfig).validate_python({"type": "unreferenced", "source": folder, "crop": 32})
    assert isinstance(config, UnreferencedData)
    samples = batch(config.build(0), range(4))
    assert samples.target is None and samples.input.shape == (4, 3, 32, 32)


@pytest.mark.parametrize("count", [3, 5])
def test_every_picture_comes_once_in_each_round(tmp_path: Path, count: int) -> None:
    for number in range(count):
        save(tmp_path / f"{number}.png", np.full((40, 40, 3), number * 40, np.uint8))
    data = UnreferencedData(source=str(tmp_path), crop=16).build(3)
    orders = []
    for round_ in range(4):
        orders.append([round(float(data[round_ * count + i].input.mean()) * 255 / 40) for i in range(count)])
        assert sorted(orders[-1]) == list(range(count))
    assert len({tuple(order) for order in orders}) > 1, "each round has an order of its own"
