"""A training that was interrupted and resumed is the one that was not, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from burnish.wire.sentences import BurnishError
from burnish_models.training.checkpoints import latest_checkpoint, save_checkpoint
from training.recipes_for_tests import everything, paired, trainer_of, unpaired, unreferenced

RECIPES: dict[str, Callable[..., dict[str, Any]]] = {
    "paired": paired,
    "unpaired": unpaired,
    "unreferenced": unreferenced,
}


def assert_equal_bits(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    assert one.keys() == other.keys()
    different = [name for name, value in one.items() if not torch.equal(value, other[name])]
    assert not different


@pytest.mark.parametrize("kind", RECIPES)
def test_40_steps_are_20_and_another_20(kind: str, pictures: Path, tmp_path: Path) -> None:
    values = RECIPES[kind](pictures, steps=40)
    straight = trainer_of(values, tmp_path / "straight")
    assert straight.run() == "finished"

    first = trainer_of(values, tmp_path / "twice", stop_after=20)
    assert first.run() == "stopped"
    second = trainer_of(values, tmp_path / "twice", resume=tmp_path / "twice")
    assert second.state.progress.step == 20
    assert_equal_bits(everything(first), everything(second))
    assert second.run() == "finished"
    assert_equal_bits(everything(straight), everything(second))
    weights = [
        (folder / "generator.safetensors").read_bytes() for folder in (tmp_path / "straight", tmp_path / "twice")
    ]
    assert weights[0] == weights[1]


def test_the_seed_decides_everything(pictures: Path, tmp_path: Path) -> None:
    runs = [trainer_of(paired(pictures, seed=seed), tmp_path / str(n)) for n, seed in enumerate((3, 3, 4))]
    for run in runs:
        run.run()
    assert_equal_bits(everything(runs[0]), everything(runs[1]))
    assert not torch.equal(*(everything(run)["generator/body.0.weight"] for run in runs[1:]))


def test_a_stop_between_stages_is_resumed_in_the_next(pictures: Path, tmp_path: Path) -> None:
    pixels = {"name": "pixels", "steps": 5, "losses": [{"type": "l1"}]}
    values = paired(pictures, steps=None, stages=[pixels, {"name": "adversarial", "steps": 4, "batch": 4}])
    straight = trainer_of(values, tmp_path / "straight")
    straight.run()
    for stop_after in (5, 7):
        folder = tmp_path / f"stopped-after-{stop_after}"
        assert trainer_of(values, folder, stop_after=stop_after).run() == "stopped"
        resumed = trainer_of(values, folder, resume=folder)
        assert resumed.run() == "finished"
        assert_equal_bits(everything(straight), everything(resumed))
        assert sorted(path.name for path in (folder / "stages").iterdir()) == [
            "adversarial-generator.safetensors",
            "pixels-generator.safetensors",
        ]


def test_only_the_newest_checkpoints_stay(pictures: Path, tmp_path: Path) -> None:
    trainer_of(paired(pictures, steps=6, checkpoint_every=1, keep_checkpoints=2), tmp_path).run()
    names = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert names == ["step-00000005", "step-00000006"]
    older = tmp_path / "checkpoints" / "step-00000005"
    assert trainer_of(paired(pictures, steps=6), tmp_path, resume=older).state.progress.step == 5


def test_a_checkpoint_that_cannot_be_written_leaves_the_older_ones(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trainer_of(paired(pictures), tmp_path, stop_after=2)
    trainer.run()
    before = latest_checkpoint(tmp_path)
    trainer.state.progress.step = 3
    monkeypatch.setattr(Path, "write_text", _disk_full)
    with pytest.raises(OSError, match="No space"):
        save_checkpoint(tmp_path, trainer.state, keep=1)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == [before.name]


def _disk_full(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_damaged_checkpoint_and_one_of_another_recipe_are_refused(pictures: Path, tmp_path: Path) -> None:
    trainer_of(paired(pictures), tmp_path, stop_after=2).run()
    other = paired(pictures, generator={"name": "srvgg-compact", "features": 8, "convolutions": 1, "scale": 2})
    with pytest.raises(BurnishError, match="checkpoint-damaged"):
        trainer_of(other, tmp_path, resume=tmp_path)
    weights = latest_checkpoint(tmp_path) / "networks.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(BurnishError, match="checkpoint-damaged"):
        trainer_of(paired(pictures), tmp_path, resume=tmp_path)
    with pytest.raises(BurnishError, match="checkpoint-missing"):
        trainer_of(paired(pictures), tmp_path, resume=tmp_path / "nothing")
